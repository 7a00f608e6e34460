package kbrokertest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/memnet"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// A topic that is created while the disk has no room for its directory serves soon after there is room again, without a restart.
func TestTrap072TopicCreatedOnAFullDiskServesOnceThereIsSpace(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		disk := vfs.NewMem()
		fault := vfs.NewFault(disk)
		var full atomic.Bool
		fault.Inject(func(op vfs.Op) (error, int) {
			if full.Load() && strings.Contains(op.Name, "late-") {
				return syscall.ENOSPC, 0
			}
			return nil, 0
		})
		b := kbrokertest.StartThrough(t, disk, fault)
		full.Store(true)
		adm := kadm.NewClient(b.Client(t))
		if _, err := adm.CreateTopic(ctx, 2, 1, nil, "late"); err != nil {
			t.Fatal(err)
		}
		if r := put(t, b, 9, -1, "late", batchOf(0, "a")); r.ErrorCode != kerr.KafkaStorageError.Code {
			t.Fatalf("on the full disk: %v", kerr.ErrorForCode(r.ErrorCode))
		}
		time.Sleep(10 * time.Second) // of the bubble: heartbeats try and fail
		full.Store(false)
		time.Sleep(5 * time.Second)
		if at := mustPut(t, b, "late", batchOf(0, "a")); at != 0 {
			t.Fatalf("first offset %d", at)
		}
	})
}

// A node that cannot write its metadata says so at once, in the disk's words, and does not wait to be registered.
func TestStartOnAFullDiskFailsAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		disk := vfs.NewMem()
		kbrokertest.StartOn(t, disk).Stop(t)
		for _, what := range []string{"quorum-state", "__cluster_metadata"} {
			fault := vfs.NewFault(disk.Clone(vfs.ProcessKill, nil))
			fault.Inject(func(op vfs.Op) (error, int) {
				if (op.Kind == vfs.OpWrite || op.Kind == vfs.OpCreate) && strings.Contains(op.Name, what) {
					return syscall.ENOSPC, 0
				}
				return nil, 0
			})
			static, _, err := config.Load(config.Sources{Set: []string{"listeners=PLAINTEXT://broker:9092,CONTROLLER://broker:9093", "log.dirs=data"}})
			if err != nil {
				t.Fatal(err)
			}
			network, began := memnet.New(1), time.Now()
			n, err := kbroker.Start(ctx, kbroker.Options{Config: static, FS: fault, Log: io.Discard,
				Listen: func(_, address string) (net.Listener, error) { return network.Listen(address) },
				Fault:  func(err error) { t.Errorf("%s: a fault that is not Start's: %v", what, err) },
			})
			if err == nil {
				n.Close(ctx)
				t.Fatalf("%s: the node started", what)
			}
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), what) || strings.Contains(err.Error(), "register") {
				t.Fatalf("%s: %v", what, err)
			}
			if took := time.Since(began); took > time.Second {
				t.Fatalf("%s: it took %v", what, took)
			}
		}
	})
}

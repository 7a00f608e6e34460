package kbrokertest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
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
	"github.com/twmb/franz-go/pkg/kmsg"
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
		leader, offline, code := told(t, b, "late")
		if leader != -1 || len(offline) != 1 || code != kerr.LeaderNotAvailable.Code {
			t.Fatalf("Metadata on the full disk: leader %d, offline %v, error %d", leader, offline, code)
		}
		time.Sleep(10 * time.Second) // of the bubble: heartbeats try and fail
		full.Store(false)
		time.Sleep(5 * time.Second)
		if at := mustPut(t, b, "late", batchOf(0, "a")); at != 0 {
			t.Fatalf("first offset %d", at)
		}
		if leader, offline, code := told(t, b, "late"); leader != 1 || len(offline) != 0 || code != 0 {
			t.Fatalf("Metadata afterwards: leader %d, offline %v, error %d", leader, offline, code)
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

// told is what Metadata tells of partition 0; DescribeTopicPartitions must agree.
func told(t *testing.T, b *kbrokertest.Broker, topic string) (leader int32, offline []int32, code int16) {
	t.Helper()
	req := kmsg.NewPtrMetadataRequest()
	req.Version = 12
	rt := kmsg.NewMetadataRequestTopic()
	rt.Topic = &topic
	req.Topics = append(req.Topics, rt)
	p := b.Ask(t, req).(*kmsg.MetadataResponse).Topics[0].Partitions[0]
	describe := kmsg.NewPtrDescribeTopicPartitionsRequest()
	dt := kmsg.NewDescribeTopicPartitionsRequestTopic()
	dt.Topic = topic
	describe.Topics, describe.ResponsePartitionLimit = append(describe.Topics, dt), 10
	d := b.Ask(t, describe).(*kmsg.DescribeTopicPartitionsResponse).Topics[0].Partitions[0]
	if d.LeaderID != p.Leader || !slices.Equal(d.OfflineReplicas, p.OfflineReplicas) || d.ErrorCode != p.ErrorCode {
		t.Fatalf("Metadata %+v\nDescribeTopicPartitions %+v", p, d)
	}
	return p.Leader, p.OfflineReplicas, p.ErrorCode
}

// A log that damage took offline is told as an offline replica. Its leader stays known, because what is intact is served; appends
// are refused with the storage error.
func TestInvR28DamagedLogIsToldAsOffline(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		adm := kadm.NewClient(b.Client(t))
		if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
			t.Fatal(err)
		}
		first := batchOf(0, "a")
		for range 3 {
			mustPut(t, b, "t", batchOf(0, "a"))
		}
		b.Stop(t)
		f, err := b.Disk.OpenFile("data/t-0/00000000000000000000.log", vfs.ReadWrite, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte{0xff}, int64(2*len(first)-1)); err != nil { // in the second batch
			t.Fatal(err)
		}
		b = kbrokertest.StartOn(t, b.Disk)
		if leader, offline, code := told(t, b, "t"); leader != 1 || len(offline) != 0 || code != 0 {
			t.Fatalf("before anybody met the damage: leader %d, offline %v, error %d", leader, offline, code)
		}
		for offset, want := range []int16{0, kerr.KafkaStorageError.Code, 0} {
			r := b.Ask(t, fetchRequest(12, "t", [16]byte{}, int64(offset), 0)).(*kmsg.FetchResponse)
			p := r.Topics[0].Partitions[0]
			if p.ErrorCode != want || (len(p.RecordBatches) == len(first)) != (want == 0) {
				t.Fatalf("fetch at %d: error %d, %d bytes", offset, p.ErrorCode, len(p.RecordBatches))
			}
		}
		if leader, offline, code := told(t, b, "t"); leader != 1 || !slices.Equal(offline, []int32{1}) || code != 0 {
			t.Fatalf("then: leader %d, offline %v, error %d", leader, offline, code)
		}
		if r := put(t, b, 9, -1, "t", batchOf(0, "x")); r.ErrorCode != kerr.KafkaStorageError.Code {
			t.Fatalf("produce: %v", kerr.ErrorForCode(r.ErrorCode))
		}
	})
}

// A log that a start finds damaged below its recovery point has no leader, and its topic can be deleted and made anew.
func TestInvR28TopicWithADamagedLogCanBeMadeAnew(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		adm := kadm.NewClient(b.Client(t))
		if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
			t.Fatal(err)
		}
		mustPut(t, b, "t", batchOf(0, "a"))
		b.Stop(t)
		f, err := b.Disk.OpenFile("data/t-0/00000000000000000000.log", vfs.ReadWrite, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte{0xff}, int64(len(batchOf(0, "a"))-1)); err != nil {
			t.Fatal(err)
		}
		if err := b.Disk.Remove("data/.kafka_cleanshutdown"); err != nil {
			t.Fatal(err)
		}
		b = kbrokertest.StartOn(t, b.Disk)
		if leader, offline, code := told(t, b, "t"); leader != -1 || !slices.Equal(offline, []int32{1}) || code != kerr.LeaderNotAvailable.Code {
			t.Fatalf("leader %d, offline %v, error %d", leader, offline, code)
		}
		adm = kadm.NewClient(b.Client(t))
		if _, err := adm.DeleteTopic(ctx, "t"); err != nil {
			t.Fatal(err)
		}
		if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
			t.Fatal(err)
		}
		if at := mustPut(t, b, "t", batchOf(0, "b")); at != 0 {
			t.Fatalf("first offset %d", at)
		}
	})
}

// A log whose topic id is gone is not started empty over its records; one with another id gives way. Neither is ever removed.
func TestInvR33LogWithoutItsTopicIDIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		metadata string
		offline  bool
	}{
		"missing":   {"", true},
		"another's": {"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAABA\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t, "log.segment.delete.delay.ms=0")
				adm := kadm.NewClient(b.Client(t))
				if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
					t.Fatal(err)
				}
				mustPut(t, b, "t", batchOf(0, "a"))
				b.Stop(t)
				if err := b.Disk.Remove("data/t-0/partition.metadata"); err != nil {
					t.Fatal(err)
				}
				if c.metadata != "" {
					f, err := b.Disk.OpenFile("data/t-0/partition.metadata", vfs.ReadWrite|vfs.Create, 0o644)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := f.WriteAt([]byte(c.metadata), 0); err != nil {
						t.Fatal(err)
					}
				}
				b = kbrokertest.StartOn(t, b.Disk, "log.segment.delete.delay.ms=0")
				if leader, _, _ := told(t, b, "t"); (leader < 0) != c.offline {
					t.Fatalf("leader %d", leader)
				}
				adm = kadm.NewClient(b.Client(t))
				if _, err := adm.DeleteTopic(ctx, "t"); err != nil {
					t.Fatal(err)
				}
				if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
					t.Fatal(err)
				}
				if at := mustPut(t, b, "t", batchOf(0, "b")); at != 0 {
					t.Fatalf("first offset %d", at)
				}
				time.Sleep(time.Hour)
				names, err := b.Disk.List("data")
				if err != nil {
					t.Fatal(err)
				}
				kept := slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, "t-0.") })
				if len(kept) != 1 || !strings.HasSuffix(kept[0], "-stray") {
					t.Fatalf("directories set aside: %v", kept)
				}
				if _, err := b.Disk.Stat("data/" + kept[0] + "/00000000000000000000.log"); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

package kbrokertest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// A node whose disk has no free byte can be stopped or killed and started again. It serves reads, lets a topic be deleted, and takes
// records when that has made room.
func TestTrap072FullDiskRestart(t *testing.T) {
	for _, killed := range []bool{false, true} {
		name := map[bool]string{false: "stopped", true: "killed"}[killed]
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				settings := []string{"log.segment.bytes=1048576", "log.retention.check.interval.ms=1000", "log.segment.delete.delay.ms=500", "offsets.topic.num.partitions=2"}
				b := kbrokertest.Start(t, settings...)
				if _, err := kadm.NewClient(b.Client(t)).CreateTopics(ctx, 1, 1, nil, "keep", "big"); err != nil {
					t.Fatal(err)
				}
				mustPut(t, b, "keep", batchOf(0, "a"))
				large := func() []byte { return batchOf(record.None, strings.Repeat("x", 200_000)) }
				for range 60 {
					mustPut(t, b, "big", large())
				}
				total, usable, err := b.Disk.Usage("data")
				if err != nil {
					t.Fatal(err)
				}
				b.Disk.SetCapacity(total - usable)
				if r := put(t, b, 9, -1, "big", large()); r.ErrorCode != kerr.KafkaStorageError.Code {
					t.Fatalf("on the full disk: %v", kerr.ErrorForCode(r.ErrorCode))
				}
				disk := b.Disk
				if killed {
					disk = b.Disk.Clone(vfs.ProcessKill, nil)
					b.Disk.SetCapacity(0)
				}
				b.Stop(t)
				b = kbrokertest.StartOn(t, disk, settings...)
				if r := put(t, b, 9, -1, "keep", large()); r.ErrorCode != kerr.KafkaStorageError.Code {
					t.Fatalf("after the start: %v", kerr.ErrorForCode(r.ErrorCode))
				}
				for topic, end := range map[string]int64{"keep": 1, "big": 60} {
					if p := get(t, b, fetchRequest(12, topic, [16]byte{}, end-1, 0)); p.ErrorCode != 0 || p.HighWatermark != end || len(p.RecordBatches) == 0 {
						t.Fatalf("%s: error %d, high watermark %d, %d bytes", topic, p.ErrorCode, p.HighWatermark, len(p.RecordBatches))
					}
				}
				if _, err := kadm.NewClient(b.Client(t)).DeleteTopic(ctx, "big"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(30 * time.Second)
				if at := mustPut(t, b, "keep", large()); at != 1 {
					t.Fatalf("appended at %d", at)
				}
				b.Stop(t)
				if _, err := disk.Stat("data/.kafka_cleanshutdown"); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

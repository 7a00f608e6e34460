package controller

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// crashPoint is a disk as a crash leaves it, and what had been answered by then.
type crashPoint struct {
	at       string
	disk     *vfs.Mem
	answered map[string]metadata.UUID
}

const crashPartitions = 40

// crashScript runs a controller and takes the disk away before every operation that changes or syncs something.
func crashScript(t *testing.T, tweak func(*Config)) []crashPoint {
	t.Helper()
	var points []crashPoint
	var mu sync.Mutex
	answered := map[string]metadata.UUID{}
	disk := newDisk(t)
	synctest.Test(t, func(t *testing.T) {
		disk.SetHook(func(op vfs.Op) {
			mu.Lock()
			defer mu.Unlock()
			for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.PartialCrash} {
				told := map[string]metadata.UUID{}
				for k, v := range answered {
					told[k] = v
				}
				clone := disk.Clone(kind, rand.New(rand.NewPCG(uint64(op.N), 5)))
				points = append(points, crashPoint{fmt.Sprintf("%s %s %d, kind %d", op.Kind, op.Name, op.N, kind), clone, told})
			}
		})
		defer disk.SetHook(nil)
		r := start(t, disk, tweak)
		defer r.Close()
		r.join(1, -1)
		for n := range 8 {
			name := fmt.Sprint("t", n)
			row := r.create(name, crashPartitions)
			mu.Lock()
			answered[name] = row.TopicID
			mu.Unlock()
			synctest.Wait()
		}
	})
	return points
}

// TestInvM24AfterACrashAtAnyWriteNothingAnsweredIsLostAndNothingIsHalf goes through every crash point of a run whose
// topics take several batches each, with snapshots and trimming in between.
func TestInvM24AfterACrashAtAnyWriteNothingAnsweredIsLostAndNothingIsHalf(t *testing.T) {
	tweak := func(c *Config) { c.batchBytes, c.SnapshotBytes, c.SegmentBytes = 600, 6000, 4096 }
	points := crashScript(t, tweak)
	if len(points) < 100 {
		t.Fatalf("only %d crash points", len(points))
	}
	half := 0
	// The snapshots after the crash would hide what the log behind it holds.
	tweak = func(c *Config) { c.batchBytes, c.SegmentBytes = 600, 4096 }
	for _, p := range points {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, p.disk, tweak)
			defer r.Close()
			r.join(2, -1)
			img := r.Image()
			for name, id := range p.answered {
				if topic := img.Topic(name); topic == nil || topic.ID != id {
					t.Fatalf("crash before %s: topic %s was answered for and is gone", p.at, name)
				}
			}
			for _, topic := range img.Topics() {
				if len(topic.Partitions) != crashPartitions {
					t.Fatalf("crash before %s: topic %s has %d partitions", p.at, topic.Name, len(topic.Partitions))
				}
			}
			if img.NumTopics() > len(p.answered) {
				half++
			}
			if row := r.create("after", 1); row.ErrorCode != 0 {
				t.Fatalf("crash before %s: nothing can be created any more", p.at)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			r := start(t, p.disk, tweak)
			defer r.Close()
			r.join(3, -1)
			if r.Image().Topic("after") == nil {
				t.Fatalf("crash before %s: what was created after it is gone", p.at)
			}
		})
	}
	t.Logf("%d crash points, %d with a topic that was written and not answered for", len(points), half)
}

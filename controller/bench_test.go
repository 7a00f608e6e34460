package controller

import (
	"fmt"
	"testing"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// startReal starts a controller over the real disk and waits until it leads and a broker is in.
func startReal(b *testing.B, dir string, incarnation byte, previous int64) *rig {
	b.Helper()
	r := &rig{t: &testing.T{}}
	c, err := Start(Config{FS: vfs.OS{}, Dir: dir, ClusterID: testCluster, NodeID: 1, DirectoryID: testDirID, Incarnation: metadata.UUID{incarnation}, SessionTimeout: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	r.Controller = c
	r.join(incarnation, previous)
	return r
}

func format(b *testing.B) string {
	dir := b.TempDir()
	if err := Format(vfs.OS{}, dir, []quorum.Voter{{ID: 1, DirectoryID: testDirID}}, nil); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkFirstBroker is from a formatted directory to a registered, unfenced broker.
func BenchmarkFirstBroker(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		dir := format(b)
		b.StartTimer()
		r := startReal(b, dir, 1, -1)
		b.StopTimer()
		r.Close()
		b.StartTimer()
	}
}

// BenchmarkCreateTopic is one topic of one partition at a time, each with its fsync.
func BenchmarkCreateTopic(b *testing.B) {
	r := startReal(b, format(b), 1, -1)
	defer r.Close()
	n := 0
	for b.Loop() {
		r.create(fmt.Sprint("topic-", n), 1)
		n++
	}
}

// BenchmarkTenThousandPartitions creates 10 000 partitions in one topic, or in 100, and starts again over them.
func BenchmarkTenThousandPartitions(b *testing.B) {
	for _, topics := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint("topics=", topics), func(b *testing.B) {
			for b.Loop() {
				dir := format(b)
				r := startReal(b, dir, 1, -1)
				begin := time.Now()
				for i := range topics {
					if row := r.create(fmt.Sprint("topic-", i), int32(10_000/topics)); row.ErrorCode != 0 {
						b.Fatal(*row.ErrorMessage)
					}
				}
				b.ReportMetric(float64(time.Since(begin).Milliseconds()), "create-ms")
				epoch := r.epoch
				r.Close()
				begin = time.Now()
				c, err := Start(Config{FS: vfs.OS{}, Dir: dir, ClusterID: testCluster, NodeID: 1, DirectoryID: testDirID, Incarnation: metadata.UUID{2}, SessionTimeout: time.Hour})
				if err != nil {
					b.Fatal(err)
				}
				for c.Image().NumTopics() != topics {
					time.Sleep(100 * time.Microsecond)
				}
				b.ReportMetric(float64(time.Since(begin).Microseconds())/1000, "load-ms")
				begin = time.Now()
				r = &rig{t: &testing.T{}, Controller: c}
				r.join(2, epoch-1) // no proof of a clean shutdown: the worst case
				b.ReportMetric(float64(time.Since(begin).Microseconds())/1000, "join-ms")
				c.Close()
			}
		})
	}
}

package logstore

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestAppendReadRollReopen(t *testing.T) {
	for _, clean := range []bool{true, false} {
		t.Run(fmt.Sprintf("clean=%v", clean), func(t *testing.T) {
			c := &clock{testTime}
			mem := vfs.NewMem()
			s := openStore(t, testConfig(mem, c))
			cfg := DefaultConfig()
			cfg.SegmentBytes, cfg.IndexIntervalBytes = 500, 100
			l := createLog(t, s, cfg)
			var want []string
			for i := range 40 {
				v := fmt.Sprintf("v%d", i)
				info := mustAppend(t, l, batchOf(testTime+int64(i), v, v+"b"))
				if info.FirstOffset != int64(2*i) || info.LastOffset != int64(2*i+1) {
					t.Fatalf("append %d: %+v", i, info)
				}
				want = append(want, fmt.Sprintf("%d=%s", 2*i, v), fmt.Sprintf("%d=%sb", 2*i+1, v))
			}
			if n := len(l.Segments()); n < 5 {
				t.Fatalf("%d segments", n)
			}
			if got := mustContents(t, l); !reflect.DeepEqual(got, want) {
				t.Fatalf("got %v", got)
			}
			if clean {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			after := mem.Clone(vfs.ProcessKill, nil)
			s2 := openStore(t, testConfig(after, c))
			l2 := s2.Get(tp0)
			if got := mustContents(t, l2); !reflect.DeepEqual(got, want) {
				t.Fatalf("after reopening got %v", got)
			}
			if l2.TopicID() != topicID || l2.LatestEpoch() != 0 {
				t.Fatalf("topic id %v, epoch %d", l2.TopicID(), l2.LatestEpoch())
			}
			mustAppend(t, l2, batchOf(testTime, "more"))
			want = append(want, "80=more")
			if got := mustContents(t, l2); !reflect.DeepEqual(got, want) {
				t.Fatalf("after appending got %v", got)
			}
			for off := int64(0); off < 80; off++ {
				sl, err := l2.Read(off, 1, 81, true)
				if err != nil || sl.Len() == 0 || sl.NextOffset != off/2*2+2 {
					t.Fatalf("read at %d: %+v, %v", off, sl, err)
				}
				sl.Release()
				f, ok, err := l2.OffsetForTimestamp(testTime+off/2, 81)
				if err != nil || !ok || f.Offset != off/2*2 {
					t.Fatalf("time of %d: %+v %v %v", off, f, ok, err)
				}
			}
		})
	}
}

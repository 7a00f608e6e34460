package epoch

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func cacheOf(t interface{ Fatal(...any) }, entries ...Entry) *Cache {
	c, err := New(entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTrap067EndOffsetsOfEpochs(t *testing.T) {
	c := cacheOf(t, Entry{2, 10}, Entry{4, 20}, Entry{7, 35})
	for _, x := range []struct {
		ask, epoch int32
		end        int64
	}{
		{-1, Undefined, Undefined},
		{0, 0, 10}, {1, 1, 10}, // below all: the start of the first known epoch
		{2, 2, 20}, {3, 2, 20}, {4, 4, 35}, {5, 4, 35}, {6, 4, 35},
		{7, 7, 50}, // the latest: the log end offset
		{8, Undefined, Undefined},
	} {
		if e, end := c.EndOffsetFor(x.ask, 50); e != x.epoch || end != x.end {
			t.Errorf("epoch %d: got (%d, %d), want (%d, %d)", x.ask, e, end, x.epoch, x.end)
		}
	}
	if e, end := new(Cache).EndOffsetFor(0, 50); e != Undefined || end != Undefined {
		t.Error("an empty cache knows nothing")
	}
}

func TestAssigning(t *testing.T) {
	for _, x := range []struct {
		epoch   int32
		start   int64
		changed bool
		want    string
	}{
		{7, 40, false, "[{2 10} {4 20} {7 35}]"},       // the latest, later
		{7, 30, true, "[{2 10} {4 20} {7 30}]"},        // the latest, earlier
		{9, 35, true, "[{2 10} {4 20} {9 35}]"},        // an epoch without records gives way
		{9, 50, true, "[{2 10} {4 20} {7 35} {9 50}]"}, // the normal case
		{3, 60, true, "[{2 10} {3 60}]"},               // going back removes later epochs
		{9, 5, true, "[{9 5}]"},                        // and earlier offsets what lies above
		{-1, 50, false, "[{2 10} {4 20} {7 35}]"},
	} {
		c := cacheOf(t, Entry{2, 10}, Entry{4, 20}, Entry{7, 35})
		if got := c.Assign(x.epoch, x.start); got != x.changed || fmt.Sprint(c.Entries()) != x.want {
			t.Errorf("assign(%d, %d) = %v: %v, want %s", x.epoch, x.start, got, c.Entries(), x.want)
		}
	}
}

func TestTruncating(t *testing.T) {
	for _, x := range []struct {
		at         int64
		start, end string
	}{
		{5, "[{2 10} {4 20} {7 35}]", "[]"},
		{10, "[{2 10} {4 20} {7 35}]", "[]"},
		{15, "[{2 15} {4 20} {7 35}]", "[{2 10}]"},
		{20, "[{4 20} {7 35}]", "[{2 10}]"},
		{34, "[{4 34} {7 35}]", "[{2 10} {4 20}]"},
		{100, "[{7 100}]", "[{2 10} {4 20} {7 35}]"},
	} {
		s, e := cacheOf(t, Entry{2, 10}, Entry{4, 20}, Entry{7, 35}), cacheOf(t, Entry{2, 10}, Entry{4, 20}, Entry{7, 35})
		full := fmt.Sprint(s.Entries())
		if got := s.TruncateFromStart(x.at); fmt.Sprint(s.Entries()) != x.start || got != (x.start != full) {
			t.Errorf("from start at %d: %v %v, want %s", x.at, got, s.Entries(), x.start)
		}
		if s.TruncateFromStart(x.at) {
			t.Errorf("from start at %d twice", x.at)
		}
		if got := e.TruncateFromEnd(x.at); fmt.Sprint(e.Entries()) != x.end || got != (x.end != full) {
			t.Errorf("from end at %d: %v %v, want %s", x.at, got, e.Entries(), x.end)
		}
	}
}

// The second oracle is a log that remembers the epoch of every record.
func TestTwinThatKeepsTheEpochOfEveryRecordAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := new(Cache)
		var recs []int32 // recs[i] is the epoch of the record at offset base+i
		base, cur := int64(0), int32(0)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			end := base + int64(len(recs))
			switch rapid.SampledFrom([]string{"append", "append", "elect", "start", "end"}).Draw(t, "step") {
			case "append":
				c.Assign(cur, end)
				recs = append(recs, cur)
			case "elect":
				cur += rapid.Int32Range(1, 3).Draw(t, "bump")
			case "start":
				n := rapid.IntRange(0, len(recs)).Draw(t, "n")
				base, recs = base+int64(n), recs[n:]
				c.TruncateFromStart(base)
			case "end":
				n := rapid.IntRange(0, len(recs)).Draw(t, "n")
				recs = recs[:n]
				c.TruncateFromEnd(base + int64(n))
			}
			end = base + int64(len(recs))
			for i, want := range recs {
				if got := c.EpochFor(base + int64(i)); got != want {
					t.Fatalf("epoch of %d is %d, want %d (%v)", base+int64(i), got, want, c.entries)
				}
			}
			for _, e := range recs {
				_, got := c.EndOffsetFor(e, end)
				if want := base + int64(slices.IndexFunc(append(slices.Clone(recs), 1<<30), func(x int32) bool { return x > e })); got != want {
					t.Fatalf("end of epoch %d is %d, want %d (%v)", e, got, want, c.entries)
				}
			}
			for i := 1; i < len(c.entries); i++ {
				if c.entries[i-1].Epoch >= c.entries[i].Epoch || c.entries[i-1].StartOffset >= c.entries[i].StartOffset {
					t.Fatalf("not rising: %v", c.entries)
				}
			}
		}
	})
}

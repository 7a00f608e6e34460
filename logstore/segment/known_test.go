package segment

import (
	"testing"

	"github.com/kbroker/kbroker/protocol/record"
	"pgregory.net/rapid"
)

// sized is a batch of that many bytes of value.
func sized(base int64, records, value int) record.Batch {
	opt := record.NewBuilderOptions()
	opt.BaseOffset = base
	b := record.NewBuilder(opt)
	for range records {
		b.Append(1000, nil, make([]byte, value))
	}
	return b.Build()
}

// TestAReadEndsAtTheSameBatchWhetherMemoryOrTheFileTellsIt appends, cuts, closes and opens, and compares every End of the
// active segment with one over the batches as a list.
func TestAReadEndsAtTheSameBatchWhetherMemoryOrTheFileTellsIt(t *testing.T) {
	known := 0
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		env, _ := testEnv(tb)
		s := New(env, NewDir(dir), 0, 0)
		interval := rapid.SampledFrom([]int64{0, 50, 300, 1 << 20}).Draw(t, "interval")
		if err := s.Activate(interval); err != nil {
			t.Fatal(err)
		}
		var list []At
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				if len(list) > 0 {
					n := rapid.IntRange(0, len(list)-1).Draw(t, "keep")
					if err := s.TruncateTo(list[n].Last, interval); err != nil {
						t.Fatal(err)
					}
					list = list[:n]
				}
			case 1:
				if err := s.Seal(); err != nil {
					t.Fatal(err)
				}
				if err := s.Activate(interval); err != nil {
					t.Fatal(err)
				}
			default:
				b := sized(s.Next()+rapid.Int64Range(0, 2).Draw(t, "gap"), rapid.IntRange(1, 3).Draw(t, "records"), rapid.IntRange(0, 300).Draw(t, "value"))
				list = append(list, At{Pos: s.Size(), Size: int64(len(b)), Base: b.BaseOffset(), Last: b.LastOffset()})
				if err := s.Append(b, interval, 0); err != nil {
					t.Fatal(err)
				}
			}
		}
		v := s.View()
		for from := range list {
			maxBytes := rapid.IntRange(0, int(s.Size())+10).Draw(t, "maxBytes")
			limit := rapid.Int64Range(list[from].Base, s.Next()+1).Draw(t, "limit")
			if rapid.Bool().Draw(t, "all") {
				limit = s.Next()
			}
			minOne := rapid.Bool().Draw(t, "minOne")
			end, next, upTo := list[from].Pos, int64(-1), s.Next()
			for i, a := range list[from:] {
				if a.Last >= limit || a.Pos+a.Size-list[from].Pos > int64(maxBytes) && !(i == 0 && minOne) {
					upTo = a.Base
					break
				}
				end, next = a.Pos+a.Size, a.Last+1
			}
			gotEnd, gotNext, err := v.End(list[from].Pos, maxBytes, limit, minOne)
			if err != nil {
				t.Fatal(err)
			}
			// Behind a gap the next offset may be that of the batch that follows.
			if gotEnd != end || next >= 0 && (gotNext < next || gotNext > upTo) {
				t.Fatalf("from %+v: end %d, next %d, want %d, %d", list[from], gotEnd, gotNext, end, next)
			}
			if _, _, ok := v.knownEnd(list[from].Pos, list[from].Pos+int64(maxBytes), limit, minOne); ok {
				known++
			}
		}
	})
	if known == 0 {
		t.Fatal("memory never told")
	}
}

// TestInvR29IndexEntriesOfAFileAreNotTakenForKnown is R29 for a segment that goes on: what was read from an index file is compared
// with the .log before it is used.
func TestInvR29IndexEntriesOfAFileAreNotTakenForKnown(t *testing.T) {
	env, _ := testEnv(t)
	s := filled(t, env, 50)
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if err := s.Activate(100); err != nil {
		t.Fatal(err)
	}
	if len(s.live.off) == 0 || len(s.live.marks) != 0 {
		t.Fatalf("%d entries, %d marks", len(s.live.off), len(s.live.marks))
	}
	for i := range 3 {
		if err := s.Append(batch(int64(100+2*i), 2000, 2), 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	v := s.View()
	one := s.Size() / 53
	if _, _, ok := v.knownEnd(0, 10*one, 106, true); ok {
		t.Fatal("a batch that the file's index names was believed")
	}
	if end, next, ok := v.knownEnd(51*one, 52*one, 106, true); !ok || end != 52*one || next != 104 {
		t.Fatal(end, next, ok)
	}
}

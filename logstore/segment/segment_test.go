package segment

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"pgregory.net/rapid"
)

const dir = "/p-0"

func testEnv(t testing.TB) (*Env, *vfs.Mem) {
	mem := vfs.NewMem()
	if err := mem.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return NewEnv(mem, 0, 0), mem
}

func batch(base, ts int64, n int) record.Batch {
	opt := record.NewBuilderOptions()
	opt.BaseOffset = base
	b := record.NewBuilder(opt)
	for range n {
		b.Append(ts, []byte("k"), []byte("some value"))
	}
	return b.Build()
}

// filled returns an active segment of n batches of two records, one timestamp unit apart.
func filled(t testing.TB, env *Env, n int) *Segment {
	s := New(env, NewDir(dir), 0, 0)
	if err := s.Activate(100); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := s.Append(batch(int64(2*i), int64(1000+i), 2), 100, 0); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// checkFinds looks every offset and timestamp up.
func checkFinds(s *Segment, n int) error {
	v := s.View()
	for off := range int64(2 * n) {
		a, ok, err := v.Find(off)
		if err != nil || !ok || a.Base != off/2*2 {
			return fmt.Errorf("offset %d: %+v %v %v", off, a, ok, err)
		}
		a, ok, err = v.FindTime(1000+off/2, 0)
		if err != nil || !ok || a.Base != off/2*2 {
			return fmt.Errorf("time of %d: %+v %v %v", off, a, ok, err)
		}
	}
	if _, ok, err := v.Find(int64(2 * n)); ok || err != nil {
		return fmt.Errorf("behind the end: %v %v", ok, err)
	}
	ts, last, err := v.MaxTimestamp()
	if err != nil || ts != int64(1000+n-1) || last != int64(2*n-1) {
		return fmt.Errorf("largest timestamp %d at %d: %v", ts, last, err)
	}
	return nil
}

func TestFindInActiveSealedAndReopened(t *testing.T) {
	env, mem := testEnv(t)
	s := filled(t, env, 50)
	if err := checkFinds(s, 50); err != nil {
		t.Fatal("active:", err)
	}
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if err := checkFinds(s, 50); err != nil {
		t.Fatal("sealed:", err)
	}
	size := s.Size()
	s = OpenSealed(NewEnv(mem, 1, 1), NewDir(dir), 0, 100, size, 0)
	if err := checkFinds(s, 50); err != nil {
		t.Fatal("reopened sealed:", err)
	}
	s, err := OpenActive(NewEnv(mem, 0, 0), NewDir(dir), 0, size, 0)
	if err != nil || s.Next() != 100 {
		t.Fatal(s.Next(), err)
	}
	if err := checkFinds(s, 50); err != nil {
		t.Fatal("reopened active:", err)
	}
}

func TestEndStopsAtLimitAndSize(t *testing.T) {
	env, _ := testEnv(t)
	s := filled(t, env, 50)
	one := s.Size() / 50
	rapid.Check(t, func(t *rapid.T) {
		v := s.View()
		i := rapid.Int64Range(0, 49).Draw(t, "from")
		maxBytes := rapid.IntRange(0, int(s.Size())+10).Draw(t, "maxBytes")
		limit := rapid.Int64Range(2*i, 102).Draw(t, "limit")
		minOne := rapid.Bool().Draw(t, "minOne")
		end, next, err := v.End(i*one, maxBytes, limit, minOne)
		if err != nil {
			t.Fatal(err)
		}
		n := min(int64(maxBytes)/one, limit/2-i, 50-i)
		if minOne && n == 0 && limit/2 > i {
			n = 1
		}
		if end != (i+n)*one || n > 0 && next != 2*(i+n) {
			t.Fatalf("from batch %d: end %d, next %d, want %d batches of %d", i, end, next, n, one)
		}
	})
}

func TestRecoveryCutsATornTail(t *testing.T) {
	for cut := int64(1); cut < 100; cut++ {
		env, mem := testEnv(t)
		s := filled(t, env, 30)
		one := s.Size() / 30
		f, err := mem.OpenFile(s.Path(LogSuffix), vfs.ReadWrite, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(s.Size() - cut); err != nil {
			t.Fatal(err)
		}
		got, rec, err := Recover(NewEnv(mem, 0, 0), NewDir(dir), 0, s.Size()-cut, math.MaxInt64, 0, 0, 100, false, func(record.Batch) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		n := 30 - (cut+one-1)/one
		if got.Size() != n*one || got.Next() != 2*n || (rec.Damage == nil) != (cut%one == 0) {
			t.Fatalf("cut %d: %d bytes, next %d, %+v", cut, got.Size(), got.Next(), rec)
		}
		if err := checkFinds(got, int(n)); err != nil {
			t.Fatal(err)
		}
	}
}

// A batch that claims more than a scan's buffer is checked in pieces.
func TestScanOfLargeBatches(t *testing.T) {
	env, mem := testEnv(t)
	s := New(env, NewDir(dir), 0, 0)
	if err := s.Activate(100); err != nil {
		t.Fatal(err)
	}
	sizes := []int{10, scanBytes + 5, 100, 3 * scanBytes, 20}
	for i, n := range sizes {
		b := record.NewBuilder(record.NewBuilderOptions())
		v := make([]byte, n)
		for j := range v {
			v[j] = byte(rand.Uint32())
		}
		b.Append(int64(1000+i), nil, v)
		x := b.Build()
		x.SetBaseOffset(int64(i))
		if err := s.Append(x, 100, 0); err != nil {
			t.Fatal(err)
		}
	}
	var got []int64
	re, rec, err := Recover(NewEnv(mem, 0, 0), NewDir(dir), 0, s.Size(), math.MaxInt64, 0, 0, 100, false, func(b record.Batch) error {
		got = append(got, b.BaseOffset())
		return nil
	})
	if err != nil || rec.Damage != nil || !slices.Equal(got, []int64{0, 1, 2, 3, 4}) {
		t.Fatalf("%v %+v %v", got, rec, err)
	}
	v := re.View()
	got = nil
	if err := v.ScanWhole(0, func(_ int64, b record.Batch) error {
		got = append(got, b.BaseOffset())
		return b.Validate(record.ValidateOptions{})
	}); err != nil || len(got) != 5 {
		t.Fatal(got, err)
	}
	got = nil
	if err := Walk(mem, s.Path(LogSuffix), func(pos int64, b record.Batch) error {
		got = append(got, b.BaseOffset())
		return b.Validate(record.ValidateOptions{})
	}); err != nil || len(got) != 5 {
		t.Fatal(got, err)
	}
	// damage in the middle of the largest
	f, err := mem.OpenFile(s.Path(LogSuffix), vfs.ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := v.Find(3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{0xde, 0xad, 0xbe, 0xef}, a.Pos+2*scanBytes); err != nil {
		t.Fatal(err)
	}
	re, rec, err = Recover(NewEnv(mem, 0, 0), NewDir(dir), 0, s.Size(), math.MaxInt64, 0, 0, 100, false, func(record.Batch) error { return nil })
	if err != nil || rec.Damage == nil || rec.Damage.Pos != a.Pos || re.Next() != 3 {
		t.Fatalf("%+v %v", rec, err)
	}
}

func TestDescriptorsAreBoundedAndRegionsKeepTheirs(t *testing.T) {
	env, mem := testEnv(t)
	env = NewEnv(mem, 2, 0)
	var regions []*Region
	for i := range 10 {
		s := New(env, NewDir(dir), int64(i), 0)
		if err := s.Activate(100); err != nil {
			t.Fatal(err)
		}
		if err := s.Append(batch(int64(i), 1, 1), 100, 0); err != nil {
			t.Fatal(err)
		}
		job, ok, err := s.PrepareFlush()
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := job.Run(); err != nil {
			t.Fatal(err)
		}
		v := s.View()
		r, err := v.Region(0, v.Size())
		if err != nil {
			t.Fatal(err)
		}
		regions = append(regions, r)
		s.MarkGone()
	}
	for i, r := range regions {
		b := make([]byte, r.Len())
		if _, err := r.ReadAt(b, 0); err != nil || record.Batch(b).BaseOffset() != int64(i) {
			t.Fatal(i, err)
		}
		r.Release()
	}
	if n := len(env.files.ring); n > 2 {
		t.Fatalf("%d files in the cache", n)
	}
	if env.Dirty() != 0 {
		t.Fatalf("%d dirty", env.Dirty())
	}
}

// ranges against a plain array of bits.
func TestRangesRememberNoMoreThanWasLearnt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ranges
		var known [100]bool
		tail := 100
		if rapid.Bool().Draw(t, "tail") {
			tail = rapid.IntRange(0, 99).Draw(t, "from")
			r.from(int64(tail))
			for i := tail; i < 100; i++ {
				known[i] = true
			}
		}
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			a := rapid.IntRange(0, 99).Draw(t, "a")
			b := rapid.IntRange(a, 100).Draw(t, "b")
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				r.cut(int64(a))
				for i := a; i < 100; i++ {
					known[i] = true // what is appended there later is known
				}
			case 1, 2, 3:
				r.learn(int64(a), int64(b))
				for i := a; i < b; i++ {
					known[i] = true
				}
			default:
				all := true
				for i := a; i < b; i++ {
					all = all && known[i]
				}
				if r.has(int64(a), int64(b)) && !all {
					t.Fatalf("[%d, %d) is said to be known: %+v", a, b, r.list)
				}
			}
		}
		if len(r.list) > maxRanges {
			t.Fatalf("%d ranges", len(r.list))
		}
	})
}

func TestNames(t *testing.T) {
	for _, x := range []struct {
		name, suffix string
		base         int64
		ok           bool
	}{
		{"00000000000000000042.log", ".log", 42, true},
		{"00000000000000000042.log.swap", ".log.swap", 42, true},
		{"09223372036854775807.index", ".index", 1<<63 - 1, true},
		{"99999999999999999999.log", "", 0, false},
		{"0000000000000000004.log", "", 0, false},
		{"-0000000000000000042.log", "", 0, false},
		{"partition.metadata", "", 0, false},
		{"00000000000000000042", "", 0, false},
	} {
		base, suffix, ok := ParseName(x.name)
		if ok != x.ok || ok && (base != x.base || suffix != x.suffix) {
			t.Errorf("%s: %d %q %v", x.name, base, suffix, ok)
		}
		if ok && FileName(base, suffix) != x.name {
			t.Errorf("%s becomes %s", x.name, FileName(base, suffix))
		}
	}
}

// Any bytes for any of the files: no panic, no wrong answer, and what recovery keeps is a prefix of valid batches.
func FuzzRecover(f *testing.F) {
	env, mem := testEnv(f)
	s := filled(f, env, 20)
	if err := s.Seal(); err != nil {
		f.Fatal(err)
	}
	var files [3][]byte
	for i, suffix := range []string{LogSuffix, IndexSuffix, TimeSuffix} {
		b, err := mem.ReadFile(s.Path(suffix))
		if err != nil {
			f.Fatal(err)
		}
		files[i] = b
	}
	f.Add(files[0], files[1], files[2], int64(0))
	f.Add(files[0], files[1], files[2], int64(20))
	f.Add(files[0][:len(files[0])-7], files[1][:9], []byte{}, int64(11))
	f.Fuzz(func(t *testing.T, log, index, times []byte, trusted int64) {
		env, mem := testEnv(t)
		for i, suffix := range []string{LogSuffix, IndexSuffix, TimeSuffix} {
			h, err := mem.OpenFile(Path(dir, 0, suffix), vfs.ReadWrite|vfs.Create, 0o644)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.WriteAt([][]byte{log, index, times}[i], 0); err != nil {
				t.Fatal(err)
			}
		}
		s, rec, err := Recover(env, NewDir(dir), 0, int64(len(log)), math.MaxInt64, trusted, 0, 100, false, func(record.Batch) error { return nil })
		if err != nil {
			var c *CorruptError
			if !errors.As(err, &c) {
				t.Fatalf("not a damage: %v", err)
			}
			return
		}
		if s.Size() > int64(len(log)) || s.Size() != rec.End && len(log) > 0 {
			t.Fatalf("%d bytes of %d, %+v", s.Size(), len(log), rec)
		}
		v := s.View()
		if trusted > 0 {
			return // what lies below the recovery point was not looked at
		}
		next := int64(0)
		if err := v.Scan(0, func(pos int64, b record.Batch) error {
			if b.BaseOffset() < next {
				t.Fatalf("offset %d behind %d", b.BaseOffset(), next)
			}
			next = b.NextOffset()
			a, ok, err := v.Find(b.BaseOffset())
			if err != nil || !ok || a.Pos != pos {
				t.Fatalf("batch at %d is found at %d: %v %v", pos, a.Pos, ok, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if next != s.Next() && s.Size() > 0 {
			t.Fatalf("next is %d, last batch ends at %d", s.Next(), next)
		}
	})
}

func FuzzIndexFiles(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 99})
	f.Add(make([]byte, 34))
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, ok := ParseIndex(data, 1000); ok && len(list)*entrySize > len(data) {
			t.Fatal("more entries than bytes")
		}
		if list, ok := ParseTimeIndex(data); ok && len(list)*timeEntrySize > len(data) {
			t.Fatal("more entries than bytes")
		}
		if list, ok := ParseTxnIndex(data); ok && string(encodeTxns(list)) != string(data) {
			t.Fatal("a transaction index does not survive a round")
		}
	})
}

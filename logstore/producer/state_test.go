package producer

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/kbroker/kbroker/protocol/record"
	"pgregory.net/rapid"
)

// A desk is a state and the log that it should equal.
type desk struct {
	s   *State
	log []record.Batch
	end int64
}

func newDesk() *desk { return &desk{s: New(0)} }

type batchSpec struct {
	pid      int64
	epoch    int16
	seq      int32
	n        int
	txn      bool
	marker   string // "", "commit", "abort"
	coord    int32
	ts       int64
	origin   Origin
	version  int16
	failDisk bool
}

func (b batchSpec) build() record.Batch {
	if b.marker != "" {
		return record.EndTxnMarker(b.pid, b.epoch, b.marker == "commit", b.coord, b.ts)
	}
	o := record.NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = b.pid, b.epoch, b.seq, b.txn
	bd := record.NewBuilder(o)
	for range b.n {
		bd.Append(b.ts, nil, nil)
	}
	return bd.Build()
}

// append does what a log does: stage, write, commit.
func (d *desk) append(spec batchSpec) string {
	b := spec.build()
	m, ok, err := MetaOf(b)
	if err != nil || !ok {
		return fmt.Sprintf("meta: %v %v", ok, err)
	}
	d.s.Begin(spec.origin, spec.version)
	dup, isDup, err := d.s.Stage(&m, d.end)
	switch {
	case err != nil:
		d.s.Drop()
		return err.Error()
	case isDup:
		d.s.Drop()
		return fmt.Sprintf("duplicate of %d-%d at %d", dup.FirstOffset(), dup.LastOffset, dup.Timestamp)
	case spec.failDisk:
		d.s.Drop()
		return "disk failed"
	}
	b.SetBaseOffset(d.end)
	d.log = append(d.log, b)
	out := fmt.Sprintf("offset %d", d.end)
	d.end = b.NextOffset()
	for _, c := range d.s.Commit(d.end) {
		out += fmt.Sprintf(", completed %d: %d-%d aborted=%v stable=%d", c.ProducerID, c.FirstOffset, c.LastOffset, c.Aborted, c.LastStableOffset)
	}
	return out
}

func (d *desk) show() string {
	var sb strings.Builder
	for _, e := range d.s.Producers() {
		fmt.Fprintf(&sb, "producer %d epoch %d coordinator %d time %d txn %d:", e.ProducerID, e.Epoch, e.CoordinatorEpoch, e.LastTimestamp, e.TxnFirstOffset)
		for _, b := range e.Batches() {
			fmt.Fprintf(&sb, " [seq %d-%d off %d-%d]", b.FirstSeq(), b.LastSeq, b.FirstOffset(), b.LastOffset)
		}
		sb.WriteString("\n")
	}
	fmt.Fprintf(&sb, "end %d unstable %d undecided %d\n", d.s.EndOffset(), d.s.FirstUnstableOffset(), d.s.FirstUndecidedOffset())
	return sb.String()
}

func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		d := newDesk()
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
			return d.command(t, td)
		})
	})
}

func (d *desk) command(t *testing.T, td *datadriven.TestData) string {
	switch td.Cmd {
	case "append":
		spec := batchSpec{n: 1}
		var pid, epoch, coord, origin, version, ts int
		td.MaybeScanArgs(t, "pid", &pid)
		td.MaybeScanArgs(t, "epoch", &epoch)
		td.MaybeScanArgs(t, "coord", &coord)
		td.MaybeScanArgs(t, "origin", &origin)
		td.MaybeScanArgs(t, "version", &version)
		td.MaybeScanArgs(t, "ts", &ts)
		td.MaybeScanArgs(t, "seq", &spec.seq)
		td.MaybeScanArgs(t, "n", &spec.n)
		td.MaybeScanArgs(t, "marker", &spec.marker)
		spec.txn, spec.failDisk = td.HasArg("txn"), td.HasArg("fail")
		spec.pid, spec.epoch, spec.coord = int64(pid), int16(epoch), int32(coord)
		spec.origin, spec.version, spec.ts = Origin(origin), int16(version), int64(ts)
		return d.append(spec) + "\n"
	case "hw":
		var hw int64
		td.ScanArgs(t, "to", &hw)
		d.s.HighWatermark(hw)
	case "expire":
		var now, age int64
		td.ScanArgs(t, "now", &now)
		td.ScanArgs(t, "age", &age)
		return fmt.Sprintf("expired %d\n", d.s.Expire(now, age))
	case "show":
	default:
		t.Fatalf("unknown command %s", td.Cmd)
	}
	return d.show()
}

func TestTrap069LastFiveBatchesAreDuplicates(t *testing.T) {
	d := newDesk()
	for i := range 7 {
		if got := d.append(batchSpec{pid: 1, seq: int32(i * 3), n: 3, ts: int64(i)}); got != fmt.Sprintf("offset %d", i*3) {
			t.Fatal(got)
		}
	}
	for i := range 7 {
		got := d.append(batchSpec{pid: 1, seq: int32(i * 3), n: 3})
		if i >= 2 && got != fmt.Sprintf("duplicate of %d-%d at %d", i*3, i*3+2, i) || i < 2 && !strings.Contains(got, "out of order") {
			t.Fatalf("batch %d: %s", i, got)
		}
	}
	// Inside the window, but not one of the batches.
	if got := d.append(batchSpec{pid: 1, seq: 15, n: 2}); !strings.Contains(got, "out of order") {
		t.Fatal(got)
	}
}

func TestInvI1ARetryAppendsNothing(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, n: 2})
	before := d.show()
	if got := d.append(batchSpec{pid: 1, n: 2}); got != "duplicate of 0-1 at 0" || d.show() != before {
		t.Fatal(got, d.show())
	}
}

func TestInvI2SequenceWrapsAndGapsAreRefused(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, seq: math.MaxInt32 - 1, n: 2})
	if got := d.append(batchSpec{pid: 1, seq: 1, n: 1}); !strings.Contains(got, "sent sequence 1, expected 0") {
		t.Fatal(got)
	}
	if got := d.append(batchSpec{pid: 1, seq: 0, n: 1}); got != "offset 2" {
		t.Fatal(got)
	}
	d.append(batchSpec{pid: 2, seq: math.MaxInt32, n: 3}) // wraps within the batch
	if got := d.append(batchSpec{pid: 2, seq: 2, n: 1}); got != "offset 6" {
		t.Fatal(got)
	}
	if got := d.append(batchSpec{pid: 2, seq: math.MaxInt32, n: 3}); got != "duplicate of 3-5 at 0" {
		t.Fatal(got)
	}
}

func TestTrap070UnknownProducerMayStartAnywhereAndAnEpochBumpStartsAtZero(t *testing.T) {
	d := newDesk()
	if got := d.append(batchSpec{pid: 1, epoch: 3, seq: 77, n: 1}); got != "offset 0" {
		t.Fatal(got)
	}
	if got := d.append(batchSpec{pid: 1, epoch: 4, seq: 78, n: 1}); !strings.Contains(got, "sent sequence 78, expected 0") {
		t.Fatal(got)
	}
	if got := d.append(batchSpec{pid: 1, epoch: 4, seq: 0, n: 1}); got != "offset 1" {
		t.Fatal(got)
	}
}

func TestInvI3AnOlderEpochIsRefused(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, epoch: 5, n: 1})
	for _, o := range []Origin{Client, Coordinator} {
		if got := d.append(batchSpec{pid: 1, epoch: 4, seq: 1, n: 1, origin: o}); !strings.Contains(got, "the current epoch is 5") {
			t.Fatal(got)
		}
	}
	s := New(0) // a new leader that has only the log
	for _, b := range d.log {
		if _, err := s.Replay(b); err != nil {
			t.Fatal(err)
		}
	}
	s.Begin(Client, 0)
	m, _, _ := MetaOf(batchSpec{pid: 1, epoch: 4, n: 1}.build())
	if _, _, err := s.Stage(&m, 1); !errors.Is(err, ErrInvalidEpoch) {
		t.Fatal(err)
	}
}

func TestInvI5AFailedAppendLeavesTheStateAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk()
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			d.append(drawSpec(t))
		}
		before := d.show()
		spec := drawSpec(t)
		spec.failDisk = true
		d.append(spec)
		if after := d.show(); after != before {
			t.Fatalf("before\n%safter\n%s", before, after)
		}
	})
}

func drawSpec(t *rapid.T) batchSpec {
	s := batchSpec{
		pid:    rapid.Int64Range(1, 3).Draw(t, "pid"),
		epoch:  rapid.Int16Range(0, 2).Draw(t, "epoch"),
		seq:    rapid.Int32Range(0, 8).Draw(t, "seq"),
		n:      rapid.IntRange(1, 3).Draw(t, "records"),
		txn:    rapid.Bool().Draw(t, "txn"),
		coord:  rapid.Int32Range(0, 2).Draw(t, "coord"),
		ts:     rapid.Int64Range(0, 50).Draw(t, "ts"),
		marker: rapid.SampledFrom([]string{"", "", "", "commit", "abort"}).Draw(t, "marker"),
	}
	if s.marker != "" {
		s.origin = Coordinator
		s.version = rapid.SampledFrom([]int16{0, 1, 2}).Draw(t, "version")
	}
	return s
}

// After restart, failover or truncation the state equals what the log replays to; a snapshot in between changes nothing
// but the older four of the five batches.
func TestInvI4ReplayAndSnapshotGiveTheSameState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk()
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			d.append(drawSpec(t))
		}
		if len(d.log) == 0 {
			return
		}
		cut := rapid.IntRange(0, len(d.log)).Draw(t, "cut")
		end := int64(0)
		full, half := &desk{s: New(0)}, &desk{s: New(0)}
		for _, b := range d.log[:cut] {
			replay(t, half.s, b)
			end = b.NextOffset()
		}
		entries, err := ParseSnapshot(half.s.Snapshot(nil))
		if err != nil {
			t.Fatal(err)
		}
		half.s.Load(entries, end, 0, -1)
		for _, b := range d.log {
			replay(t, full.s, b)
		}
		for _, b := range d.log[cut:] {
			replay(t, half.s, b)
		}
		if got, want := full.show(), d.show(); got != want {
			t.Fatalf("replayed\n%slive\n%s", got, want)
		}
		if got, want := lastOnly(half.s), lastOnly(d.s); got != want {
			t.Fatalf("from snapshot\n%slive\n%s", got, want)
		}
		if half.s.FirstUndecidedOffset() != d.s.FirstUndecidedOffset() {
			t.Fatal("undecided offset differs")
		}
		d.s.HighWatermark(d.end)
		half.s.HighWatermark(d.end)
		if half.s.FirstUnstableOffset() != d.s.FirstUnstableOffset() {
			t.Fatal("unstable offset differs")
		}
	})
}

func replay(t *rapid.T, s *State, b record.Batch) {
	if _, err := s.Replay(b); err != nil {
		t.Fatal(err)
	}
}

func lastOnly(s *State) string {
	out := ""
	for _, e := range s.Producers() {
		out += fmt.Sprintf("%d %d %d %d %d %d %d\n", e.ProducerID, e.Epoch, e.CoordinatorEpoch, e.LastTimestamp, e.TxnFirstOffset, e.LastSeq(), e.LastDataOffset())
	}
	return out
}

// The second oracle keeps every batch for ever and judges by searching them.
func TestTwinThatKeepsEverythingAgrees(t *testing.T) {
	type kept struct {
		epoch       int16
		first, last int32
		offset      int64
	}
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk()
		all := map[int64][]kept{}
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			s := batchSpec{pid: rapid.Int64Range(1, 2).Draw(t, "pid"), n: rapid.IntRange(1, 2).Draw(t, "n")}
			hist := all[s.pid]
			if len(hist) > 0 && rapid.Bool().Draw(t, "near") {
				k := hist[len(hist)-1-rapid.IntRange(0, min(6, len(hist)-1)).Draw(t, "back")]
				s.epoch, s.seq = k.epoch, k.first
				if rapid.Bool().Draw(t, "next") {
					s.seq = k.last + 1
				}
			} else {
				s.epoch, s.seq = rapid.Int16Range(0, 3).Draw(t, "epoch"), rapid.Int32Range(0, 1).Draw(t, "seq")
			}
			want := ""
			cur := int16(-1)
			for _, k := range hist {
				cur = max(cur, k.epoch)
			}
			var ofCur []kept
			for _, k := range hist {
				if k.epoch == cur {
					ofCur = append(ofCur, k)
				}
			}
			last := s.seq + int32(s.n) - 1
			dup := slices.IndexFunc(ofCur[max(0, len(ofCur)-5):], func(k kept) bool { return k.first == s.seq && k.last == last })
			switch {
			case cur >= 0 && s.epoch == cur && dup >= 0:
				want = "duplicate"
			case s.epoch < cur:
				want = "invalid producer epoch"
			case cur >= 0 && s.epoch > cur && s.seq != 0:
				want = "out of order"
			case cur >= 0 && s.epoch == cur && s.seq != ofCur[len(ofCur)-1].last+1:
				want = "out of order"
			default:
				want = "offset"
				all[s.pid] = append(hist, kept{s.epoch, s.seq, last, d.end})
			}
			if got := d.append(s); !strings.HasPrefix(got, want) {
				t.Fatalf("%+v: got %s, want %s", s, got, want)
			}
		}
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	s := New(0)
	m, _, _ := MetaOf(batchSpec{pid: 1, n: 3}.build())
	mark, _, _ := MetaOf(batchSpec{pid: 2, marker: "commit"}.build())
	off := int64(0)
	one := func() {
		s.Begin(Client, 0)
		if _, dup, err := s.Stage(&m, off); err != nil || dup {
			t.Fatal(err)
		}
		off += 3
		s.Commit(off)
		m.FirstSeq, m.LastSeq = m.FirstSeq+3, m.LastSeq+3
		txn := Meta{ProducerID: 2, Transactional: true, FirstSeq: -1, LastSeq: -1}
		s.Begin(Coordinator, 0)
		if _, _, err := s.Stage(&txn, off); err != nil {
			t.Fatal(err)
		}
		off++
		s.Commit(off)
		s.Begin(Coordinator, 0)
		if _, _, err := s.Stage(&mark, off); err != nil {
			t.Fatal(err)
		}
		off++
		if len(s.Commit(off)) != 1 {
			t.Fatal("transaction not completed")
		}
		s.HighWatermark(off)
	}
	one()
	if n := testing.AllocsPerRun(100, one); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

func TestAnAppendOfManyProducersStagesEachOnce(t *testing.T) {
	s := New(0)
	s.Begin(Replication, 0)
	off := int64(0)
	for round := range 3 {
		for pid := range int64(40) {
			m, _, _ := MetaOf(batchSpec{pid: pid, seq: int32(round), n: 1}.build())
			if _, _, err := s.Stage(&m, off); err != nil {
				t.Fatal(err)
			}
			off++
		}
	}
	if len(s.staged) != 40 {
		t.Fatal(len(s.staged))
	}
	s.Commit(off)
	for _, e := range s.Producers() {
		if len(e.Batches()) != 3 || e.LastSeq() != 2 {
			t.Fatalf("%+v", e)
		}
	}
}

func TestDamagedSnapshotsAreRefused(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, n: 3})
	d.append(batchSpec{pid: 2, n: 3, txn: true})
	b := d.s.Snapshot(nil)
	for i := range b {
		bad := slices.Clone(b)
		bad[i] ^= 1
		if _, err := ParseSnapshot(bad); err == nil {
			t.Fatalf("flipped bit in byte %d", i)
		}
		if _, err := ParseSnapshot(b[:i]); err == nil {
			t.Fatalf("cut at %d", i)
		}
	}
}

func FuzzParseSnapshot(f *testing.F) {
	f.Add(New(0).Snapshot(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if entries, err := ParseSnapshot(b); err == nil {
			New(0).Load(entries, 0, 0, -1)
		}
	})
}

func TestInvI6ProducersDoNotExpireWhileTheirTransactionIsOpen(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, n: 1, txn: true, ts: 10})
	d.append(batchSpec{pid: 2, n: 1, ts: 10})
	if n := d.s.Expire(1_000_000, 100); n != 1 || d.s.FirstUndecidedOffset() != 0 {
		t.Fatal(n, d.show())
	}
	d.append(batchSpec{pid: 1, marker: "abort", origin: Coordinator, ts: 999_950})
	if n := d.s.Expire(1_000_000, 100); n != 0 { // the marker is activity
		t.Fatal(n)
	}
	if n := d.s.Expire(1_000_050, 100); n != 1 {
		t.Fatal(n)
	}
}

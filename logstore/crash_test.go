package logstore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// A script is a run over one log that notes what the log must hold.
type script struct {
	t       *testing.T
	clock   *clock
	store   *Store
	log     *Log
	history []string // record values by offset, control records as "marker"
	seq     map[int64]int32
	epoch   int32
}

func (s *script) append(values ...string) {
	b := batchOf(s.clock.ms, values...)
	s.write(b, Client, values...)
}

func (s *script) write(b record.Batch, o Origin, values ...string) {
	s.clock.ms += 10
	s.history = append(s.history, values...) // before: a crash within the write may leave it
	if _, err := s.log.AppendAsLeader(b, s.epoch, o); err != nil {
		s.t.Fatal(err)
	}
}

// produce appends records of an idempotent or transactional producer.
func (s *script) produce(id int64, txn bool, values ...string) {
	opt := record.NewBuilderOptions()
	opt.ProducerID, opt.ProducerEpoch, opt.BaseSequence, opt.Transactional = id, 0, s.seq[id], txn
	b := record.NewBuilder(opt)
	for _, v := range values {
		b.Append(s.clock.ms, []byte(v), []byte(v))
	}
	s.seq[id] += int32(len(values))
	s.write(b.Build(), Client, values...)
}

func (s *script) end(id int64, commit bool) {
	s.write(record.EndTxnMarker(id, 0, commit, 1, s.clock.ms), Coordinator, "marker")
}

func newScript(t *testing.T, fsys vfs.FS, cfg Config) *script {
	s := &script{t: t, clock: &clock{testTime}, seq: map[int64]int32{}}
	s.store = openStore(t, testConfig(fsys, s.clock))
	s.log = createLog(t, s.store, cfg)
	return s
}

// recovered is what a start after a crash must agree with: everything below durable is there, and nothing that was never written.
func checkRecovered(l *Log, history []string, durable int64) error {
	got, err := contents(l)
	if err != nil {
		return err
	}
	start, end := l.StartOffset(), l.EndOffset()
	if end < durable || end > int64(len(history)) {
		return fmt.Errorf("log ends at %d, durable are %d of %d", end, durable, len(history))
	}
	var want []string
	for off := start; off < end; off++ {
		if history[off] != "marker" {
			want = append(want, fmt.Sprintf("%d=%s", off, history[off]))
		}
	}
	var data []string
	for _, r := range got {
		if !isMarker(r) {
			data = append(data, r)
		}
	}
	if !reflect.DeepEqual(data, want) {
		return fmt.Errorf("got %v\nwant %v", data, want)
	}
	return checkProducers(l)
}

// isMarker: the value of an EndTxnMarker is version and coordinator epoch.
func isMarker(r string) bool { return len(r) > 6 && r[len(r)-6:] == "\x00\x00\x00\x00\x00\x01" }

// checkProducers holds producer state and aborted transactions against a plain replay of the whole log (I4, T65).
func checkProducers(l *Log) error {
	if l.StartOffset() > 0 {
		return nil // what began before the log start is not in the log
	}
	twin := producer.New(0)
	var aborted []AbortedTxn
	for off := int64(0); off < l.EndOffset(); {
		s, err := l.Read(off, 1<<20, l.EndOffset(), true)
		if err != nil {
			return err
		}
		b, err := s.Bytes(nil)
		if err != nil {
			return err
		}
		s.Release()
		for len(b) > 0 {
			batch, rest, err := record.Next(b)
			if err != nil {
				return err
			}
			b = rest
			if !batch.HasProducerID() {
				continue
			}
			done, err := twin.Replay(batch)
			if err != nil {
				return err
			}
			for _, d := range done {
				if d.Aborted {
					aborted = append(aborted, AbortedTxn{d.ProducerID, d.FirstOffset})
				}
			}
		}
		off = s.NextOffset
	}
	var want []ProducerState
	for _, e := range twin.Producers() {
		want = append(want, ProducerState{e.ProducerID, e.Epoch, e.LastSeq(), e.LastTimestamp, e.CoordinatorEpoch, e.TxnFirstOffset})
	}
	got := l.Producers()
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		return fmt.Errorf("producers %+v\nwant %+v", got, want)
	}
	have, err := l.AbortedTxns(0, l.EndOffset())
	if err != nil {
		return err
	}
	sortAborted(aborted)
	if len(have) != len(aborted) || len(have) > 0 && !reflect.DeepEqual(have, aborted) {
		return fmt.Errorf("aborted %+v\nwant %+v", have, aborted)
	}
	return nil
}

func sortAborted(l []AbortedTxn) {
	for i := range l {
		for j := i; j > 0 && l[j].FirstOffset < l[j-1].FirstOffset; j-- {
			l[j], l[j-1] = l[j-1], l[j]
		}
	}
}

func smallSegments() Config {
	cfg := DefaultConfig()
	cfg.SegmentBytes, cfg.IndexIntervalBytes = 700, 150
	return cfg
}

// crashRun runs fn and, before every operation that changes the disk, starts a second broker on what a crash then would leave.
func crashRun(t *testing.T, cfg Config, fn func(s *script)) {
	mem := vfs.NewMem()
	s := newScript(t, mem, cfg)
	points := 0
	mem.SetHook(func(op vfs.Op) {
		points++
		durable, history := s.log.FlushedOffset(), s.history
		for i, k := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash} {
			seed := uint64(op.N)<<8 + uint64(i)
			name := fmt.Sprintf("crash %d/%d before op %d (%s %s)", k, i, op.N, op.Kind, op.Name)
			if t.Failed() {
				return
			}
			if err := restart(mem.Clone(k, rand.New(rand.NewPCG(seed, 1))), s.clock.ms, history, durable); err != nil {
				t.Errorf("%s: %v", name, err) // not Fatal: the operation holds the log's locks
			}
		}
	})
	fn(s)
	mem.SetHook(nil)
	if points < 20 {
		t.Fatalf("only %d crash points", points)
	}
	t.Logf("%d crash points", points)
}

func restart(fsys vfs.FS, now int64, history []string, durable int64) error {
	cfg := testConfig(fsys, &clock{now})
	cfg.Default = smallSegments()
	s, err := Open(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	l := s.Get(tp0)
	if l == nil {
		if durable > 0 {
			return errors.New("the log is gone")
		}
		return nil
	}
	if l.Err() != nil {
		return l.Err()
	}
	if err := checkRecovered(l, history, durable); err != nil {
		return err
	}
	if l.TopicID() == [16]byte{} && durable > 0 {
		return errors.New("topic id is gone")
	}
	end := l.EndOffset()
	if info, err := l.AppendAsLeader(batchOf(now, "after"), 9, Client); err != nil || info.FirstOffset != end {
		return fmt.Errorf("append after recovery: %+v %v", info, err)
	}
	if err := l.FlushTo(end + 1); err != nil {
		return err
	}
	return nil
}

func TestInvR26CrashAtEveryDiskOperation(t *testing.T) {
	crashRun(t, smallSegments(), func(s *script) {
		for i := range 6 {
			s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
			if i%2 == 1 {
				if err := s.log.FlushTo(s.log.EndOffset()); err != nil {
					s.t.Fatal(err)
				}
			}
			s.produce(7, false, "i"+fmt.Sprint(i))
			if i%3 == 0 {
				s.produce(8, true, "x"+fmt.Sprint(i), "y"+fmt.Sprint(i))
				s.produce(9, true, "z"+fmt.Sprint(i))
				s.end(8, i%2 == 1)
				s.end(9, i%2 == 0)
			}
			if i == 3 {
				s.epoch = 2
				if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
					s.t.Fatal(err)
				}
			}
		}
		s.produce(8, true, "open")
		if err := s.store.Close(); err != nil {
			s.t.Fatal(err)
		}
	})
}

func TestInvR26GroupCommitCrashes(t *testing.T) {
	cfg := smallSegments()
	cfg.FlushMessages = 1
	crashRun(t, cfg, func(s *script) {
		for i := range 12 {
			s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
			if f := s.log.FlushedOffset(); f != s.log.EndOffset() {
				s.t.Fatalf("flushed %d of %d", f, s.log.EndOffset())
			}
		}
	})
}

// crashes calls check with what each crash before each disk operation of fn would leave.
func crashes(t *testing.T, mem *vfs.Mem, fn func(), check func(l *Log) error, now int64) {
	t.Helper()
	points := 0
	mem.SetHook(func(op vfs.Op) {
		points++
		for i, k := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash} {
			if t.Failed() {
				return
			}
			cfg := testConfig(mem.Clone(k, rand.New(rand.NewPCG(uint64(op.N), uint64(i)))), &clock{now})
			cfg.Default = smallSegments()
			s, err := Open(cfg)
			if err == nil {
				l := s.Get(tp0)
				if err = l.Err(); err == nil {
					err = check(l)
				}
				s.Close()
			}
			if err != nil {
				t.Errorf("crash %d/%d before op %d (%s %s): %v", k, i, op.N, op.Kind, op.Name, err)
			}
		}
	})
	fn()
	mem.SetHook(nil)
	if points == 0 {
		t.Fatal("no crash points")
	}
}

// isPrefix reports that the log holds history[start:end) for some end, nothing else.
func isPrefix(l *Log, history []string) error {
	got, err := contents(l)
	if err != nil {
		return err
	}
	start := l.StartOffset()
	if l.EndOffset()-start != int64(len(got)) {
		return fmt.Errorf("%d records in [%d, %d)", len(got), start, l.EndOffset())
	}
	for i, r := range got {
		off := start + int64(i)
		if off >= int64(len(history)) || r != fmt.Sprintf("%d=%s", off, history[off]) {
			return fmt.Errorf("record %s, not what was written", r)
		}
	}
	return nil
}

func flushedScript(t *testing.T) (*script, *vfs.Mem) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	for i := range 40 {
		s.epoch = int32(i / 10)
		s.append(fmt.Sprintf("a%d", i))
	}
	s.log.SetHighWatermark(40)
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	return s, mem
}

func TestCrashDuringTruncation(t *testing.T) {
	for _, to := range []int64{37, 20, 3, 0} {
		s, mem := flushedScript(t)
		crashes(t, mem, func() {
			if err := s.log.Truncate(to); err != nil {
				t.Fatal(err)
			}
		}, func(l *Log) error {
			if l.EndOffset() < to {
				return fmt.Errorf("log ends at %d", l.EndOffset())
			}
			return isPrefix(l, s.history)
		}, s.clock.ms)
		// once it has returned and new records are flushed, nothing of the old ones may come back
		s.epoch = 9
		s.history = s.history[:to]
		s.append("new")
		if err := s.log.FlushTo(to + 1); err != nil {
			t.Fatal(err)
		}
		for _, k := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill} {
			if err := restart(mem.Clone(k, nil), s.clock.ms, s.history, to+1); err != nil {
				t.Fatalf("truncated to %d: %v", to, err)
			}
		}
	}
}

func TestCrashDuringFullTruncation(t *testing.T) {
	s, mem := flushedScript(t)
	crashes(t, mem, func() {
		if err := s.log.TruncateFullyAndStartAt(1000); err != nil {
			t.Fatal(err)
		}
	}, func(l *Log) error {
		if l.EndOffset() == 1000 && l.StartOffset() == 1000 {
			return nil
		}
		return isPrefix(l, s.history)
	}, s.clock.ms)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s2 := openStore(t, testConfig(mem.Clone(vfs.PowerCut, nil), s.clock))
	if l := s2.Get(tp0); l.StartOffset() != 1000 || l.EndOffset() != 1000 {
		t.Fatalf("[%d, %d)", l.StartOffset(), l.EndOffset())
	}
}

func TestCrashDuringRetention(t *testing.T) {
	s, mem := flushedScript(t)
	cfg := smallSegments()
	cfg.RetentionBytes = 0
	s.log.SetConfig(cfg)
	crashes(t, mem, func() {
		if n, err := s.log.ApplyRetention(s.clock.ms); err != nil || n < 3 {
			t.Fatal(n, err)
		}
		s.store.removeDue(1 << 62)
	}, func(l *Log) error {
		if l.EndOffset() != 40 {
			return fmt.Errorf("log ends at %d", l.EndOffset())
		}
		return isPrefix(l, s.history)
	}, s.clock.ms)
}

// However large the active segment is, a start after a crash reads what lies behind the recovery point.
func TestRecoveryReadsTheTailOnly(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, DefaultConfig())
	abort := func(id int64) {
		s.produce(id, true, "x", "y")
		s.end(id, false)
	}
	abort(1)
	big := strings.Repeat("x", 512<<10)
	for range 40 {
		s.append(big)
	}
	s.produce(2, true, "open")
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	abort(3)
	s.end(2, false)
	for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill} {
		fault := vfs.NewFault(mem.Clone(kind, nil))
		read := 0
		fault.Inject(func(op vfs.Op) (error, int) {
			if op.Kind == vfs.OpRead {
				read += op.Size
			}
			return nil, 0
		})
		s2 := openStore(t, testConfig(fault, s.clock))
		if l := s2.Get(tp0); l.Err() != nil || read > 3<<20 {
			t.Fatalf("%v; %d bytes read to open a log of %d", l.Err(), read, l.Size())
		}
		l := s2.Get(tp0)
		if err := checkProducers(l); err != nil {
			t.Fatal(err)
		}
		if kind == vfs.ProcessKill && l.EndOffset() != int64(len(s.history)) {
			t.Fatalf("log ends at %d", l.EndOffset())
		}
	}
}

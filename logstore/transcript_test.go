package logstore

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// A world is what a transcript acts on.
type world struct {
	mem   *vfs.Mem
	clock *clock
	cfg   Config
	store *Store
	log   *Log
	seq   map[int64]int32
}

// TestTranscripts plays testdata/transcripts; -rewrite writes the answers anew.
//
//	open|config [segment=n] [interval=n] [flush=n] [compact] [retention-bytes=n] [retention-ms=n]
//	append value... | produce id=n [txn] value... | end id=n commit|abort | leader epoch=n
//	flush | roll | points | close | crash kind=power|kill | tear bytes=n | hw n | start n | truncate n | restart n | retain at=n | clean
//	read at=n [max=n] [limit=n] [stable] | time ts=n | aborted from=n to=n | state | segments | producers | ls | cat file=name
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		w := &world{mem: vfs.NewMem(), clock: &clock{1000}, cfg: DefaultConfig(), seq: map[int64]int32{}}
		epoch := int32(0)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			out, err := w.run(d, &epoch)
			if err != nil {
				return out + "error: " + err.Error() + "\n"
			}
			if out == "" {
				return "ok\n"
			}
			return out
		})
		if w.store != nil {
			w.store.Close()
		}
	})
}

func argInt(d *datadriven.TestData, key string, def int64) int64 {
	for _, a := range d.CmdArgs {
		if a.Key == key && len(a.Vals) == 1 {
			var n int64
			if _, err := fmt.Sscan(a.Vals[0], &n); err == nil {
				return n
			}
		}
	}
	return def
}

// words returns the arguments that are not key=value.
func words(d *datadriven.TestData) (out []string) {
	for _, a := range d.CmdArgs {
		if len(a.Vals) == 0 {
			out = append(out, a.Key)
		}
	}
	return out
}

func number(d *datadriven.TestData) (n int64) {
	for _, w := range words(d) {
		if _, err := fmt.Sscan(w, &n); err == nil {
			return n
		}
	}
	return -1
}

func (w *world) run(d *datadriven.TestData, epoch *int32) (string, error) {
	switch d.Cmd {
	case "open":
		return w.open(d)
	case "leader":
		*epoch = int32(argInt(d, "epoch", 0))
		return "", nil
	case "append", "produce", "end":
		return w.append(d, *epoch)
	case "close":
		return "", w.store.Close()
	case "crash":
		kind := vfs.PowerCut
		if d.HasArg("kind") && argText(d, "kind") == "kill" {
			kind = vfs.ProcessKill
		}
		w.mem, w.store = w.mem.Clone(kind, nil), nil
		return "", nil
	case "tear":
		return w.tear(argInt(d, "bytes", 1))
	case "ls":
		names, err := w.mem.List("/data/t-0")
		return strings.Join(names, "\n") + "\n", err
	case "cat":
		b, err := w.mem.ReadFile("/data/" + argText(d, "file"))
		return string(b), err
	}
	return w.onLog(d)
}

func argText(d *datadriven.TestData, key string) string {
	for _, a := range d.CmdArgs {
		if a.Key == key && len(a.Vals) == 1 {
			return a.Vals[0]
		}
	}
	return ""
}

func (w *world) open(d *datadriven.TestData) (string, error) {
	w.configure(d)
	cfg := testConfig(w.mem, w.clock)
	cfg.Default = w.cfg
	s, err := Open(cfg)
	if err != nil {
		return "", err
	}
	w.store = s
	if w.log = s.Get(tp0); w.log == nil {
		w.log, err = s.Create(tp0, topicID, w.cfg)
		return "created\n", err
	}
	return w.state(), w.log.Err()
}

func (w *world) configure(d *datadriven.TestData) {
	w.cfg.SegmentBytes = argInt(d, "segment", w.cfg.SegmentBytes)
	w.cfg.IndexIntervalBytes = argInt(d, "interval", w.cfg.IndexIntervalBytes)
	w.cfg.FlushMessages = argInt(d, "flush", w.cfg.FlushMessages)
	w.cfg.RetentionBytes = argInt(d, "retention-bytes", w.cfg.RetentionBytes)
	w.cfg.RetentionMs = argInt(d, "retention-ms", w.cfg.RetentionMs)
	if d.HasArg("compact") {
		w.cfg.Compact, w.cfg.Delete, w.cfg.MinCleanableRatio = true, false, 0
	}
}

func (w *world) state() string {
	l := w.log
	return fmt.Sprintf("[%d, %d) hw=%d lso=%d flushed=%d epoch=%d\n", l.StartOffset(), l.EndOffset(), l.HighWatermark(), l.LastStableOffset(), l.FlushedOffset(), l.LatestEpoch())
}

func (w *world) append(d *datadriven.TestData, epoch int32) (string, error) {
	w.clock.ms += 10
	id := argInt(d, "id", -1)
	txn := d.HasArg("txn")
	opt := record.NewBuilderOptions()
	opt.ProducerID = id
	if id >= 0 {
		opt.ProducerEpoch, opt.Transactional = 0, txn
		opt.BaseSequence = int32(argInt(d, "seq", int64(w.seq[id])))
	}
	b := record.NewBuilder(opt)
	n := 0
	for _, v := range words(d) {
		if v == "txn" {
			continue
		}
		k, _, _ := strings.Cut(v, ":")
		b.Append(w.clock.ms, []byte(k), []byte(v))
		n++
	}
	batch, origin := b.Build(), Client
	if d.Cmd == "end" {
		batch, origin = record.EndTxnMarker(id, 0, d.HasArg("commit"), 0, w.clock.ms), Coordinator
	} else if id >= 0 {
		w.seq[id] = opt.BaseSequence + int32(n)
	}
	info, err := w.log.AppendAsLeader(batch, epoch, origin)
	if err != nil {
		return "", err
	}
	dup := ""
	if info.Duplicate {
		dup = " duplicate"
	}
	return fmt.Sprintf("%d..%d%s\n", info.FirstOffset, info.LastOffset, dup), nil
}

// tear cuts bytes off the last segment file.
func (w *world) tear(n int64) (string, error) {
	names, err := w.mem.List("/data/t-0")
	if err != nil {
		return "", err
	}
	for i := len(names) - 1; i >= 0; i-- {
		if !strings.HasSuffix(names[i], ".log") {
			continue
		}
		f, err := w.mem.OpenFile("/data/t-0/"+names[i], vfs.ReadWrite, 0)
		if err != nil {
			return "", err
		}
		size, err := f.Size()
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s: %d of %d bytes remain\n", names[i], size-n, size), f.Truncate(size - n)
	}
	return "", errors.New("no segment")
}

func (w *world) onLog(d *datadriven.TestData) (string, error) {
	l := w.log
	switch d.Cmd {
	case "flush":
		if err := l.FlushTo(l.EndOffset()); err != nil {
			return "", err
		}
	case "roll":
		return "", l.Roll()
	case "points":
		return "", l.dir.moveRecoveryPoints(-1)
	case "hw":
		l.SetHighWatermark(number(d))
	case "start":
		if err := l.AdvanceStartOffset(number(d)); err != nil {
			return "", err
		}
	case "truncate":
		if err := l.Truncate(number(d)); err != nil {
			return "", err
		}
	case "config":
		w.configure(d)
		l.SetConfig(w.cfg)
	case "restart":
		if err := l.TruncateFullyAndStartAt(number(d)); err != nil {
			return "", err
		}
	case "retain":
		n, err := l.ApplyRetention(argInt(d, "at", w.clock.ms))
		w.store.removeDue(1 << 62)
		return fmt.Sprintf("%d segments deleted\n", n) + w.state(), err
	case "clean":
		n := 0
		for w.store.CleanOnce() {
			n++
		}
		w.store.removeDue(1 << 62)
		return fmt.Sprintf("%d rounds\n", n), l.Err()
	case "read":
		return w.read(d)
	default:
		return w.ask(d)
	}
	return w.state(), nil
}

func (w *world) read(d *datadriven.TestData) (string, error) {
	l := w.log
	limit := argInt(d, "limit", l.EndOffset())
	if d.HasArg("stable") {
		limit = l.LastStableOffset()
	}
	s, err := l.Read(argInt(d, "at", 0), int(argInt(d, "max", 1<<20)), limit, true)
	if err != nil {
		return "", err
	}
	b, err := s.Bytes(nil)
	s.Release()
	if err != nil {
		return "", err
	}
	var sb strings.Builder
	for len(b) > 0 {
		batch, rest, err := record.Next(b)
		if err != nil {
			return sb.String(), err
		}
		b = rest
		fmt.Fprintf(&sb, "batch %d..%d epoch %d", batch.BaseOffset(), batch.LastOffset(), batch.LeaderEpoch())
		if batch.IsControl() {
			sb.WriteString(" control\n")
			continue
		}
		if err := batch.Records(func(r record.Record) error {
			fmt.Fprintf(&sb, " %d=%s", r.Offset, r.Value)
			return nil
		}); err != nil {
			return sb.String(), err
		}
		sb.WriteString("\n")
	}
	fmt.Fprintf(&sb, "next %d\n", s.NextOffset)
	return sb.String(), nil
}

func (w *world) ask(d *datadriven.TestData) (string, error) {
	l := w.log
	var sb strings.Builder
	switch d.Cmd {
	case "state":
		return w.state(), nil
	case "time":
		f, ok, err := l.OffsetForTimestamp(argInt(d, "ts", 0), l.EndOffset())
		if !ok || err != nil {
			return "none\n", err
		}
		return fmt.Sprintf("offset %d at %d epoch %d\n", f.Offset, f.Timestamp, f.LeaderEpoch), nil
	case "aborted":
		list, err := l.AbortedTxns(argInt(d, "from", 0), argInt(d, "to", l.EndOffset()))
		for _, a := range list {
			fmt.Fprintf(&sb, "producer %d from %d\n", a.ProducerID, a.FirstOffset)
		}
		if len(list) == 0 {
			return "none\n", err
		}
		return sb.String(), err
	case "segments":
		for _, s := range l.Segments() {
			fmt.Fprintf(&sb, "[%d, %d) %d bytes, newest %d active=%v\n", s.BaseOffset, s.NextOffset, s.Bytes, s.MaxTimestamp, s.Active)
		}
	case "producers":
		for _, p := range l.Producers() {
			fmt.Fprintf(&sb, "%d epoch %d last %d txn %d\n", p.ID, p.Epoch, p.LastSequence, p.CurrentTxnStartOffset)
		}
		if sb.Len() == 0 {
			return "none\n", nil
		}
	default:
		return "", fmt.Errorf("unknown command %s", d.Cmd)
	}
	return sb.String(), nil
}

package cleaner

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/record"
)

// A world is a log in memory, with producers that write to it and a cleaner that runs over it.
type world struct {
	segs       [][]record.Batch // the last one is active
	bases      []int64
	end        int64
	state      *producer.State
	seq        map[int64]int32
	aborted    []AbortedTxn
	checkpoint int64
	now        int64
	rules      Rules
	mapBytes   int64
	fatal      func(...any)
}

func newWorld(fatal func(...any)) *world {
	return &world{segs: [][]record.Batch{nil}, bases: []int64{0}, state: producer.New(0), seq: map[int64]int32{}, checkpoint: -1,
		rules: Rules{MaxLagMs: 1 << 62, DeleteRetentionMs: 100, SegmentBytes: 1 << 20, MaxIndexBytes: 1 << 20}, mapBytes: 1 << 20, fatal: fatal}
}

type kv struct {
	key   string // "" is null
	value string // "" is null
}

// produce appends a batch; pid 0 is a producer without an id.
func (w *world) produce(pid int64, txn bool, codec record.Codec, kvs ...kv) {
	o := record.NewBuilderOptions()
	o.BaseOffset, o.Codec, o.LeaderEpoch = w.end, codec, 1
	if pid > 0 {
		o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = pid, 0, w.seq[pid], txn
		w.seq[pid] += int32(len(kvs))
	}
	b := record.NewBuilder(o)
	for _, x := range kvs {
		b.Append(w.now, bytesOf(x.key), bytesOf(x.value))
	}
	w.append(b.Build())
}

func bytesOf(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func (w *world) mark(pid int64, commit bool) {
	b := record.EndTxnMarker(pid, 0, commit, 0, w.now)
	b.SetBaseOffset(w.end)
	w.append(b)
}

func (w *world) append(b record.Batch) {
	done, err := w.state.Replay(b)
	if err != nil {
		w.fatal(err)
	}
	for _, c := range done {
		if c.Aborted {
			w.aborted = append(w.aborted, AbortedTxn{ProducerID: c.ProducerID, FirstOffset: c.FirstOffset, LastOffset: c.LastOffset, LastStableOffset: c.LastStableOffset})
		}
	}
	last := len(w.segs) - 1
	w.segs[last] = append(w.segs[last], slices.Clone(b))
	w.end = b.NextOffset()
	w.state.HighWatermark(w.end)
}

func (w *world) roll() {
	if w.bases[len(w.bases)-1] != w.end {
		w.segs, w.bases = append(w.segs, nil), append(w.bases, w.end)
	}
}

func (w *world) stable() int64 {
	if u := w.state.FirstUnstableOffset(); u != producer.NoOffset {
		return u
	}
	return w.end
}

func (w *world) plan() *Log {
	l := &Log{StartOffset: 0, EndOffset: w.end, LastStableOffset: w.stable(), Checkpoint: w.checkpoint, Rules: w.rules}
	for i, seg := range w.segs {
		s := Segment{BaseOffset: w.bases[i], MaxTimestamp: -1, FirstTimestamp: -1}
		for _, b := range seg {
			s.Bytes += int64(len(b))
			s.MaxTimestamp = max(s.MaxTimestamp, b.MaxTimestamp())
			if s.FirstTimestamp < 0 {
				s.FirstTimestamp = b.MaxTimestamp()
			}
		}
		l.Segments = append(l.Segments, s)
	}
	return l
}

func (w *world) overlapping(from, to int64) []AbortedTxn {
	var out []AbortedTxn
	for _, a := range w.aborted {
		if a.FirstOffset < to && a.LastOffset >= from {
			out = append(out, a)
		}
	}
	return out
}

// clean runs one round over everything that may be cleaned and returns what the plan was.
func (w *world) clean() Candidate {
	l := w.plan()
	c := Assess(l, w.now)
	if c.CleanableBytes == 0 {
		return c
	}
	x := NewIndexer(NewOffsetMap(w.mapBytes), c.FirstDirty, w.overlapping(c.FirstDirty, c.End), 0)
	w.index(x, c)
	f := NewFilter(FilterOptions{Offsets: x.offsets, Producers: w.state.LastRecords(), Now: w.now, DeleteRetentionMs: w.rules.DeleteRetentionMs, End: c.End})
	runs := Group(l, x.End())
	var segs [][]record.Batch
	var bases []int64
	kept := w.overlapping(l.Segments[runs[len(runs)-1]].BaseOffset, w.end)
	for i, from := range runs[:len(runs)-1] {
		var out []byte
		for s := from; s < runs[i+1]; s++ {
			f.AddAborted(w.overlapping(w.bases[s], w.bases[s+1]))
			for _, b := range w.segs[s] {
				var err error
				if out, err = f.Clean(out, b); err != nil {
					w.fatal(err)
				}
			}
		}
		segs, bases = append(segs, split(out, w.fatal)), append(bases, w.bases[from])
		kept = append(kept, f.TakeAborted()...)
	}
	n := runs[len(runs)-1]
	w.segs, w.bases = append(segs, w.segs[n:]...), append(bases, w.bases[n:]...)
	w.aborted = dedupe(kept)
	w.checkpoint = x.End()
	return c
}

func (w *world) index(x *Indexer, c Candidate) {
	for i, seg := range w.segs[:len(w.segs)-1] {
		if w.bases[i+1] <= c.FirstDirty || w.bases[i] >= c.End {
			continue
		}
		for _, b := range seg {
			full, err := x.Add(b)
			if err != nil {
				w.fatal(err)
			}
			if full {
				return
			}
		}
		x.SegmentDone(w.bases[i+1])
	}
}

func dedupe(list []AbortedTxn) []AbortedTxn {
	sort.Slice(list, func(i, j int) bool { return list[i].FirstOffset < list[j].FirstOffset })
	return slices.Compact(list)
}

func split(b []byte, fatal func(...any)) []record.Batch {
	var out []record.Batch
	for len(b) > 0 {
		batch, rest, err := record.Next(b)
		if err == nil {
			err = batch.Validate(record.ValidateOptions{Depth: record.DepthWalk})
		}
		if err != nil {
			fatal(err)
		}
		out, b = append(out, batch), rest
	}
	return out
}

// seen is one record as a read_committed consumer sees it.
type seen struct {
	offset     int64
	key, value string
	null       bool
}

// read returns what a read_committed consumer sees, and the offset it reaches.
func (w *world) read() (out []seen, reached int64) {
	skip := map[int64]bool{}
	ahead := slices.Clone(w.aborted) // in order of decision, as in the index; a reader gets them by first offset
	sort.Slice(ahead, func(i, j int) bool { return ahead[i].FirstOffset < ahead[j].FirstOffset })
	for _, seg := range w.segs {
		for _, b := range seg {
			reached = b.NextOffset()
			for len(ahead) > 0 && ahead[0].FirstOffset <= b.LastOffset() {
				skip[ahead[0].ProducerID] = true
				ahead = ahead[1:]
			}
			if b.IsControl() {
				if m, ok, err := b.Marker(); err != nil {
					w.fatal(err)
				} else if ok && !m.Commit {
					delete(skip, b.ProducerID())
				}
				continue
			}
			if b.IsTransactional() && skip[b.ProducerID()] {
				continue
			}
			if err := b.Records(func(r record.Record) error {
				if r.Offset < w.stable() {
					out = append(out, seen{r.Offset, string(r.Key), string(r.Value), r.Value == nil})
				}
				return nil
			}); err != nil {
				w.fatal(err)
			}
		}
	}
	return out, reached
}

// table is the state a consumer builds from what it reads.
func table(list []seen) map[string]string {
	m := map[string]string{}
	for _, s := range list {
		switch {
		case s.key == "":
		case s.null:
			delete(m, s.key)
		default:
			m[s.key] = s.value
		}
	}
	return m
}

// tail is the bytes of all batches from offset on.
func (w *world) tail(offset int64) []byte {
	var out []byte
	for _, seg := range w.segs {
		for _, b := range seg {
			if b.BaseOffset() >= offset {
				out = append(out, b...)
			}
		}
	}
	return out
}

func (w *world) show() string {
	var sb strings.Builder
	for i, seg := range w.segs {
		fmt.Fprintf(&sb, "segment %d\n", w.bases[i])
		for _, b := range seg {
			fmt.Fprintf(&sb, "  %d-%d", b.BaseOffset(), b.LastOffset())
			if b.HasProducerID() {
				fmt.Fprintf(&sb, " pid=%d seq=%d", b.ProducerID(), b.BaseSequence())
			}
			if b.IsTransactional() && !b.IsControl() {
				sb.WriteString(" txn")
			}
			if b.HasDeleteHorizon() {
				fmt.Fprintf(&sb, " horizon=%d", b.DeleteHorizonMs())
			}
			if m, ok, _ := b.Marker(); b.IsControl() && ok {
				fmt.Fprintf(&sb, " marker commit=%v", m.Commit)
			} else if err := b.Records(func(r record.Record) error {
				fmt.Fprintf(&sb, " %d:%s=%s", r.Offset, orNull(r.Key), orNull(r.Value))
				return nil
			}); err != nil {
				w.fatal(err)
			}
			sb.WriteString("\n")
		}
	}
	return sb.String()
}

func orNull(b []byte) string {
	if b == nil {
		return "null"
	}
	return string(bytes.TrimSpace(b))
}

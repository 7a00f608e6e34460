package coordtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Bench runs a Machine by the rules of the runtime, with every append committed at once.
type Bench struct {
	M    coordinator.Machine
	Now  time.Time
	Log  []Logged
	Fail error // when set, appends fail with it

	timers []scheduled
	seq    int
	nextOf int64
	held   []*coordinator.Pending
}

// Logged is one record, or one marker, of a Bench's log.
type Logged struct {
	At     coordinator.Position
	Record coordinator.Record
	Marker bool
	Commit bool
}

type scheduled struct {
	coordinator.Timer
	at  time.Time
	seq int
}

// A Call is what became of an operation.
type Call struct {
	Done     bool
	Response any
	Err      error
}

// NewBench starts with an empty log at a fixed time.
func NewBench(m coordinator.Machine) *Bench {
	b := &Bench{M: m, Now: time.UnixMilli(1_000_000_000_000).UTC()}
	b.effect(m.Loaded(b.Now))
	return b
}

// Do runs one operation.
func (b *Bench) Do(h coordinator.Handler) *Call {
	c := &Call{}
	to := coordinator.NewPending(func(resp any, err error) { c.Done, c.Response, c.Err = true, resp, err })
	res, err := h(b.M, b.Now, to)
	if err == nil {
		err = b.append(res)
	}
	switch {
	case err != nil:
		to.Complete(nil, err)
	case res.Parked:
		b.held = append(b.held, to)
		b.effect(res)
	default:
		b.effect(res)
		to.Complete(res.Response, nil)
	}
	if res.Settled != nil {
		res.Settled(err)
	}
	return c
}

func (b *Bench) append(res coordinator.Result) error {
	if len(res.Records) == 0 {
		return nil
	}
	if b.Fail != nil {
		return b.Fail
	}
	for _, r := range res.Records {
		at := coordinator.Position{Offset: b.nextOf, Timestamp: b.Now.UnixMilli(), ProducerID: -1, ProducerEpoch: -1}
		if res.Txn != nil {
			at.ProducerID, at.ProducerEpoch = res.Txn.ID, res.Txn.Epoch
		}
		b.nextOf++
		b.Log = append(b.Log, Logged{At: at, Record: r})
		if err := b.M.Replay(at, r); err != nil {
			panic(fmt.Sprintf("replay of what was decided: %v", err))
		}
	}
	return nil
}

func (b *Bench) effect(res coordinator.Result) {
	if res.Apply != nil {
		res.Apply()
	}
	for _, t := range res.Timers {
		b.timers = slices.DeleteFunc(b.timers, func(s scheduled) bool { return s.Key == t.Key })
		if t.Fire != nil {
			b.seq++
			b.timers = append(b.timers, scheduled{t, b.Now.Add(t.After), b.seq})
		}
	}
	for _, a := range res.Answers {
		b.held = slices.DeleteFunc(b.held, func(p *coordinator.Pending) bool { return p == a.To })
		if a.Err != nil {
			a.To.Complete(nil, a.Err)
		} else {
			a.To.Complete(a.Response, nil)
		}
	}
}

// EndTxn writes a marker.
func (b *Bench) EndTxn(pid int64, epoch int16, commit bool) {
	at := coordinator.Position{Offset: b.nextOf, Timestamp: b.Now.UnixMilli(), ProducerID: pid, ProducerEpoch: epoch}
	b.nextOf++
	b.Log = append(b.Log, Logged{At: at, Marker: true, Commit: commit})
	if err := b.M.(coordinator.TxnMachine).ReplayEndTxn(at, commit); err != nil {
		panic(err)
	}
}

// Advance moves the time on, firing timers in their order at their time.
func (b *Bench) Advance(d time.Duration) {
	end := b.Now.Add(d)
	for {
		i := b.nextTimer()
		if i < 0 || b.timers[i].at.After(end) {
			break
		}
		t := b.timers[i]
		b.timers = slices.Delete(b.timers, i, i+1)
		if t.at.After(b.Now) {
			b.Now = t.at
		}
		b.fire(t)
	}
	b.Now = end
}

func (b *Bench) fire(t scheduled) {
	res, err := t.Fire(b.M, b.Now, nil)
	if err == nil {
		err = b.append(res)
	}
	if err != nil {
		t.After = 500 * time.Millisecond
		b.effect(coordinator.Result{Timers: []coordinator.Timer{t.Timer}})
		return
	}
	b.effect(res)
	if res.Settled != nil {
		res.Settled(nil)
	}
}

func (b *Bench) nextTimer() int {
	best := -1
	for i, t := range b.timers {
		if best < 0 || t.at.Before(b.timers[best].at) || t.at.Equal(b.timers[best].at) && t.seq < b.timers[best].seq {
			best = i
		}
	}
	return best
}

// Timers lists what is scheduled, the next first, as "owner kind id +after".
func (b *Bench) Timers() []string {
	ts := slices.SortedFunc(slices.Values(b.timers), func(x, y scheduled) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return x.seq - y.seq
	})
	var out []string
	for _, t := range ts {
		out = append(out, fmt.Sprintf("%s %s %s +%v", t.Key.Owner, t.Key.Kind, t.Key.ID, t.at.Sub(b.Now)))
	}
	return out
}

// Held counts the answers that the machine holds.
func (b *Bench) Held() int { return len(b.held) }

// Reload replaces the machine by one that replays the log, as an election would; err is what held answers get.
func (b *Bench) Reload(m coordinator.Machine, err error) {
	for _, p := range b.held {
		p.Complete(nil, err)
	}
	b.held, b.timers = nil, nil
	b.M.Unloaded()
	b.M = m
	Replay(m, b.Log)
	b.effect(m.Loaded(b.Now))
}

// Replay replays a log into a machine.
func Replay(m coordinator.Machine, log []Logged) {
	for _, l := range log {
		var err error
		if l.Marker {
			err = m.(coordinator.TxnMachine).ReplayEndTxn(l.At, l.Commit)
		} else {
			err = m.Replay(l.At, l.Record)
		}
		if err != nil {
			panic(fmt.Sprintf("replay at %d: %v", l.At.Offset, err))
		}
	}
}

// Compact returns the log with its first n entries compacted as Kafka's cleaner does: of the records of one key that are
// outside of transactions or committed there, only the last stays; aborted ones go; tombstones stay when keepTombstones.
// Markers of transactions stay. n is lowered to the last stable offset of that moment, where the cleaner stops.
func Compact(log []Logged, n int, keepTombstones bool) []Logged {
	log = slices.Clone(log)
	known := log[:n]
	n = lastStable(known)
	head := dropAborted(known, n)
	last := map[string]int{}
	for i, l := range head {
		if !l.Marker {
			last[string(l.Record.Key)] = i
		}
	}
	var out []Logged
	for i, l := range head {
		switch {
		case l.Marker:
		case last[string(l.Record.Key)] != i:
			continue
		case l.Record.Value == nil && !keepTombstones:
			continue
		}
		out = append(out, l)
	}
	return append(out, log[n:]...)
}

// lastStable counts the entries in front of the first record of a transaction that has not ended.
func lastStable(log []Logged) int {
	for i, l := range log {
		if !l.Marker && l.At.Transactional() && !slices.ContainsFunc(log[i:], func(e Logged) bool {
			return e.Marker && e.At.ProducerID == l.At.ProducerID
		}) {
			return i
		}
	}
	return len(log)
}

// dropAborted returns the first n entries without the records of transactions that were aborted, as known by then.
func dropAborted(log []Logged, n int) []Logged {
	var out []Logged
	for i, l := range log[:n] {
		if !l.Marker && l.At.Transactional() && aborted(log[i:], l.At.ProducerID) {
			continue
		}
		out = append(out, l)
	}
	return out
}

func aborted(log []Logged, pid int64) bool {
	for _, l := range log {
		if l.Marker && l.At.ProducerID == pid {
			return !l.Commit
		}
	}
	return false
}

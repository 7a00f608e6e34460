package txnsim

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// part is a partition: a log that is never lost and the producer state of its leader, which is made anew from it.
type part struct {
	s        *sim
	index    int32
	log      []record.Batch
	end      int64
	state    *producer.State
	away     int64 // no leader before this time
	aborted  []producer.Completed
	stable   int64
	snapshot []byte // of state when the log ended at snapshotAt
	snapAt   int64
	snapLen  int
}

func newPart(s *sim, index int32) *part {
	return &part{s: s, index: index, state: producer.New(0)}
}

// append judges and writes one batch.
func (p *part) append(b record.Batch, origin producer.Origin, version int16, verify bool, g producer.Guard) error {
	if p.s.now < p.away {
		return kerr.NotLeaderForPartition
	}
	m, ok, err := producer.MetaOf(b)
	if !ok || err != nil {
		panic(fmt.Sprint("a batch of the simulation has no producer: ", err))
	}
	p.state.Begin(origin, version)
	if verify {
		p.state.Require(g)
	}
	_, dup, err := p.state.Stage(&m, p.end)
	if err != nil || dup {
		p.state.Drop()
		p.s.note("partition %d: %d/%d seq %d: dup %v, %v", p.index, m.ProducerID, m.Epoch, m.FirstSeq, dup, err)
		return code(err)
	}
	if m.Epoch < p.s.given[m.ProducerID] && !m.Control { // T5
		p.s.broken("partition %d took a batch of epoch %d of producer %d, which was given epoch %d", p.index, m.Epoch, m.ProducerID, p.s.given[m.ProducerID])
	}
	b.SetBaseOffset(p.end)
	p.log, p.end = append(p.log, b), b.NextOffset()
	for _, c := range p.state.Commit(p.end) {
		if c.Aborted {
			p.aborted = append(p.aborted, c)
		}
	}
	p.state.HighWatermark(p.end)
	p.s.note("partition %d offset %d: %d/%d seq %d control %v", p.index, b.BaseOffset(), m.ProducerID, m.Epoch, m.FirstSeq, m.Control)
	p.checkStable()
	return nil
}

// checkStable: the last stable offset moves forward, and never past the first record of an open transaction (T2).
func (p *part) checkStable() {
	lso := p.end
	if first := p.state.FirstUnstableOffset(); first != producer.NoOffset {
		lso = first
	}
	if lso < p.stable {
		p.s.broken("partition %d: the last stable offset went from %d back to %d", p.index, p.stable, lso)
	}
	p.stable = lso
}

func (p *part) data(pid int64, epoch int16, seq int32, value string, g producer.Guard) error {
	o := record.NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = pid, epoch, seq, true
	b := record.NewBuilder(o)
	b.Append(p.s.now, nil, []byte(value))
	return p.append(b.Build(), producer.Client, 0, !p.s.unverified, g)
}

func (p *part) marker(m coordinator.Marker) error {
	if p.s.anyCoordinator {
		m.CoordinatorEpoch = 1000
	}
	b := record.EndTxnMarker(m.ProducerID, m.ProducerEpoch, m.Commit, m.CoordinatorEpoch, p.s.now)
	return p.append(b, producer.Coordinator, m.Version, false, producer.NoGuard)
}

// move gives the partition a new leader, which has the log and perhaps a snapshot of earlier.
func (p *part) move() {
	p.away = p.s.now + p.s.delay(40)
	p.state = producer.New(0)
	rest := p.log
	if p.snapshot != nil && p.s.rng.IntN(2) == 0 {
		entries, err := producer.ParseSnapshot(p.snapshot)
		if err != nil {
			panic(err)
		}
		p.state.Load(entries, p.snapAt, p.s.now, -1)
		rest = p.log[p.snapLen:]
	}
	for _, b := range rest {
		if _, err := p.state.Replay(b); err != nil {
			panic(err)
		}
	}
	p.state.HighWatermark(p.end)
	p.snapshot, p.snapAt, p.snapLen = p.state.Snapshot(nil), p.end, len(p.log)
	p.s.note("partition %d moves, log end %d", p.index, p.end)
	p.checkStable()
}

func code(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, producer.ErrInvalidEpoch):
		return kerr.InvalidProducerEpoch
	case errors.Is(err, producer.ErrOutOfOrder):
		return kerr.OutOfOrderSequenceNumber
	case errors.Is(err, producer.ErrCoordinatorFenced):
		return kerr.TransactionCoordinatorFenced
	}
	return kerr.InvalidTxnState
}

// committed is what a read_committed consumer sees, decided by the markers.
func (p *part) committed() []string {
	open := map[int64][]int{}
	drop := map[int]bool{}
	for i, b := range p.log {
		if !b.IsControl() {
			open[b.ProducerID()] = append(open[b.ProducerID()], i)
			continue
		}
		if m, ok, _ := b.Marker(); ok && !m.Commit {
			for _, j := range open[b.ProducerID()] {
				drop[j] = true
			}
		}
		delete(open, b.ProducerID())
	}
	for _, list := range open {
		for _, j := range list {
			drop[j] = true // undecided: not readable
		}
	}
	var out []string
	for i, b := range p.log {
		if !b.IsControl() && !drop[i] {
			out = append(out, value(b))
		}
	}
	return out
}

// filtered is what a consumer sees that fetches everything below the last stable offset and filters by the list of aborted
// transactions (T3).
func (p *part) filtered() []string {
	list := slices.Clone(p.aborted)
	slices.SortStableFunc(list, func(a, b producer.Completed) int { return int(a.FirstOffset - b.FirstOffset) })
	active := map[int64]bool{}
	var out []string
	for _, b := range p.log {
		if b.BaseOffset() >= p.stable {
			break
		}
		for len(list) > 0 && list[0].FirstOffset <= b.LastOffset() {
			active[list[0].ProducerID] = true
			list = list[1:]
		}
		if b.IsControl() {
			if m, ok, _ := b.Marker(); ok && !m.Commit {
				delete(active, b.ProducerID())
			}
			continue
		}
		if !active[b.ProducerID()] {
			out = append(out, value(b))
		}
	}
	return out
}

func value(b record.Batch) (v string) {
	_ = b.Records(func(r record.Record) error { v = string(r.Value); return nil })
	return v
}

package txnsim

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/coordrec"
	"github.com/twmb/franz-go/pkg/kerr"
)

var (
	seeds = flag.Int("txn.seeds", 40, "how many seeds the simulation runs, each twice")
	first = flag.Uint64("txn.seed", 1, "the first seed")
)

// simulate runs a seed to its end and checks it. defects are put in first.
func simulate(seed uint64, defects ...func(*sim)) *sim {
	level := int16(2)
	if seed%5 == 0 {
		level = 1
	}
	s := newSim(seed, level)
	for _, put := range defects {
		put(s)
	}
	serial := 0
	var spawn func(id string, version int16)
	spawn = func(id string, version int16) {
		serial++
		c := &session{s: s, id: id, version: version, serial: serial, left: 6}
		c.next = func(*session) {
			if !s.calm {
				s.after(s.delay(400), func() { spawn(id, version) })
			}
		}
		c.start()
	}
	for i := range 4 {
		version := int16(i % 2 * 2)
		if level < txn.Version2 {
			version = 0
		}
		spawn(fmt.Sprintf("p%d", i), version)
	}
	if seed%3 == 0 { // start where epochs end (T9)
		s.exhaust("p0", "p1")
	}
	s.unrest()
	const chaos = 30_000
	s.run(chaos)
	s.calm, s.bench.Fail = true, nil
	s.run(chaos + 20_000)
	s.closing([]string{"p0", "p1", "p2", "p3"})
	s.run(chaos + 60_000)
	s.check()
	return s
}

// exhaust puts ids into the log whose epochs are nearly used up.
func (s *sim) exhaust(ids ...string) {
	for _, id := range ids {
		s.nextID++
		v := coordrec.NewTransactionLogValue()
		v.ProducerID, v.PreviousProducerID, v.ProducerEpoch = s.nextID, s.nextID, 32_755
		v.TransactionTimeoutMs, v.TransactionPartitions = 3000, nil
		v.TransactionLastUpdateTimestampMs, v.TransactionStartTimestampMs = s.bench.Now.UnixMilli(), -1
		rec := coordinator.Record{
			Key:   coordrec.MarshalKey(nil, &coordrec.TransactionLogKey{TransactionalID: id}),
			Value: coordrec.MarshalValue(nil, v, 1),
		}
		s.bench.Do(func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			return coordinator.Result{Records: []coordinator.Record{rec}}, nil
		})
	}
}

// unrest moves coordinators and leaders and lets appends fail, again and again.
func (s *sim) unrest() {
	if s.calm {
		return
	}
	switch s.rng.IntN(6) {
	case 0, 1:
		s.moveCoordinator()
	case 2, 3:
		s.parts[s.rng.IntN(len(s.parts))].move()
	case 4:
		s.bench.Fail = kerr.NotEnoughReplicas
		s.after(s.delay(150), func() { s.bench.Fail = nil })
	}
	s.after(s.delay(700), s.unrest)
}

// closing lets one more producer of every id come, which ends what is left open.
func (s *sim) closing(ids []string) {
	for i, id := range ids {
		c := &session{s: s, id: id, version: txn.Version2, serial: 10_000 + i, next: func(*session) {}}
		c.start()
	}
}

func (s *sim) check() {
	seen := map[string]int{}
	for _, p := range s.parts {
		if p.state.FirstUndecidedOffset() != producer.NoOffset {
			s.broken("partition %d: a transaction is open for ever", p.index) // T2
		}
		got := p.committed()
		if filtered := p.filtered(); !slices.Equal(got, filtered) { // T3
			s.broken("partition %d: the list of aborted transactions shows %v, the markers %v", p.index, filtered, got)
		}
		for _, v := range got {
			seen[v]++
		}
		s.checkOrder(p, got)
	}
	commits := 0
	for _, a := range s.txns {
		s.checkAttempt(a, seen)
		if a.asked && a.acked {
			commits++
		}
	}
	if commits < 5 {
		s.broken("only %d transactions committed: nothing was tried", commits)
	}
}

// checkAttempt: all or nothing (T1, T4, T6), exactly once (I7).
func (s *sim) checkAttempt(a *attempt, seen map[string]int) {
	n := 0
	for _, w := range a.values {
		switch k := seen[w.value]; {
		case k > 1:
			s.broken("%s was read %d times", w.value, k)
		case k == 1:
			n++
		}
	}
	switch {
	case a.asked && a.acked && n != len(a.values):
		s.broken("transaction %d was committed, %d of %d records are there", a.id, n, len(a.values))
	case !a.asked && n > 0:
		s.broken("transaction %d was never to be committed, %d records are read", a.id, n)
	case n != 0 && n != len(a.values):
		s.broken("transaction %d is torn: %d of %d records", a.id, n, len(a.values))
	}
}

// checkOrder: the records of one session stand in the order they were sent (I7).
func (s *sim) checkOrder(p *part, got []string) {
	last := map[string][2]int{}
	for _, v := range got {
		var at [2]int
		i := strings.LastIndexByte(v[:strings.LastIndexByte(v, '.')], '.')
		if _, err := fmt.Sscanf(v[i+1:], "%d.%d", &at[0], &at[1]); err != nil {
			panic(err)
		}
		before := last[v[:i]]
		if at[0] < before[0] || at[0] == before[0] && at[1] < before[1] {
			s.broken("partition %d: %s stands behind %v", p.index, v, before)
		}
		last[v[:i]] = at
	}
}

func TestInvT06TransactionsKeepTheirPromisesInAHostileWorld(t *testing.T) {
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		s := simulate(seed)
		if len(s.bad) > 0 {
			t.Fatalf("seed %d:\n%s", seed, s.report())
		}
		if again := simulate(seed); again.hash.Sum64() != s.hash.Sum64() {
			for i := range min(len(s.trace), len(again.trace)) {
				if s.trace[i] != again.trace[i] {
					t.Fatalf("seed %d: two runs differ:\n%s\n%s", seed, s.trace[i], again.trace[i])
				}
			}
			t.Fatalf("seed %d: two runs differ in length: %d and %d", seed, len(s.trace), len(again.trace))
		}
	}
}

// The checker finds what it is there for: each of these worlds is broken, and some seed shows it.
func TestTheCheckerFindsDefects(t *testing.T) {
	for name, defect := range map[string]func(*sim){
		"leaders that do not ask the coordinator (T98)":          func(s *sim) { s.unverified = true },
		"markers of older coordinators that are not refused":     func(s *sim) { s.anyCoordinator = true },
		"markers of version 1 that come late":                    func(s *sim) { s.lateMarkers = true },
		"answers about commits that are given before the append": func(s *sim) { s.forgetful = true },
		"ends that are fenced while markers are written":         func(s *sim) { s.hasty = true },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := uint64(1); seed <= 200; seed++ {
				if s := simulate(seed, defect); len(s.bad) > 0 {
					return
				}
			}
			t.Fatal("200 seeds found nothing")
		})
	}
}

package txnsim

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/twmb/franz-go/pkg/kerr"
)

// attempt is one transaction as its producer knows it.
type attempt struct {
	id     int
	values []written
	asked  bool // to commit
	acked  bool // the end was answered with success
	abort  bool // asked to abort
}

type written struct {
	part  int32
	value string
	acked bool
}

// session is one life of a producer of a transactional id.
type session struct {
	s       *sim
	id      string
	version int16
	serial  int // of all sessions, for names
	pid     int64
	epoch   int16
	seqs    map[int32]int32
	added   map[int32]bool
	gone    bool // nothing is done with answers any more
	next    func(*session)
	left    int // transactions to run
	fences  int // of the id when its producer was given to the session
}

var errFatal = errors.New("the session is over")

const patience = 200 // ms until a request is sent again

// call sends a request until it is answered for good. handle runs at the other end; late says that a copy may arrive after
// its retry.
func (c *session) call(late bool, handle func(reply func(any, error)), then func(any, error)) {
	tries := 0
	answered := false
	var send func()
	send = func() {
		if c.gone || answered {
			return
		}
		if tries++; tries > 60 {
			answered = true
			then(nil, errFatal)
			return
		}
		try := tries
		c.s.deliver(late, func() {
			handle(func(resp any, err error) {
				c.s.deliver(late, func() {
					if c.gone || answered || try != tries {
						return
					}
					if retriable(err) {
						c.s.after(c.s.delay(30), func() {
							if try == tries {
								send()
							}
						})
						return
					}
					answered = true
					then(resp, err)
				})
			})
		})
		c.s.after(patience, func() {
			if try == tries {
				send()
			}
		})
	}
	send()
}

func retriable(err error) bool {
	for _, e := range []error{errUnavailable, kerr.ConcurrentTransactions, kerr.NotLeaderForPartition, kerr.NotEnoughReplicas} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func (c *session) producer() txn.Producer {
	return txn.Producer{TransactionalID: c.id, ID: c.pid, Epoch: c.epoch}
}

// start asks for a producer id and epoch and then runs transactions.
func (c *session) start() {
	c.call(true, func(reply func(any, error)) {
		resp, err := c.s.coordinate("init "+c.id, func(newID int64) coordinator.Handler {
			c.s.fences[c.id]++
			return txn.InitProducerID(txn.Init{TransactionalID: c.id, TimeoutMs: 3000, ProducerID: txn.NoProducerID, Epoch: txn.NoEpoch, NewID: newID})
		})
		o, err := outcome(resp, err)
		if err == nil {
			c.s.given[o.ProducerID] = max(c.s.given[o.ProducerID], o.Epoch)
		}
		reply(given{o, c.s.fences[c.id]}, err)
	}, func(resp any, err error) {
		if err != nil {
			c.over()
			return
		}
		o := resp.(given)
		c.fences = o.fences
		c.pid, c.epoch, c.seqs = o.ProducerID, o.Epoch, map[int32]int32{}
		c.transaction()
	})
}

// given is what InitProducerId gave, and how often the id had been fenced then, this time included.
type given struct {
	txn.Outcome
	fences int
}

// refused ends the session for an error that is for good. A producer that nobody fenced since it has its id, no rival, no
// late copy of its own InitProducerId, no timeout, must not hear that it was (T8).
func (c *session) refused(what string, err error) {
	c.s.note("%s: %s: %v", c.id, what, err)
	for _, fenced := range []error{kerr.ProducerFenced, kerr.InvalidProducerEpoch, kerr.InvalidProducerIDMapping} {
		if errors.Is(err, fenced) && c.s.fences[c.id] == c.fences {
			c.s.broken("%s: session %d was fenced by nobody, and heard at %s: %v", c.id, c.serial, what, err)
		}
	}
	c.over()
}

func outcome(resp any, err error) (txn.Outcome, error) {
	o, _ := resp.(txn.Outcome)
	if err == nil && o.Err != nil {
		err = o.Err
	}
	return o, err
}

// over ends the session; another one takes the id up.
func (c *session) over() {
	if !c.gone {
		c.gone = true
		c.next(c)
	}
}

// mayDie lets the session die, or linger as a zombie beside its successor.
func (c *session) mayDie() bool {
	if c.s.chance(2) {
		c.s.note("%s: session %d dies", c.id, c.serial)
		c.over()
		return true
	}
	if c.s.chance(1) {
		c.s.note("%s: session %d has a rival", c.id, c.serial)
		c.next(c)
		c.next = func(*session) {}
	}
	return false
}

func (c *session) transaction() {
	if c.left--; c.left < 0 {
		c.over()
		return
	}
	a := &attempt{id: len(c.s.txns)}
	c.s.txns = append(c.s.txns, a)
	c.added = map[int32]bool{}
	if c.version >= txn.Version2 && c.s.rng.IntN(100) < 15 { // given up at once, while markers of the last one may be written
		c.end(a, false)
		return
	}
	n := 1 + c.s.rng.IntN(5)
	for i := range n {
		a.values = append(a.values, written{part: int32(c.s.rng.IntN(len(c.s.parts))), value: fmt.Sprintf("%s.%d.%d.%d", c.id, c.serial, a.id, i)})
	}
	c.write(a, 0)
}

// write produces the i-th record and those behind it, and ends the transaction.
func (c *session) write(a *attempt, i int) {
	if c.mayDie() {
		return
	}
	if i == len(a.values) {
		c.end(a, c.s.rng.IntN(100) < 70)
		return
	}
	w := &a.values[i]
	if c.version < txn.Version2 && !c.added[w.part] {
		c.add(a, i)
		return
	}
	p, who, seq := c.s.parts[w.part], c.producer(), c.seqs[w.part]
	c.call(true, func(reply func(any, error)) { c.s.produce(p, who, c.version, seq, w.value, reply) }, func(_ any, err error) {
		if err != nil {
			c.refused("produce "+w.value, err)
			return
		}
		w.acked = true
		c.seqs[w.part]++
		c.write(a, i+1)
	})
}

func (c *session) add(a *attempt, i int) {
	part, who := a.values[i].part, c.producer()
	c.call(false, func(reply func(any, error)) {
		reply(c.s.coordinate("add "+c.id, func(int64) coordinator.Handler {
			return txn.AddPartitions(who, []txn.Partition{{Topic: topic, Index: part}}, 0)
		}))
	}, func(_ any, err error) {
		if err != nil {
			c.refused("add", err)
			return
		}
		c.added[part] = true
		c.write(a, i)
	})
}

func (c *session) end(a *attempt, commit bool) {
	a.asked, a.abort = commit, !commit
	who := c.producer()
	c.call(c.version >= txn.Version2, func(reply func(any, error)) {
		if t, _ := c.s.bench.M.(*txn.Machine).Get(c.id); c.s.hasty && t.Epoch == who.Epoch && (t.State == txn.PrepareCommit || t.State == txn.PrepareAbort) {
			reply(nil, kerr.ProducerFenced)
			return
		}
		resp, err := c.s.coordinate(fmt.Sprintf("end %s commit %v", c.id, commit), func(newID int64) coordinator.Handler {
			return txn.EndTxn(txn.End{Producer: who, Commit: commit, ClientVersion: c.version, NewID: newID})
		})
		o, err := outcome(resp, err)
		reply(o, err)
	}, func(resp any, err error) {
		if err != nil {
			c.refused("end", err)
			return
		}
		a.acked = true
		c.s.note("%s: transaction %d ended, commit %v", c.id, a.id, commit)
		if o := resp.(txn.Outcome); c.version >= txn.Version2 {
			c.pid, c.epoch, c.seqs = o.ProducerID, o.Epoch, map[int32]int32{}
		}
		if c.mayDie() {
			return
		}
		c.transaction()
	})
}

// produce is the leader: it asks the coordinator if it must, and appends.
func (s *sim) produce(p *part, who txn.Producer, version int16, seq int32, value string, reply func(any, error)) {
	if s.now < p.away {
		reply(nil, kerr.NotLeaderForPartition)
		return
	}
	state := p.state
	g, err := state.Ask(who.ID, who.Epoch, seq, version >= txn.Version2, s.now)
	if err != nil {
		reply(nil, code(err))
		return
	}
	if g == producer.NoGuard || s.unverified {
		reply(nil, p.data(who.ID, who.Epoch, seq, value, g))
		return
	}
	list := []txn.Partition{{Topic: topic, Index: p.index}}
	s.deliver(false, func() {
		resp, err := s.coordinate(fmt.Sprintf("enlist %s %d", who.TransactionalID, p.index), func(int64) coordinator.Handler {
			if version >= txn.Version2 {
				return txn.AddPartitions(who, list, version)
			}
			return txn.Verify(who, list)
		})
		if each, ok := resp.([]*kerr.Error); err == nil && ok && each[0] != nil {
			err = each[0]
		}
		s.after(s.delay(60), func() { // long enough for everything to change in between
			if err != nil {
				reply(nil, err)
				return
			}
			reply(nil, p.data(who.ID, who.Epoch, seq, value, g))
		})
	})
}

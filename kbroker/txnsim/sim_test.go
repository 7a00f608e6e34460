package txnsim

import (
	"container/heap"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/twmb/franz-go/pkg/kerr"
)

// event is something that happens at a time; events of one time happen in the order they were made.
type event struct {
	at  int64
	seq int
	fn  func()
}

type events []event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(x any)   { *q = append(*q, x.(event)) }
func (q *events) Pop() any {
	old := *q
	e := old[len(old)-1]
	*q = old[:len(old)-1]
	return e
}

// sim is one run of one seed.
type sim struct {
	rng   *rand.Rand
	now   int64 // ms
	seq   int
	queue events
	calm  bool // chaos is over
	trace []string
	hash  interface {
		Write([]byte) (int, error)
		Sum64() uint64
	}

	bench      *coordtest.Bench
	cfg        txn.Config
	level      int16
	lease      int   // changes with every coordinator
	coordEpoch int32 // its leader epoch
	loadingTo  int64
	nextID     int64
	given      map[int64]int16 // producer id: the highest epoch that InitProducerId gave
	fences     map[string]int  // transactional id: how often somebody may have fenced its producer

	parts []*part
	txns  []*attempt
	bad   []string

	underway map[string]bool // decisions whose markers are being sent

	// Defects, to see that the checker finds them.
	unverified, anyCoordinator, lateMarkers, forgetful, hasty bool
}

const topic = "t"

func newSim(seed uint64, level int16) *sim {
	s := &sim{rng: rand.New(rand.NewPCG(seed, 7)), hash: fnv.New64a(), level: level, nextID: 100, given: map[int64]int16{}, fences: map[string]int{}, underway: map[string]bool{}}
	s.cfg = txn.Config{
		Settings: func() txn.Settings {
			return txn.Settings{Version: s.level, MaxTimeoutMs: 60_000, Expiration: 24 * time.Hour, AbortInterval: 500 * time.Millisecond, ExpiryInterval: time.Hour}
		},
		Decided: func(_ int32, d txn.Decision) { s.sendMarkers(d) },
		Overdue: func(_ int32, list []txn.Overdue) {
			for _, o := range list {
				s.after(s.delay(20), func() {
					s.fences[o.TransactionalID]++
					s.coordinate("abort overdue", func(id int64) coordinator.Handler { o.NewID = id; return txn.AbortOverdue(o) })
				})
			}
		},
		Undecided: func(_ int32, id string) {
			s.after(50, func() { s.coordinate("resume", func(int64) coordinator.Handler { return txn.Resume(id) }) })
		},
	}
	s.bench = coordtest.NewBench(txn.NewMachine(&s.cfg, 0))
	for i := range 3 {
		s.parts = append(s.parts, newPart(s, int32(i)))
	}
	return s
}

func (s *sim) note(format string, args ...any) {
	line := fmt.Sprintf("%d ", s.now) + fmt.Sprintf(format, args...)
	_, _ = s.hash.Write([]byte(line))
	s.trace = append(s.trace, line)
}

func (s *sim) broken(format string, args ...any) {
	s.bad = append(s.bad, fmt.Sprintf("at %d: ", s.now)+fmt.Sprintf(format, args...))
}

func (s *sim) after(d int64, fn func()) {
	s.seq++
	heap.Push(&s.queue, event{s.now + d, s.seq, fn})
}

func (s *sim) chance(percent int) bool { return !s.calm && s.rng.IntN(100) < percent }

func (s *sim) delay(most int64) int64 { return 1 + s.rng.Int64N(most) }

// run lets everything happen that is due until a time.
func (s *sim) run(until int64) {
	for len(s.queue) > 0 && s.queue[0].at <= until {
		e := heap.Pop(&s.queue).(event)
		if e.at > s.now {
			s.bench.Advance(time.Duration(e.at-s.now) * time.Millisecond)
			s.now = e.at
		}
		e.fn()
	}
}

// errUnavailable stands for a coordinator that is loading or cannot append.
var errUnavailable = kerr.CoordinatorNotAvailable

// coordinate runs an operation on the coordinator.
func (s *sim) coordinate(what string, h func(newID int64) coordinator.Handler) (any, error) {
	if s.now < s.loadingTo {
		return nil, errUnavailable
	}
	if s.forgetful && strings.HasPrefix(what, "end") && s.chance(10) {
		return txn.Outcome{ProducerID: s.nextID, Epoch: 1}, nil
	}
	c := s.bench.Do(h(txn.NoProducerID))
	if errors.Is(c.Err, txn.ErrNeedProducerID) {
		s.nextID++
		c = s.bench.Do(h(s.nextID))
	}
	if errors.Is(c.Err, kerr.NotEnoughReplicas) {
		c.Err = errUnavailable
	}
	s.note("coordinator: %s: %v %v", what, c.Response, c.Err)
	return c.Response, c.Err
}

// moveCoordinator lets another broker take over from the log.
func (s *sim) moveCoordinator() {
	s.lease++
	s.coordEpoch++
	if n := len(s.bench.Log); n > 0 && s.chance(60) {
		s.bench.Log = coordtest.Compact(s.bench.Log, s.rng.IntN(n+1), s.rng.IntN(2) == 0)
	}
	s.note("coordinator epoch %d, log of %d", s.coordEpoch, len(s.bench.Log))
	s.bench.Reload(txn.NewMachine(&s.cfg, 0), kerr.NotCoordinator)
	s.loadingTo = s.now + s.delay(30)
	lease := s.lease
	s.after(s.loadingTo-s.now, func() {
		if lease == s.lease {
			s.bench.M.(*txn.Machine).Loaded(s.bench.Now).Settled(nil)
		}
	})
}

// sendMarkers is the marker driver: every partition until all have it, as long as the coordinator is the same.
func (s *sim) sendMarkers(d txn.Decision) {
	lease, epoch := s.lease, s.coordEpoch
	left := len(d.Partitions)
	// As marker.Sender: what is under way is not begun again.
	key := fmt.Sprintf("%d %d/%d %v", lease, d.ProducerID, d.Epoch, d.Commit)
	if s.underway[key] {
		return
	}
	s.underway[key] = true
	finished := false
	var complete func()
	complete = func() {
		if lease != s.lease {
			return
		}
		if _, err := s.coordinate("complete "+d.TransactionalID, func(int64) coordinator.Handler { return txn.Complete(d) }); err != nil {
			s.after(40, complete)
			return
		}
		delete(s.underway, key)
		finished = true
	}
	if left == 0 {
		s.after(1, complete)
		return
	}
	// As for requests: a marker of version 1 that came after the transaction is complete would end the next one.
	late := d.Version >= txn.Version2 || s.lateMarkers
	m := coordinator.Marker{ProducerID: d.ProducerID, ProducerEpoch: d.Epoch, CoordinatorEpoch: epoch, Commit: d.Commit, Version: d.Version}
	for _, p := range d.Partitions {
		part := s.parts[p.Index]
		done := false
		var try func()
		try = func() {
			if lease != s.lease || done {
				return
			}
			s.deliver(late, func() {
				err := part.marker(m)
				s.deliver(late, func() {
					if lease != s.lease || done {
						return
					}
					switch {
					case err == nil:
						done = true
						if left--; left == 0 {
							complete()
						}
					case errors.Is(err, kerr.NotLeaderForPartition):
					default: // refused for good: somebody newer decides
						done = true
					}
				})
			})
			if !late && s.chance(15) { // from a coordinator that was replaced before it was done: T12 is about these
				s.after(s.delay(1500), func() {
					if lease != s.lease && !finished {
						_ = part.marker(m)
					}
				})
			}
			s.after(120, try)
		}
		try()
	}
}

// deliver carries a message: it may be lost, and if it may be late, delayed beyond every patience and doubled.
func (s *sim) deliver(late bool, fn func()) {
	switch {
	case s.chance(6):
		return
	case late && s.chance(6):
		s.after(s.delay(1500), fn)
	default:
		s.after(s.delay(25), fn)
	}
	if late && s.chance(6) {
		s.after(s.delay(1500), fn)
	}
}

func (s *sim) report() string {
	tail := s.trace
	if len(tail) > 60 {
		tail = tail[len(tail)-60:]
	}
	return strings.Join(s.bad, "\n") + "\n" + strings.Join(tail, "\n")
}

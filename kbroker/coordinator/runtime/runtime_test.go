package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
)

// counters is a machine of named numbers: adding to one writes a record with its new value.
type counters struct {
	values  map[string]int64
	pending map[int64]map[string]int64 // by producer id
	waiting []*coordinator.Pending
	refuse  bool
}

func newCounters(int32) coordinator.Machine {
	return &counters{values: map[string]int64{}, pending: map[int64]map[string]int64{}}
}

func (c *counters) Replay(at coordinator.Position, r coordinator.Record) error {
	if c.refuse {
		return errors.New("machine refuses")
	}
	v := int64(binary.BigEndian.Uint64(r.Value))
	if at.Transactional() {
		if c.pending[at.ProducerID] == nil {
			c.pending[at.ProducerID] = map[string]int64{}
		}
		c.pending[at.ProducerID][string(r.Key)] = v
		return nil
	}
	c.values[string(r.Key)] = v
	return nil
}

func (c *counters) ReplayEndTxn(at coordinator.Position, commit bool) error {
	if commit {
		for k, v := range c.pending[at.ProducerID] {
			c.values[k] = v
		}
	}
	delete(c.pending, at.ProducerID)
	return nil
}

func (c *counters) Loaded(time.Time) coordinator.Result { return coordinator.Result{} }
func (c *counters) Unloaded()                           {}

func set(key string, v int64) coordinator.Record {
	return coordinator.Record{Key: []byte(key), Value: binary.BigEndian.AppendUint64(nil, uint64(v))}
}

func add(key string, n int64) coordinator.Handler {
	return func(m coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		v := m.(*counters).values[key] + n
		return coordinator.Result{Records: []coordinator.Record{set(key, v)}, Response: v}, nil
	}
}

func get(key string) coordinator.Handler {
	return func(m coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		return coordinator.Result{Response: m.(*counters).values[key]}, nil
	}
}

// park waits until wake is called.
func park(m coordinator.Machine, _ time.Time, to *coordinator.Pending) (coordinator.Result, error) {
	c := m.(*counters)
	return coordinator.Result{Parked: true, Apply: func() { c.waiting = append(c.waiting, to) }}, nil
}

func wake(m coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
	c := m.(*counters)
	res := coordinator.Result{Response: "woken", Apply: func() { c.waiting = nil }, Records: []coordinator.Record{set("wakes", 1)}}
	for i, w := range c.waiting {
		res.Answers = append(res.Answers, coordinator.Answer{To: w, Response: i})
	}
	return res, nil
}

// fixture is a runtime over a memory log, and the answers it gave.
type fixture struct {
	*Runtime
	log *coordtest.Log
	mu  sync.Mutex
	got []string
}

func newFixture(t *testing.T, cfg Config) *fixture {
	f := &fixture{log: coordtest.NewLog()}
	cfg.Name, cfg.Log = "test", f.log
	if cfg.New == nil {
		cfg.New = newCounters
	}
	f.Runtime = New(cfg)
	t.Cleanup(f.Close)
	return f
}

func (f *fixture) do(name string, p int32, key string, h coordinator.Handler) {
	f.Write(p, key, h, f.note(name))
}

func (f *fixture) note(name string) func(any, error) {
	return func(resp any, err error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if err != nil {
			f.got = append(f.got, fmt.Sprintf("%s: %v", name, code(err)))
			return
		}
		f.got = append(f.got, fmt.Sprintf("%s=%v", name, resp))
	}
}

func code(err error) string {
	var ke *kerr.Error
	if errors.As(err, &ke) {
		return ke.Message
	}
	return err.Error()
}

func (f *fixture) expect(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if fmt.Sprint(f.got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", f.got, want)
	}
	f.got = nil
}

func bubble(t *testing.T, cfg Config, fn func(f *fixture)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, cfg)
		f.Elect(0, 1)
		synctest.Wait()
		fn(f)
	})
}

func TestAnswersWaitForTheHighWatermark(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.log.HoldHighWatermark(true)
		f.do("a", 0, "x", add("x", 1))
		f.do("b", 0, "x", get("x"))
		f.expect(t)
		f.log.Commit(0)
		f.expect(t, "a=1", "b=1")
	})
}

func TestReadsAreAnsweredAtOnceWhenNothingIsPending(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.log.HoldHighWatermark(true)
		f.do("b", 0, "x", get("x"))
		f.expect(t, "b=0")
	})
}

func TestOperationsOfDifferentKeysShareAnAppendAndOfOneKeyAreOrdered(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		hold := make(chan struct{})
		f.do("hold", 0, "hold", func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			<-hold
			return coordinator.Result{}, nil
		})
		synctest.Wait()
		for i := range 50 {
			f.do(fmt.Sprint(i), 0, fmt.Sprint("k", i), add(fmt.Sprint("k", i), 1))
		}
		f.do("again", 0, "k7", add("k7", 1))
		close(hold)
		synctest.Wait()
		if n := f.log.Appends(0); n != 2 {
			t.Errorf("%d appends for 50 keys and one repeated, want 2", n)
		}
		f.got = f.got[51:]
		f.expect(t, "again=2")
	})
}

func TestFailedAppendChangesNothing(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("a", 0, "x", add("x", 1))
		f.do("p", 0, "p", park)
		f.expect(t, "a=1")
		f.log.FailAppends(kerr.NotEnoughReplicas)
		f.do("b", 0, "x", add("x", 1))
		f.do("w", 0, "p", wake)
		f.expect(t, "b: NOT_ENOUGH_REPLICAS", "w: NOT_ENOUGH_REPLICAS")
		f.log.FailAppends(nil)
		f.do("c", 0, "x", add("x", 1))
		f.do("w", 0, "p", wake)
		f.expect(t, "c=2", "w=woken", "p=0")
	})
}

func TestStateSurvivesAReload(t *testing.T) {
	bubble(t, Config{LoadBytes: 100}, func(f *fixture) {
		for i := range 20 {
			f.do("a", 0, "x", add("x", int64(i)))
		}
		synctest.Wait()
		f.got = nil
		f.Resign(0, 2)
		f.Elect(0, 3)
		synctest.Wait()
		f.do("b", 0, "x", get("x"))
		f.expect(t, "b=190")
	})
}

func TestTrap083LoadingAndForeignPartitionsAreRefusedWithRetriableCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		f := newFixture(t, Config{New: func(p int32) coordinator.Machine { <-release; return newCounters(p) }})
		f.do("none", 0, "x", get("x"))
		f.Elect(0, 1)
		synctest.Wait()
		f.do("loading", 0, "x", get("x"))
		f.expect(t, "none: NOT_COORDINATOR", "loading: COORDINATOR_LOAD_IN_PROGRESS")
		close(release)
		synctest.Wait()
		f.do("led", 0, "x", get("x"))
		f.expect(t, "led=0")
	})
}

func TestResignAnswersEverythingThatWaits(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("p1", 0, "p", park)
		f.do("p2", 0, "p", park)
		f.log.HoldHighWatermark(true)
		f.do("a", 0, "x", add("x", 1))
		synctest.Wait()
		f.Resign(0, 2)
		f.expect(t, "a: NOT_COORDINATOR", "p1: NOT_COORDINATOR", "p2: NOT_COORDINATOR")
		if led := f.Led(); len(led) != 0 {
			t.Errorf("still leads %v", led)
		}
	})
}

// An old leader whose records were lost does not serve them after it is elected again (G6).
func TestInvG06LostRecordsAreNotServedAfterReelection(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("a", 0, "x", add("x", 1))
		synctest.Wait()
		f.log.HoldHighWatermark(true)
		f.do("lost", 0, "x", add("x", 10))
		synctest.Wait()
		f.Resign(0, 2)
		f.log.Truncate(0)
		f.log.HoldHighWatermark(false)
		f.Elect(0, 3)
		synctest.Wait()
		f.do("b", 0, "x", get("x"))
		f.expect(t, "a=1", "lost: NOT_COORDINATOR", "b=1")
	})
}

func TestStaleElectionsAndResignationsAreIgnored(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.Elect(0, 5)
		f.log.SetEpoch(0, 5)
		f.Resign(0, 4)
		f.Elect(0, 2)
		f.do("a", 0, "x", add("x", 1))
		f.expect(t, "a=1")
	})
}

func TestAppendInAnOldEpochAnswersNotCoordinator(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.log.SetEpoch(0, 9)
		f.do("a", 0, "x", add("x", 1))
		f.expect(t, "a: NOT_COORDINATOR")
	})
}

func TestWritesTimeOutButParkedOperationsDoNot(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("p", 0, "p", park)
		f.log.HoldHighWatermark(true)
		f.do("a", 0, "x", add("x", 1))
		time.Sleep(4999 * time.Millisecond)
		f.expect(t)
		time.Sleep(time.Millisecond)
		f.expect(t, "a: REQUEST_TIMED_OUT")
		f.log.HoldHighWatermark(false)
		f.do("w", 0, "p", wake)
		f.expect(t, "w=woken", "p=0")
	})
}

func TestTimersWriteAndRetryAfterFailure(t *testing.T) {
	tick := func(m coordinator.Machine, now time.Time, to *coordinator.Pending) (coordinator.Result, error) {
		return add("ticks", 1)(m, now, to)
	}
	arm := func(after time.Duration) coordinator.Handler {
		return func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			key := coordinator.TimerKey{Owner: "ticks", Kind: "tick"}
			return coordinator.Result{Timers: []coordinator.Timer{{Key: key, After: after, Fire: tick}}}, nil
		}
	}
	bubble(t, Config{}, func(f *fixture) {
		f.do("arm", 0, "ticks", arm(time.Second))
		f.do("move", 0, "ticks", arm(3*time.Second))
		f.expect(t, "arm=<nil>", "move=<nil>")
		time.Sleep(2 * time.Second)
		f.do("early", 0, "ticks", get("ticks"))
		f.expect(t, "early=0")
		f.log.FailAppends(kerr.NotEnoughReplicas)
		time.Sleep(1200 * time.Millisecond)
		f.log.FailAppends(nil)
		f.do("failed", 0, "ticks", get("ticks"))
		f.expect(t, "failed=0")
		time.Sleep(300 * time.Millisecond)
		f.do("retried", 0, "ticks", get("ticks"))
		f.expect(t, "retried=1")
	})
}

func TestInvT10TransactionalRecordsCountOnlyAfterTheirMarker(t *testing.T) {
	txn := func(pid, v int64) coordinator.Handler {
		return func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			return coordinator.Result{Records: []coordinator.Record{set("x", v)}, Txn: &coordinator.Producer{ID: pid, Epoch: 1}}, nil
		}
	}
	bubble(t, Config{}, func(f *fixture) {
		f.do("t1", 0, "x", txn(1, 7))
		f.do("t2", 0, "x", txn(2, 8))
		f.do("before", 0, "x", get("x"))
		f.EndTxn(0, coordinator.Marker{ProducerID: 1, ProducerEpoch: 1, Commit: true}, f.note("commit"))
		f.do("after", 0, "x", get("x"))
		f.EndTxn(0, coordinator.Marker{ProducerID: 2, ProducerEpoch: 1}, f.note("abort"))
		f.do("end", 0, "x", get("x"))
		f.expect(t, "t1=<nil>", "t2=<nil>", "before=0", "commit=<nil>", "after=7", "abort=<nil>", "end=7")
		f.Resign(0, 2)
		f.Elect(0, 2)
		synctest.Wait()
		f.do("reloaded", 0, "x", get("x"))
		f.expect(t, "reloaded=7")
	})
}

func TestInvX02FullQueueIsRefusedAtOnce(t *testing.T) {
	bubble(t, Config{QueueLimit: 2}, func(f *fixture) {
		hold := make(chan struct{})
		f.do("hold", 0, "h", func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			<-hold
			return coordinator.Result{}, nil
		})
		synctest.Wait()
		for _, name := range []string{"a", "b", "c"} {
			f.do(name, 0, name, get(name))
		}
		f.expect(t, "c: COORDINATOR_NOT_AVAILABLE")
		close(hold)
		f.expect(t, "hold=<nil>", "a=0", "b=0")
	})
}

func TestRecordsTooLargeForABatchAreRefusedUnlessDivisible(t *testing.T) {
	many := func(divisible bool) coordinator.Handler {
		return func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			res := coordinator.Result{Divisible: divisible, Response: "ok"}
			for i := range 10 {
				res.Records = append(res.Records, set("x", int64(i)))
			}
			return res, nil
		}
	}
	bubble(t, Config{MaxBatchBytes: 200}, func(f *fixture) {
		f.do("whole", 0, "x", many(false))
		f.do("divisible", 0, "x", many(true))
		f.do("x", 0, "x", get("x"))
		f.expect(t, "whole: RECORD_LIST_TOO_LARGE", "divisible=ok", "x=9")
	})
}

func TestUnreadableLogIsNotServedUntilElectedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Config{})
		f.log.FailReads(kerr.KafkaStorageError)
		f.Elect(0, 1)
		synctest.Wait()
		f.do("a", 0, "x", get("x"))
		f.log.FailReads(nil)
		f.Elect(0, 2)
		synctest.Wait()
		f.do("b", 0, "x", get("x"))
		f.expect(t, "a: NOT_COORDINATOR", "b=0")
	})
}

func TestMachineThatCannotReplayIsNotServed(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("break", 0, "b", func(m coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
			return coordinator.Result{Apply: func() { m.(*counters).refuse = true }}, nil
		})
		f.do("a", 0, "x", add("x", 1))
		f.do("b", 0, "x", get("x"))
		f.expect(t, "break=<nil>", "a: NOT_COORDINATOR", "b: NOT_COORDINATOR")
		f.do("c", 0, "x", get("x"))
		f.expect(t, "c: NOT_COORDINATOR")
	})
}

func TestCloseAnswersAndWaits(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		f.do("p", 0, "p", park)
		synctest.Wait()
		f.Close()
		f.do("late", 0, "x", get("x"))
		f.Elect(1, 1)
		f.expect(t, "p: NOT_COORDINATOR", "late: NOT_COORDINATOR")
	})
}

func TestSettledTellsADriverOnceTheDecisionStands(t *testing.T) {
	bubble(t, Config{}, func(f *fixture) {
		decide := func(coordinator.Machine, time.Time, *coordinator.Pending) (coordinator.Result, error) {
			return coordinator.Result{Records: []coordinator.Record{set("x", 1)}, Settled: func(err error) { f.note("settled")("", err) }}, nil
		}
		f.log.HoldHighWatermark(true)
		f.do("a", 0, "x", decide)
		f.expect(t)
		f.log.Commit(0)
		f.expect(t, "a=<nil>", "settled=")
		f.log.FailAppends(kerr.MessageTooLarge)
		f.do("b", 0, "x", decide)
		f.expect(t, "b: MESSAGE_TOO_LARGE", "settled: MESSAGE_TOO_LARGE")
	})
}

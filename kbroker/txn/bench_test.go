package txn

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/twmb/franz-go/pkg/kerr"
)

// A desk is a machine with its sinks; markers are "written" when the test says so.
type desk struct {
	*coordtest.Bench
	cfg       Config
	settings  Settings
	decided   []Decision
	overdue   []Overdue
	undecided []string
	nextID    int64
}

func newDesk(version int16) *desk {
	d := &desk{nextID: 1000, settings: Settings{
		Version: version, MaxTimeoutMs: 900_000, Expiration: 7 * 24 * time.Hour, AbortInterval: 10 * time.Second, ExpiryInterval: time.Hour,
	}}
	d.cfg = Config{
		Settings:  func() Settings { return d.settings },
		Decided:   func(_ int32, x Decision) { d.decided = append(d.decided, x) },
		Overdue:   func(_ int32, list []Overdue) { d.overdue = append(d.overdue, list...) },
		Undecided: func(_ int32, id string) { d.undecided = append(d.undecided, id) },
	}
	d.Bench = coordtest.NewBench(NewMachine(&d.cfg, 0))
	return d
}

func (d *desk) newID() int64 {
	d.nextID++
	return d.nextID - 1
}

func (d *desk) machine() *Machine { return d.M.(*Machine) }

// do runs an operation, with a new producer id if it asks for one.
func (d *desk) do(h func(newID int64) coordinator.Handler) (any, error) {
	c := d.Do(h(NoProducerID))
	if errors.Is(c.Err, ErrNeedProducerID) {
		c = d.Do(h(d.newID()))
	}
	if !c.Done {
		return nil, errors.New("parked")
	}
	return c.Response, c.Err
}

func (d *desk) outcome(h func(newID int64) coordinator.Handler) Outcome {
	resp, err := d.do(h)
	if err != nil {
		return refused(err.(*kerr.Error))
	}
	return resp.(Outcome)
}

func (d *desk) init(id string, timeoutMs int32, pid int64, epoch int16) Outcome {
	return d.outcome(func(newID int64) coordinator.Handler {
		return InitProducerID(Init{TransactionalID: id, TimeoutMs: timeoutMs, ProducerID: pid, Epoch: epoch, NewID: newID})
	})
}

func (d *desk) end(p Producer, commit bool, version int16) Outcome {
	return d.outcome(func(newID int64) coordinator.Handler {
		return EndTxn(End{Producer: p, Commit: commit, ClientVersion: version, NewID: newID})
	})
}

func (d *desk) add(p Producer, version int16, list ...Partition) error {
	_, err := d.do(func(int64) coordinator.Handler { return AddPartitions(p, list, version) })
	return err
}

// markers writes the markers of everything decided.
func (d *desk) markers() []Decision {
	done := d.decided
	d.decided = nil
	for _, x := range done {
		if c := d.Do(Complete(x)); c.Err != nil {
			panic(c.Err)
		}
	}
	return done
}

func (d *desk) abortOverdue() {
	list := d.overdue
	d.overdue = nil
	for _, o := range list {
		_, _ = d.do(func(newID int64) coordinator.Handler { o.NewID = newID; return AbortOverdue(o) })
	}
}

func (d *desk) reload() {
	d.decided, d.overdue = nil, nil
	d.Reload(NewMachine(&d.cfg, 0), kerr.NotCoordinator)
	// Bench.Reload lets the effects of Loaded happen but its Settled.
	d.M.(*Machine).Loaded(d.Now).Settled(nil)
}

// set puts a state into the log, as if it had come about.
func (d *desk) set(t Transaction) {
	h := on(func(m *Machine, _ int64) (coordinator.Result, error) { return m.become(t, nil), nil })
	if c := d.Do(h); c.Err != nil {
		panic(c.Err)
	}
}

func (d *desk) show(id string) string {
	t, ok := d.machine().Get(id)
	if !ok {
		return id + ": nothing known"
	}
	return describe(t)
}

func describe(t Transaction) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %v producer %d/%d", t.ID, t.State, t.ProducerID, t.Epoch)
	if t.PrevProducerID != t.ProducerID {
		fmt.Fprintf(&s, " prev %d", t.PrevProducerID)
	}
	if t.NextProducerID != NoProducerID {
		fmt.Fprintf(&s, " next %d", t.NextProducerID)
	}
	if t.LastEpoch != NoEpoch {
		fmt.Fprintf(&s, " last epoch %d", t.LastEpoch)
	}
	fmt.Fprintf(&s, " timeout %dms", t.TimeoutMs)
	if t.StartMs >= 0 {
		fmt.Fprintf(&s, " started +%dms", t.StartMs-1_000_000_000_000)
	}
	fmt.Fprintf(&s, " version %d", t.ClientVersion)
	for _, p := range t.Partitions {
		fmt.Fprintf(&s, " %s-%d", p.Topic, p.Index)
	}
	return s.String()
}

func (o Outcome) String() string {
	if o.Err != nil {
		return o.Err.Message
	}
	if o.ProducerID == NoProducerID {
		return "ok"
	}
	return fmt.Sprintf("ok %d/%d", o.ProducerID, o.Epoch)
}

func (x Decision) String() string {
	what := "abort"
	if x.Commit {
		what = "commit"
	}
	s := fmt.Sprintf("%s %s producer %d/%d version %d", what, x.TransactionalID, x.ProducerID, x.Epoch, x.Version)
	for _, p := range x.Partitions {
		s += fmt.Sprintf(" %s-%d", p.Topic, p.Index)
	}
	return s
}

func parsePartitions(t *testing.T, list []string) []Partition {
	var out []Partition
	for _, s := range list {
		i := strings.LastIndexByte(s, '-')
		var n int32
		if _, err := fmt.Sscanf(s[i+1:], "%d", &n); err != nil {
			t.Fatal(err)
		}
		out = append(out, Partition{s[:i], n})
	}
	slices.SortFunc(out, comparePartitions)
	return out
}

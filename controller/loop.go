package controller

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/controller/state"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// loop owns the state. Everything in it is touched by its goroutine only.
//
//	committed.Offset() <= tip.Offset() < next          while active
//	pending is ordered by offset; the first one's delta starts from committed, the last one's image is tip
type loop struct {
	c        *Controller
	st       *state.State
	features map[string]int16 // for an empty log
	start    time.Time
	timer    *time.Timer // the next session that runs out

	lead      quorum.Leadership
	hw        int64
	loader    *metadata.Loader // reads what others wrote; idle while active
	committed *metadata.Image  // the last step given to the publishers
	tip       *metadata.Image  // with everything that was decided, committed or not
	next      int64            // offset of the next record, while active
	pending   []decision
	parked    []*call // requests that wait for the quorum to know who leads
}

// decision is what was decided and is not committed yet.
type decision struct {
	base int64 // first offset; for one that writes nothing, -1
	end  int64 // the offset behind it: when the high watermark is there, it is committed
	step metadata.Step
	size int
	call *call // nil for the controller's own
	out  outcome
}

func newLoop(c *Controller, features map[string]int16) *loop {
	return &loop{c: c, st: c.newState(), features: features, start: time.Now(), lead: quorum.Leadership{Leader: -1},
		committed: metadata.Empty, tip: metadata.Empty}
}

func (l *loop) run() {
	err := l.serve()
	if !errors.Is(err, errStopped) {
		l.c.fatal(err)
	}
	l.resign(kerr.NotController)
	_, calls := l.c.take()
	for _, cl := range append(l.parked, calls...) {
		cl.fail(kerr.NotController)
	}
}

func (l *loop) serve() error {
	if err := l.loadSnapshot(); err != nil {
		return err
	}
	l.timer = time.NewTimer(time.Hour)
	defer l.timer.Stop()
	for {
		select {
		case <-l.c.stop:
			return errStopped
		case <-l.c.wake:
		case <-l.timer.C:
			l.fenceStale()
		}
		events, calls := l.c.take()
		for _, e := range events {
			if err := l.hear(e); err != nil {
				return err
			}
		}
		for _, cl := range calls {
			if err := l.take(cl); err != nil {
				return err
			}
		}
		l.wind()
	}
}

func (l *loop) now() int64 { return sinceStart(l.start) }

// loadSnapshot puts the loader behind the newest snapshot. It is published together with what is committed behind it.
func (l *loop) loadSnapshot() error {
	id, batches, err := l.c.driver.LoadSnapshot()
	if errors.Is(err, quorum.ErrClosed) {
		return errStopped
	}
	if err != nil {
		return err
	}
	if id.Offset == 0 {
		// What a directory is formatted with. Of it only the frame counts, which tells kraft.version: its records are
		// written by the first leader.
		batches = slices.DeleteFunc(batches, func(b record.Batch) bool { return !b.IsControl() })
	}
	l.loader, err = metadata.LoadSnapshot(batches, id.Offset-1, id.Epoch)
	return err
}

func (l *loop) hear(e event) error {
	switch e.kind {
	case eventCommit:
		l.hw = e.commit
		if l.lead.Active {
			return l.settle()
		}
		return l.follow()
	case eventLead:
		return l.led(e.lead)
	default:
		return l.refused(e.refused, e.err)
	}
}

// follow loads what is committed and gives it to the publishers.
func (l *loop) follow() error {
	const readBytes = 4 << 20
	size, ts := 0, int64(0)
	for l.loader.NextOffset() < l.hw {
		batches, err := l.c.driver.Read(l.loader.NextOffset(), readBytes)
		if errors.Is(err, quorum.ErrTrimmed) {
			if err := l.loadSnapshot(); err != nil { // the leader sent one instead of the log
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		for _, b := range batches {
			if err := l.loader.Load(b); err != nil {
				return err
			}
			size, ts = size+len(b), b.MaxTimestamp()
		}
		if len(batches) == 0 {
			return fmt.Errorf("controller: nothing to read at offset %d below the high watermark %d", l.loader.NextOffset(), l.hw)
		}
	}
	for _, s := range l.loader.Steps() {
		if s.Delta.Base() != l.committed { // behind a snapshot: tell the difference
			s.Delta = metadata.Diff(l.committed, s.Image)
		}
		if err := l.publish(s, size, ts); err != nil {
			return err
		}
		size = 0
	}
	l.tip = l.committed
	return nil
}

// publish gives a step to the publishers. A full queue holds the controller back: they are behind by maxSteps.
func (l *loop) publish(s metadata.Step, size int, ts int64) error {
	l.committed = s.Image
	select {
	case l.c.pub.steps <- published{s, size, ts}:
		return nil
	case <-l.c.stop:
		return errStopped
	}
}

// settle answers for what has been committed.
func (l *loop) settle() error {
	for len(l.pending) > 0 && l.pending[0].end <= l.hw {
		d := l.pending[0]
		l.pending[0] = decision{}
		l.pending = l.pending[1:]
		if d.step.Image != nil {
			if err := l.publish(d.step, d.size, l.c.cfg.Now()); err != nil {
				return err
			}
		}
		if d.call != nil {
			d.call.done <- d.out
		}
	}
	if len(l.pending) == 0 {
		l.pending = nil // the array is given back
	}
	return nil
}

// led hears who leads.
func (l *loop) led(now quorum.Leadership) error {
	was := l.lead
	l.lead = now
	switch {
	case now.Active && !was.Active || now.Active && now.Epoch != was.Epoch:
		if was.Active {
			l.resign(kerr.NotController)
		}
		if err := l.activate(); err != nil {
			return err
		}
	case was.Active && !now.Active:
		l.resign(kerr.NotController)
		if err := l.follow(); err != nil {
			return err
		}
	}
	if now.Active || now.Leader >= 0 && now.Leader != l.c.cfg.NodeID {
		return l.unpark()
	}
	return nil
}

func (l *loop) unpark() error {
	parked := l.parked
	l.parked = nil
	for _, cl := range parked {
		if err := l.take(cl); err != nil {
			return err
		}
	}
	return nil
}

// activate begins to lead: everything that was committed before is known now.
func (l *loop) activate() error {
	l.hw = max(l.hw, l.lead.Next)
	l.lead.Active = false // until the log has been read
	if err := l.follow(); err != nil {
		return err
	}
	l.lead.Active = true
	l.next = l.lead.Next
	if at := l.loader.NextOffset(); at != l.next {
		return fmt.Errorf("controller: the log was read up to offset %d, the leader writes at %d", at, l.next)
	}
	l.st.Reset(l.tip, l.now())
	if l.loader.InTransaction() {
		reason := "the leader that began it is gone"
		abort := metarec.NewAbortTransaction()
		abort.Reason = &reason
		if err := l.write(state.Records{abort}, nil, outcome{}); err != nil {
			return err
		}
	}
	return l.introduce()
}

// introduce writes what the log must hold before anything else: the levels of a new cluster, and who this controller is.
func (l *loop) introduce() error {
	var recs state.Records
	if l.tip.MetadataVersion() == 0 {
		recs = l.st.Bootstrap(l.features)
	}
	if me := l.st.RegisterController(l.tip, l.c.cfg.Incarnation, l.c.cfg.Endpoints); me != nil {
		recs = append(recs, me)
	}
	return l.write(recs, nil, outcome{})
}

// resign drops what was decided and is not known to be committed. The answer is that another may lead; the decision may
// still come to pass.
func (l *loop) resign(why *kerr.Error) {
	for _, d := range l.pending {
		if d.call != nil {
			d.call.fail(why)
		}
	}
	l.pending, l.tip = nil, l.committed
	// What of it was committed, or will be, is read from the log like anybody else's.
	l.loader = metadata.NewLoader(l.committed)
}

// refused hears that a proposal was not appended: it and all behind it are void.
func (l *loop) refused(b record.Batch, why error) error {
	for i, d := range l.pending {
		if b.LeaderEpoch() != l.lead.Epoch || d.base < 0 || b.BaseOffset() < d.base || b.BaseOffset() >= d.end {
			continue
		}
		l.c.cfg.Logger.Warn("a metadata proposal was refused", "offset", b.BaseOffset(), "error", why)
		if b.BaseOffset() != d.base {
			// Its first batches are in the log, its last are not: only a new epoch gets rid of them.
			return fmt.Errorf("controller: a decision was appended in part: %w", why)
		}
		void := l.pending[i:]
		l.pending = l.pending[:i:i]
		l.next, l.tip = d.base, d.step.Delta.Base()
		for _, v := range void {
			if v.call != nil {
				v.call.fail(kerr.RequestTimedOut)
			}
		}
		return nil
	}
	return nil
}

// take decides a request, or has it wait until the quorum knows who leads.
func (l *loop) take(cl *call) error {
	switch {
	case cl.ctx.Err() != nil:
		cl.fail(kerr.RequestTimedOut)
		return nil
	case l.lead.Active:
		if len(l.pending) >= maxPending {
			cl.fail(kerr.RequestTimedOut)
			return nil
		}
		return l.decide(cl)
	case l.lead.Leader >= 0 && l.lead.Leader != l.c.cfg.NodeID || len(l.parked) >= maxCalls:
		cl.fail(kerr.NotController)
		return nil
	}
	l.parked = append(l.parked, cl)
	return nil
}

func (l *loop) decide(cl *call) error {
	in := state.In{Image: l.tip, Next: l.next, NowMs: l.now()}
	recs, resp := cl.api.Decide(l.st, in, cl.req)
	// Whatever the decision saw, the asker may see too once it is answered: "exists already" means that it can be found.
	return l.write(recs, cl, outcome{resp: resp, seen: l.tip.Offset()})
}

// write proposes the records of one decision and answers when they are committed. A decision without records was made
// from what may not be committed yet, so its answer waits for that.
func (l *loop) write(recs state.Records, cl *call, out outcome) error {
	if len(recs) == 0 {
		if cl == nil {
			return nil
		}
		if len(l.pending) == 0 {
			cl.done <- out
			return nil
		}
		l.pending = append(l.pending, decision{base: -1, end: l.pending[len(l.pending)-1].end, call: cl, out: out})
		return nil
	}
	delta := metadata.NewDelta(l.tip)
	for _, r := range recs {
		if err := delta.Replay(r); err != nil {
			return err // we decided something that cannot be: stop before anybody hears of it
		}
	}
	level := l.tip.MetadataVersion()
	if level == 0 {
		level = l.features[metadata.MetadataVersionFeature]
	}
	batches, err := encode(place{l.next, l.lead.Epoch, l.c.cfg.Now(), level}, l.c.cfg.batchBytes, recs)
	if err != nil {
		return err
	}
	d := decision{base: l.next, call: cl, out: out}
	for _, b := range batches {
		d.size += len(b)
		d.end = b.NextOffset()
		if err := l.c.driver.Propose(b); err != nil {
			if cl != nil {
				cl.fail(kerr.NotController)
			}
			return l.proposalFailed(err)
		}
	}
	d.step = metadata.Step{Delta: delta, Image: delta.Apply(d.end-1, l.lead.Epoch)}
	d.out.seen = d.end - 1
	l.next, l.tip = d.end, d.step.Image
	l.pending = append(l.pending, d)
	return nil
}

// proposalFailed: the driver takes nothing any more. When it was closed or has failed, it says so itself.
func (l *loop) proposalFailed(err error) error {
	if errors.Is(err, quorum.ErrClosed) {
		return errStopped
	}
	return err
}

// fenceStale fences the brokers that have not been heard of.
func (l *loop) fenceStale() {
	for l.lead.Active {
		recs := l.st.FenceStale(state.In{Image: l.tip, Next: l.next, NowMs: l.now()})
		if len(recs) == 0 {
			return
		}
		l.c.cfg.Logger.Info("fencing a broker whose session has run out")
		if err := l.write(recs, nil, outcome{}); err != nil {
			l.c.fatal(err)
			return
		}
	}
}

// wind sets the timer to the next session that runs out.
func (l *loop) wind() {
	wait := time.Hour
	if at, ok := l.st.NextExpiry(l.tip); ok && l.lead.Active {
		wait = max(time.Duration(at-l.now())*time.Millisecond, time.Millisecond)
	}
	l.timer.Reset(wait)
}

package replica

import (
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/kbroker/purgatory"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// WriteMarker appends the marker that ends a transaction to a partition that is led here, and calls done once: with nil
// when it is committed, or with why it is not, REQUEST_TIMED_OUT after timeout. It does not wait. Errors are those of
// coordinator.PartitionLog.
func (m *Manager) WriteMarker(topic string, index int32, mk coordinator.Marker, timeout time.Duration, done func(error)) {
	p, err := m.Partition(topic, index)
	if err != nil {
		done(coordinatorError(err))
		return
	}
	batch := record.EndTxnMarker(mk.ProducerID, mk.ProducerEpoch, mk.Commit, mk.CoordinatorEpoch, time.Now().UnixMilli())
	a, err := p.AppendMarker(batch, -1, mk.Version)
	if err != nil {
		done(coordinatorError(err))
		return
	}
	op := &markerOp{p: p, a: a, done: done}
	if op.Ready() {
		op.Complete(false)
		return
	}
	w := purgatory.New(op)
	timer := time.AfterFunc(timeout, w.Expire)
	op.timer.Store(timer)
	w.Watch(&p.Moved)
	if w.Done() {
		timer.Stop()
	}
}

// markerOp is a marker that waits for the high watermark. It implements purgatory.Op.
type markerOp struct {
	p     *partition.Partition
	a     partition.Append
	timer atomic.Pointer[time.Timer]
	done  func(error)
}

// Ready implements purgatory.Op.
func (o *markerOp) Ready() bool {
	done, _ := o.p.Reached(&o.a, -1)
	return done
}

// Complete implements purgatory.Op.
func (o *markerOp) Complete(bool) {
	if t := o.timer.Load(); t != nil {
		t.Stop()
	}
	switch done, err := o.p.Reached(&o.a, -1); {
	case !done:
		o.done(kerr.RequestTimedOut)
	case err != nil:
		o.done(coordinatorError(err))
	default:
		o.done(nil)
	}
}

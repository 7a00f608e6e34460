package metadata

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/kbroker/kbroker/protocol/record/control"
)

// A Step leads from one image to the next: Delta's base is the image of the step before.
type Step struct {
	Delta *Delta
	Image *Image
}

// A Loader makes steps out of committed batches. What stands between the records that begin and end a transaction is one
// step, or none when it was aborted (M24). One goroutine owns it.
//
//	invariant: txn == nil, or delta == nil: records are gathered in one place
type Loader struct {
	img    *Image // the last step's image
	delta  *Delta // records outside a transaction that no step has taken yet, nil when there are none
	txn    *Delta // records of the open transaction
	steps  []Step
	offset int64 // last offset loaded
	epoch  int32 // of that record
}

// NewLoader returns a loader that goes on from an image.
func NewLoader(img *Image) *Loader {
	return &Loader{img: img, offset: img.Offset(), epoch: img.Epoch()}
}

// Image returns the image of the last step taken.
func (l *Loader) Image() *Image { return l.img }

// NextOffset returns the offset of the batch that Load expects.
func (l *Loader) NextOffset() int64 { return l.offset + 1 }

// Load applies one committed batch. An error is final: the loader must not be used any more (M11).
func (l *Loader) Load(batch record.Batch) error {
	if batch.BaseOffset() > l.offset+1 || batch.LastOffset() <= l.offset {
		return fmt.Errorf("metadata: batch at offsets %d-%d does not continue offset %d", batch.BaseOffset(), batch.LastOffset(), l.offset)
	}
	l.epoch = batch.LeaderEpoch()
	var err error
	if batch.IsControl() {
		err = l.control(batch)
	} else {
		err = Decode(batch, func(offset int64, rec metarec.Record) error {
			if offset <= l.offset {
				return nil // the batch straddles the snapshot that the loader started from
			}
			err := l.record(rec)
			l.offset = offset
			return err
		})
	}
	l.offset = batch.LastOffset()
	return err
}

// Steps takes the steps that the batches so far make. An open transaction is left for later.
func (l *Loader) Steps() []Step {
	if l.txn == nil {
		l.cut(l.offset)
	}
	steps := l.steps
	l.steps = nil
	return steps
}

// cut makes a step of the records outside a transaction. Control batches and records without effect move the offset alone.
func (l *Loader) cut(offset int64) {
	if l.delta == nil && offset == l.img.Offset() {
		return
	}
	if l.delta == nil {
		l.delta = NewDelta(l.img)
	}
	l.img = l.delta.Apply(offset, l.epoch)
	l.steps = append(l.steps, Step{l.delta, l.img})
	l.delta = nil
}

var (
	errNestedTxn = errors.New("a transaction begins within a transaction")
	errNoTxn     = errors.New("a transaction ends that has not begun")
)

func (l *Loader) record(rec metarec.Record) error {
	switch rec.(type) {
	case *metarec.BeginTransaction:
		if l.txn != nil {
			return errNestedTxn
		}
		l.cut(l.offset)
		l.txn = NewDelta(l.img)
		return nil
	case *metarec.EndTransaction:
		if l.txn == nil {
			return errNoTxn
		}
		l.delta, l.txn = l.txn, nil
		return nil
	case *metarec.AbortTransaction:
		if l.txn == nil {
			return errNoTxn
		}
		l.txn = nil
		return nil
	}
	return l.current().Replay(rec)
}

func (l *Loader) current() *Delta {
	if l.txn != nil {
		return l.txn
	}
	if l.delta == nil {
		l.delta = NewDelta(l.img)
	}
	return l.delta
}

// control applies what a control batch says about the world: the level of kraft.version.
func (l *Loader) control(batch record.Batch) error {
	return batch.Records(func(r record.Record) error {
		t, err := record.ParseControlKey(r.Key)
		if err != nil || t != record.ControlKRaftVersion {
			return err
		}
		v := control.NewKRaftVersion()
		if err := v.ReadFrom(r.Value, 0); err != nil {
			return fmt.Errorf("metadata: control record at offset %d: %w", r.Offset, err)
		}
		l.current().SetKRaftVersion(v.KRaftVersion)
		return nil
	})
}

// InTransaction reports whether a transaction has begun and not ended: its leader went away, and the next one aborts it.
func (l *Loader) InTransaction() bool { return l.txn != nil }

// LoadSnapshot returns a loader that stands behind a snapshot: offset is the last one the snapshot contains. Its first
// step leads from Empty to the snapshot and what has been loaded behind it. Control records frame the snapshot and carry
// kraft.version.
func LoadSnapshot(batches []record.Batch, offset int64, epoch int32) (*Loader, error) {
	l := NewLoader(Empty)
	for _, b := range batches {
		l.offset = b.BaseOffset() - 1 // a snapshot counts its own records from 0
		if err := l.Load(b); err != nil {
			return nil, err
		}
	}
	if l.txn != nil || len(l.steps) > 0 {
		return nil, errors.New("metadata: the snapshot holds records of a transaction")
	}
	l.offset, l.epoch = offset, epoch
	return l, nil
}

package coordtest

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/record"
)

// A Log is a coordinator.PartitionLog in memory, for any number of partitions that all exist. Levers may be moved while it
// is used.
type Log struct {
	mu struct {
		sync.Mutex
		parts  map[int32]*part
		fail   error
		reads  error
		manual bool
	}
}

type part struct {
	batches []record.Batch
	end     int64
	hw      int64
	epoch   int32
	notify  func(int64)
	appends int
}

var _ coordinator.PartitionLog = (*Log)(nil)

// NewLog makes an empty log.
func NewLog() *Log {
	l := &Log{}
	l.mu.parts = make(map[int32]*part)
	return l
}

func (l *Log) part(p int32) *part {
	if l.mu.parts[p] == nil {
		l.mu.parts[p] = &part{}
	}
	return l.mu.parts[p]
}

// FailAppends makes every append fail with err; nil ends that.
func (l *Log) FailAppends(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.fail = err
}

// FailReads makes every read fail with err; nil ends that.
func (l *Log) FailReads(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.reads = err
}

// HoldHighWatermark stops (or lets go on) the high watermark following the log end by itself.
func (l *Log) HoldHighWatermark(hold bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.manual = hold
}

// Commit moves the high watermark of a partition to its log end.
func (l *Log) Commit(partition int32) {
	l.mu.Lock()
	p := l.part(partition)
	p.hw = p.end
	hw, notify := p.hw, p.notify
	l.mu.Unlock()
	if notify != nil {
		notify(hw)
	}
}

// SetEpoch makes appends with another leader epoch fail.
func (l *Log) SetEpoch(partition, epoch int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part(partition).epoch = epoch
}

// Truncate drops everything that is not committed, as a lost leadership does.
func (l *Log) Truncate(partition int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.part(partition)
	for n := len(p.batches); n > 0 && p.batches[n-1].NextOffset() > p.hw; n-- {
		p.batches = p.batches[:n-1]
	}
	p.end = p.hw
}

// Appends counts the successful appends to a partition.
func (l *Log) Appends(partition int32) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.part(partition).appends
}

// Append implements coordinator.PartitionLog.
func (l *Log) Append(partition, leaderEpoch int32, batch []byte) (int64, error) {
	l.mu.Lock()
	p := l.part(partition)
	if l.mu.fail != nil || leaderEpoch != p.epoch && p.epoch != 0 {
		defer l.mu.Unlock()
		if l.mu.fail != nil {
			return 0, l.mu.fail
		}
		return 0, kerr.NotLeaderForPartition
	}
	b := record.Batch(append([]byte(nil), batch...))
	b.SetBaseOffset(p.end)
	b.SetLeaderEpoch(leaderEpoch)
	p.batches = append(p.batches, b)
	p.end = b.NextOffset()
	p.appends++
	var notify func(int64)
	if !l.mu.manual {
		p.hw, notify = p.end, p.notify
	}
	hw := p.hw
	l.mu.Unlock()
	if notify != nil {
		notify(hw)
	}
	return b.LastOffset(), nil
}

// Read implements coordinator.PartitionLog.
func (l *Log) Read(partition int32, offset int64, maxBytes int) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.reads != nil {
		return nil, l.mu.reads
	}
	var out []byte
	for _, b := range l.part(partition).batches {
		if b.NextOffset() <= offset {
			continue
		}
		if len(out) > 0 && len(out)+len(b) > maxBytes {
			break
		}
		out = append(out, b...)
	}
	return out, nil
}

// Bounds implements coordinator.PartitionLog.
func (l *Log) Bounds(partition int32) (logStart, highWatermark, logEnd int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.part(partition)
	return 0, p.hw, p.end, l.mu.reads
}

// OnHighWatermark implements coordinator.PartitionLog.
func (l *Log) OnHighWatermark(partition int32, fn func(int64)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part(partition).notify = fn
}

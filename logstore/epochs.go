package logstore

import (
	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/epoch"
)

// LatestEpoch returns the leader epoch of the last record or assignment, -1 when there is none.
func (l *Log) LatestEpoch() int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latestEpoch()
}

func (l *Log) latestEpoch() int32 {
	if e, ok := l.mu.epochs.Latest(); ok {
		return e.Epoch
	}
	return -1
}

// EpochEndOffset answers OffsetForLeaderEpoch: the largest known epoch at or below epoch and the offset behind its last
// record. (-1, -1) when there is none.
func (l *Log) EpochEndOffset(epoch int32) (int32, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.epochs.EndOffsetFor(epoch, l.end.Load())
}

// StartOfEpoch returns the first offset of epoch, ok=false when the log does not know it.
func (l *Log) StartOfEpoch(epoch int32) (start int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.epochs.StartOf(epoch)
}

// EpochForOffset returns the leader epoch of the record at offset, -1 when unknown.
func (l *Log) EpochForOffset(offset int64) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.epochs.EpochFor(offset)
}

// AssignEpoch notes that epoch begins at start. An epoch without records is kept in memory until the log is flushed: after a
// crash nobody needs it, and those with records are found in the batches.
func (l *Log) AssignEpoch(epoch int32, start int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.err != nil {
		return l.mu.err
	}
	if l.mu.epochs.Assign(epoch, start) {
		l.mu.epochsDirty = true
	}
	return nil
}

// encodeEpochs returns leader-epoch-checkpoint's content when the file is behind and there are records that need it, and
// counts it as written. mu is held.
func (l *Log) encodeEpochs() []byte {
	if !l.mu.epochsDirty || l.end.Load() == l.start.Load() {
		return nil
	}
	l.mu.epochsDirty = false
	list := l.mu.epochs.Entries()
	out := make([]checkpoint.EpochStart, len(list))
	for i, e := range list {
		out[i] = checkpoint.EpochStart{Epoch: e.Epoch, Start: e.StartOffset}
	}
	return checkpoint.EncodeEpochs(out)
}

func loadEpochs(list []checkpoint.EpochStart) (*epoch.Cache, error) {
	in := make([]epoch.Entry, len(list))
	for i, e := range list {
		in[i] = epoch.Entry{Epoch: e.Epoch, StartOffset: e.Start}
	}
	return epoch.New(in)
}

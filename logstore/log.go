package logstore

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/kbroker/kbroker/logstore/epoch"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// A Log is one partition replica's sequence of record batches. All methods may be called from several goroutines.
//
// Ask: StartOffset, EndOffset, HighWatermark, LastStableOffset, FlushedOffset, Size, Read, AbortedTxns, OffsetForTimestamp,
// Segments, Producers, LatestEpoch, EpochEndOffset. Change: AppendAsLeader, AppendAsFollower, SetHighWatermark,
// AdvanceStartOffset, Truncate, TruncateFullyAndStartAt, AssignEpoch, SetConfig, Roll.
//
//	start <= lso <= hw <= end; flushed <= end; start <= flushed but just after recovery
//
// Locks, in order: maint (one of flush, persist, retention, cleaning, truncation at a time), then mu. mu is held for one
// append's write, never across an fsync or another wait.
type Log struct {
	store *Store
	dir   *logDir
	tp    TopicPartition
	path  *segment.Dir
	cfg   atomic.Pointer[logConfig]

	// Written under mu, read without it.
	start, end, hw, lso, flushed, size atomic.Int64

	onFlushed     atomic.Pointer[func(int64)]
	recovery      atomic.Int64 // what the recovery point checkpoint may say
	unrecovered   atomic.Int64 // bytes appended since the recovery point last moved
	unflushed     atomic.Int64 // bytes appended since the last flush was prepared
	sinceSnapshot atomic.Int64 // bytes appended behind the newest producer snapshot
	queued        atomic.Bool  // waits in the directory's syncer
	down          atomic.Bool  // offline: mu.err is set by fail

	maint sync.Mutex
	mu    struct {
		sync.Mutex
		topicID     [16]byte
		segs        []*segment.Segment // in order of base offset, at least one; the last is active
		unsynced    []*segment.Segment // sealed since the last flush
		producers   *producer.State
		epochs      *epoch.Cache
		epochsDirty bool  // leader-epoch-checkpoint is behind
		newDir      bool  // the entry of the partition's directory has not been synced
		syncDir     bool  // the partition's directory has not been synced, though its segments were
		snapshotAt  int64 // offset of the newest producer snapshot, -1 none
		unflushedN  int64 // records appended since the last flush was prepared
		flushedAt   int64 // when that was, ms
		undurable   bool  // the start found nothing in it that was known to be durable
		jitter      int64 // ms taken off SegmentMs for the active segment
		hints       *readHints
		cleanable   cleanerState
		err         error // why the log is offline, closed or deleted
		damaged     bool  // err is damage in a segment: what is intact may still be read
	}

	waitMu  sync.Mutex
	waiters []flushWaiter // who waits in FlushTo
}

// logConfig is a Config with what the hot path needs of it, computed once.
type logConfig struct {
	Config
	codec  record.Codec
	recode bool // compression.type is not producer
}

// compile returns cfg compiled. Logs whose configs are the same, as a rule all of a topic, share the value, which is never
// written to again: thousands of partitions come one after the other.
func (s *Store) compile(cfg Config) *logConfig {
	if last := s.compiled.Load(); last != nil && last.Config == cfg {
		return last
	}
	c := &logConfig{Config: cfg}
	if cfg.Compression != "" && cfg.Compression != "producer" {
		if codec, err := record.ParseCodec(cfg.Compression); err == nil {
			c.codec, c.recode = codec, true
		}
	}
	s.compiled.Store(c)
	return c
}

// StartOffset is the first offset that may be read.
func (l *Log) StartOffset() int64 { return l.start.Load() }

// EndOffset is the offset of the next record (LEO).
func (l *Log) EndOffset() int64 { return l.end.Load() }

// HighWatermark is the offset below which records are replicated.
func (l *Log) HighWatermark() int64 { return l.hw.Load() }

// LastStableOffset is the offset below which every transaction is decided, at most the high watermark.
func (l *Log) LastStableOffset() int64 { return l.lso.Load() }

// FlushedOffset is the offset below which records survive a power cut.
func (l *Log) FlushedOffset() int64 { return l.flushed.Load() }

// Size is the number of bytes in the log's segments.
func (l *Log) Size() int64 { return l.size.Load() }

// TP returns the partition.
func (l *Log) TP() TopicPartition { return l.tp }

// Dir returns the path of the log directory (not of the partition's own).
func (l *Log) Dir() string { return l.dir.path }

// DirID returns the id of the log directory.
func (l *Log) DirID() [16]byte { return l.dir.id }

// Path returns the path of the partition's own directory.
func (l *Log) Path() string { return l.path.Path() }

// Config returns the configuration in force.
func (l *Log) Config() Config { return l.cfg.Load().Config }

// SetConfig swaps the configuration.
func (l *Log) SetConfig(cfg Config) { l.cfg.Store(l.store.compile(cfg)) }

// Err returns why the log is offline, nil while it serves.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.err
}

// Offline reports, without a lock, that the log failed: it takes no append until it is opened anew.
func (l *Log) Offline() bool { return l.down.Load() }

// ReadErr returns why nothing of the log can be read. It is nil for a log that is offline because a batch is damaged: the batches
// before and behind it are served, the bad one never is (R27).
func (l *Log) ReadErr() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.readErr()
}

// readErr is ReadErr. mu is held.
func (l *Log) readErr() error {
	if l.mu.damaged {
		return nil
	}
	return l.mu.err
}

// Segments describes the segments in order.
func (l *Log) Segments() []SegmentInfo {
	l.mu.Lock()
	views := make([]segment.View, len(l.mu.segs))
	for i, s := range l.mu.segs {
		views[i] = s.View()
	}
	l.mu.Unlock()
	out := make([]SegmentInfo, len(views))
	for i := range views {
		v := &views[i]
		ts, _, err := v.MaxTimestamp()
		if err != nil {
			ts = -1
		}
		out[i] = SegmentInfo{v.Segment().Base(), v.Next(), v.Size(), ts, i == len(views)-1}
	}
	return out
}

// active returns the last segment. mu is held.
func (l *Log) active() *segment.Segment { return l.mu.segs[len(l.mu.segs)-1] }

// fail takes the log offline for cause, once. mu is held.
func (l *Log) fail(cause error) error {
	if l.mu.err == nil {
		l.mu.err = fmt.Errorf("%w: %s: %w", ErrOffline, l.tp, cause)
		l.down.Store(true)
		l.store.log.Error("log is offline", "partition", l.tp.String(), "dir", l.dir.path, "err", cause)
		l.wakeWaiters()
	}
	return l.mu.err
}

// ruined is fail for damage after which nothing of the log is read. mu is held.
func (l *Log) ruined(err error) error {
	var c *segment.CorruptError
	if errors.As(err, &c) {
		err = corrupt(c)
	}
	return l.fail(err)
}

// ioFailed judges an error of the disk: without space the log goes on; damage takes this log offline; everything else the
// directory (R24, R25). mu is not held.
func (l *Log) ioFailed(err error) error {
	if err == nil {
		return nil
	}
	if passes(err) {
		return noSpace(err) // refused, not broken
	}
	var c *segment.CorruptError
	if errors.As(err, &c) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.mu.damaged = l.mu.damaged || l.mu.err == nil
		return l.fail(corrupt(c))
	}
	l.dir.fail(err)
	return fmt.Errorf("%w: %w", ErrOffline, err)
}

func corrupt(c *segment.CorruptError) *CorruptError {
	return &CorruptError{File: c.File, Pos: c.Pos, Reason: c.Reason}
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// passes reports an error that will go away by itself: no space, no descriptors (R35, R36). A failed fsync never does, even for want of
// space.
func passes(err error) bool {
	if errors.As(err, new(*segment.SyncError)) {
		return false
	}
	return isNoSpace(err) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

func noSpace(err error) error {
	if isNoSpace(err) {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// TopicID returns the topic id of partition.metadata, zero when unknown.
func (l *Log) TopicID() [16]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mu.topicID
}

// Producers returns the producers with state in this log, ordered by id.
func (l *Log) Producers() []ProducerState {
	l.mu.Lock()
	entries := l.mu.producers.Producers()
	l.mu.Unlock()
	out := make([]ProducerState, len(entries))
	for i := range entries {
		e := &entries[i]
		out[i] = ProducerState{e.ProducerID, e.Epoch, e.LastSeq(), e.LastTimestamp, e.CoordinatorEpoch, e.TxnFirstOffset}
	}
	return out
}

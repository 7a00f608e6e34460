package logstore

import (
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// lockFile guards a log directory against a second process.
const lockFile = ".lock"

const epochFile = checkpoint.EpochFile

func join(dir, name string) string { return filepath.Join(dir, name) }

// A logDir is one log directory: its identity, its checkpoints, its syncer, and whether it still serves.
type logDir struct {
	store *Store
	path  string
	id    [16]byte
	lock  vfs.Unlocker
	sync  syncer
	nudge chan struct{} // capacity 1: some log has much to recover

	hwDirty, startDirty, recoveryDirty atomic.Bool

	reserve reserve

	checkpoints sync.Mutex // one writer of checkpoint files at a time

	lost map[TopicPartition]int64 // while the store is opened: recovery points of logs whose directory is not there

	mu struct {
		sync.Mutex
		err  error
		left map[TopicPartition]struct{} // logs taken out since the recovery point checkpoint was last written
	}
}

func (d *logDir) offline() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.err
}

// fail takes the directory and all its logs offline, once. No lock of a log is held.
func (d *logDir) fail(err error) {
	d.mu.Lock()
	if d.mu.err != nil {
		d.mu.Unlock()
		return
	}
	d.mu.err = fmt.Errorf("%w: directory %s: %w", ErrOffline, d.path, err)
	d.mu.Unlock()
	d.store.log.Error("log directory is offline", "dir", d.path, "err", err)
	for _, l := range d.store.logsIn(d) {
		l.mu.Lock()
		l.mu.damaged = false // not even the intact part may be read now
		_ = l.fail(err)
		l.mu.Unlock()
	}
	if fn := d.store.cfg.OnDirFailure; fn != nil {
		fn(d.path, err)
	}
}

// failLater is fail for callers that hold a log's lock.
func (d *logDir) failLater(err error) {
	d.store.background.Go(func() { d.fail(err) })
}

// writeOffsets writes one offset checkpoint of all logs in the directory.
func (d *logDir) writeOffsets(name string, of func(l *Log) (int64, bool)) error {
	out := checkpoint.Offsets{}
	for _, l := range d.store.logsIn(d) {
		if off, ok := of(l); ok {
			out[checkpoint.Partition{Topic: l.tp.Topic, Index: l.tp.Partition}] = off
		}
	}
	return d.writeAtomic(join(d.path, name), out.Encode())
}

func (d *logDir) writeRecoveryPoints() error {
	d.checkpoints.Lock()
	defer d.checkpoints.Unlock()
	d.recoveryDirty.Store(false)
	d.mu.Lock()
	left := maps.Clone(d.mu.left) // logs that are taken out from here on may still be written
	d.mu.Unlock()
	err := d.writeOffsets(checkpoint.RecoveryPointFile, func(l *Log) (int64, bool) { return l.recovery.Load(), true })
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for tp := range left {
		delete(d.mu.left, tp)
	}
	return nil
}

func (d *logDir) writeHighWatermarks() error {
	d.checkpoints.Lock()
	defer d.checkpoints.Unlock()
	d.hwDirty.Store(false)
	return d.writeOffsets(checkpoint.HighWatermarkFile, func(l *Log) (int64, bool) { return l.hw.Load(), true })
}

// writeStartOffsets writes the logs whose start is not their first segment's base; the others need no entry.
func (d *logDir) writeStartOffsets() error {
	d.checkpoints.Lock()
	defer d.checkpoints.Unlock()
	d.startDirty.Store(false)
	return d.writeOffsets(checkpoint.StartOffsetFile, func(l *Log) (int64, bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		start := l.start.Load()
		return start, start > l.mu.segs[0].Base()
	})
}

// readOffsets reads an offset checkpoint; a missing or unreadable one is empty, which costs a longer recovery at most.
func (d *logDir) readOffsets(name string) checkpoint.Offsets {
	data, err := d.store.fs.ReadFile(join(d.path, name))
	if err == nil && len(data) == 0 {
		return checkpoint.Offsets{} // as Apache Kafka leaves one that it never had to write
	}
	if err == nil {
		var o checkpoint.Offsets
		if o, err = checkpoint.ParseOffsets(name, data); err == nil {
			return o
		}
	}
	if !isNotExist(err) {
		d.store.log.Warn("checkpoint cannot be used", "dir", d.path, "file", name, "err", err)
	}
	return checkpoint.Offsets{}
}

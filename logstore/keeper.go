package logstore

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/logstore/checkpoint"
)

// Start begins the background work: group commit, periodic flush, checkpoints, retention, cleaning. Close ends it.
func (s *Store) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.started || s.mu.closed {
		return
	}
	s.mu.started = true
	for _, d := range s.dirs {
		if d.offline() != nil {
			continue
		}
		d.sync.mu.Lock()
		d.sync.running = true
		d.sync.mu.Unlock()
		s.syncers.Go(func() { d.sync.loop(s.stopSync) })
		s.background.Go(func() { s.keep(d) })
	}
	s.background.Go(s.retain)
	if !s.cfg.CleanerDisabled {
		s.background.Go(s.cleanLoop)
	}
}

// keep is a directory's keeper: it moves recovery points and writes checkpoints.
func (s *Store) keep(d *logDir) {
	flush := time.NewTicker(s.cfg.FlushInterval)
	defer flush.Stop()
	hw := time.NewTicker(s.cfg.HighWatermarkCheckpointInterval)
	defer hw.Stop()
	start := time.NewTicker(s.cfg.StartOffsetCheckpointInterval)
	defer start.Stop()
	for {
		var err error
		select {
		case <-s.stop:
			return
		case <-flush.C:
			d.takeReserve()
			err = d.moveRecoveryPoints(smallFlushes)
		case <-d.nudge:
			err = d.moveRecoveryPoints(0)
		case <-hw.C:
			if d.hwDirty.Load() {
				err = d.writeHighWatermarks()
			}
		case <-start.C:
			if d.startDirty.Load() {
				err = d.writeStartOffsets()
			}
		}
		if err != nil && !passes(err) && !errors.Is(err, ErrOffline) {
			d.fail(err)
		}
		if d.offline() != nil {
			return
		}
	}
}

const (
	// smallFlushes is how many logs with little unflushed data are flushed per FlushInterval: a fsync each is too dear when
	// thousands of partitions are written to, and what they leave for recovery is little.
	smallFlushes = 128
	// smallFlush is what counts as little, in bytes.
	smallFlush = 1 << 20
)

// moveRecoveryPoints persists indexes, flushes and checkpoints the recovery points. At most small logs with little data are
// flushed, those that have waited longest first; -1 means all.
func (d *logDir) moveRecoveryPoints(small int) error {
	logs := d.due(small)
	snaps := make([]pendingSnapshot, len(logs))
	var failed error
	for i, l := range logs { // ask for all before waiting for any: the syncer takes them in one round
		l.unrecovered.Store(0)
		snap, ok := l.prepareSnapshot()
		snaps[i] = snap
		if err := l.persist(ok); err != nil {
			if passes(err) { // it stays where it is, and the others move on
				failed, logs[i] = err, nil
				continue
			}
			if l.Err() == nil {
				return err
			}
		}
		if l.flushed.Load() < l.end.Load() {
			l.RequestFlush()
		}
	}
	for i, l := range logs {
		if l == nil {
			continue
		}
		if err := l.advanceRecovery(&snaps[i]); err != nil {
			if passes(err) {
				failed = err
			} else if l.Err() == nil {
				return err
			}
		}
	}
	if len(logs) == 0 && !d.recoveryDirty.Load() {
		return nil
	}
	if err := d.writeRecoveryPoints(); err != nil {
		return err
	}
	return failed
}

// due returns the logs whose recovery point is to move.
func (d *logDir) due(small int) []*Log {
	var logs, few []*Log
	now := d.store.now()
	for _, l := range d.store.logsIn(d) {
		switch {
		case l.recovery.Load() == l.end.Load():
		case small < 0 || l.unrecovered.Load() >= smallFlush || l.flushDue(now):
			logs = append(logs, l)
		default:
			few = append(few, l)
		}
	}
	if small == 0 {
		return logs
	}
	if many := d.store.env.MaxOpen() / 2; small >= 0 && len(few) > small && d.store.env.Dirty() < many {
		at := make(map[*Log]int64, len(few))
		for _, l := range few {
			l.mu.Lock()
			at[l] = l.mu.flushedAt
			l.mu.Unlock()
		}
		slices.SortFunc(few, func(a, b *Log) int { return int(min(1, max(-1, at[a]-at[b]))) })
		few = few[:small]
	}
	return append(logs, few...)
}

// flushDue reports that flush.ms has passed since the last flush.
func (l *Log) flushDue(now int64) bool {
	ms := l.cfg.Load().FlushMs
	if ms > maxInt64/2 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return now-l.mu.flushedAt >= ms
}

// advanceRecovery waits for a flush and moves the recovery point to what is durable. The indexes have been persisted.
func (l *Log) advanceRecovery(snap *pendingSnapshot) error {
	if end := l.end.Load(); l.flushed.Load() < end {
		if err := l.FlushTo(end); err != nil {
			return err
		}
	}
	l.maint.Lock() // a truncation lowers it before it begins, and it must stay so until its end
	defer l.maint.Unlock()
	if snap.data != nil {
		if err := l.keepSnapshot(snap); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recovery.Store(max(l.recovery.Load(), min(l.flushed.Load(), l.end.Load())))
	return nil
}

// retain applies retention, removes what has been deleted, and forgets producers that have been silent.
func (s *Store) retain() {
	tick := time.NewTicker(s.cfg.RetentionCheckInterval)
	defer tick.Stop()
	remove := time.NewTicker(min(s.cfg.RetentionCheckInterval, 10*time.Second))
	defer remove.Stop()
	expire := time.NewTicker(s.cfg.ProducerExpiryCheckInterval)
	defer expire.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-remove.C:
			s.removeDue(s.now())
		case <-tick.C:
			s.retainAll()
		case <-expire.C:
			s.expireProducers(s.now())
		}
	}
}

func (s *Store) retainAll() {
	for _, l := range s.Logs() {
		now := s.now()
		if _, err := l.ApplyRetention(now); err != nil && !errors.Is(err, ErrOffline) && !errors.Is(err, ErrDeleted) {
			s.log.Warn("retention failed", "partition", l.tp.String(), "err", err)
		}
		select {
		case <-s.stop:
			return
		default:
		}
	}
}

// expireProducers forgets producers whose last write is longer ago than ProducerExpiryMs.
func (s *Store) expireProducers(now int64) {
	for _, l := range s.logsIn(nil) {
		l.mu.Lock()
		l.mu.producers.Expire(now, s.tuning.Load().ProducerExpiryMs)
		l.mu.Unlock()
	}
}

// Close flushes and closes every log, writes the checkpoints and the clean-shutdown marker, and waits for everything that
// Start began. A directory that failed gets no marker.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.mu.closed {
		s.mu.Unlock()
		return nil
	}
	s.mu.closed = true
	s.mu.Unlock()
	close(s.stop)
	s.background.Wait()
	var failed error
	for _, d := range s.dirs {
		if d.offline() != nil {
			continue
		}
		if err := s.closeDir(d); err != nil {
			failed = errors.Join(failed, fmt.Errorf("close %s: %w", d.path, err))
		}
	}
	close(s.stopSync)
	s.syncers.Wait()
	s.background.Wait()
	s.forgetAll()
	s.unlock()
	return failed
}

func (s *Store) closeDir(d *logDir) error {
	var full error // what a full disk has stopped: the rest is written all the same, but the next start must look at every log
	for _, l := range s.logsIn(d) {
		switch err := d.withReserve(l.settleForClose); {
		case err == nil || l.Err() != nil && !passes(err):
		case passes(err):
			full = err
		default:
			return err
		}
	}
	for i, write := range []func() error{func() error { return d.moveRecoveryPoints(-1) }, d.settleRest, d.writeRecoveryPoints, d.writeHighWatermarks, d.writeStartOffsets} {
		switch err := write(); {
		case err == nil:
		case passes(err):
			full = err
		default:
			return err
		}
		if err := d.offline(); i <= 1 && err != nil {
			return err
		}
	}
	if full != nil {
		s.log.Warn("the directory was closed without all its files: the next start recovers it", "dir", d.path, "err", full)
		return nil
	}
	if d.holdsDamage() {
		return nil // the next start has to look again: believing all files would serve what this one refused
	}
	epoch := int64(-1)
	if s.cfg.BrokerEpoch != nil {
		epoch = s.cfg.BrokerEpoch()
	}
	err := d.writeAtomic(join(d.path, checkpoint.CleanShutdownFile), checkpoint.EncodeCleanShutdown(epoch))
	if passes(err) {
		s.log.Warn("the directory was closed without its clean-shutdown marker: the next start recovers it", "dir", d.path, "err", err)
		return nil
	}
	return err
}

// holdsDamage reports that a log of the directory is offline because its files are damaged.
func (d *logDir) holdsDamage() bool {
	for _, l := range d.store.logsIn(d) {
		if c := (*CorruptError)(nil); errors.As(l.Err(), &c) {
			return true
		}
	}
	return false
}

// settleRest syncs what no offset tells of: files that were cut, made or renamed. ErrNoSpace-like errors tell that something was not
// written for want of space.
func (d *logDir) settleRest() error {
	if rest := d.unsettled(); len(rest) > 0 {
		d.sync.round(rest)
	}
	if rest := d.unsettled(); len(rest) > 0 && d.offline() == nil {
		return fmt.Errorf("%s could not be flushed: %w", rest[0].tp, syscall.ENOSPC)
	}
	return nil
}

// unsettled lists the logs with something to sync.
func (d *logDir) unsettled() (rest []*Log) {
	for _, l := range d.store.logsIn(d) {
		l.mu.Lock()
		dirty := l.mu.err == nil && (len(l.mu.unsynced) > 0 || l.active().Dirty() || l.mu.syncDir)
		l.mu.Unlock()
		if dirty {
			rest = append(rest, l)
		}
	}
	return rest
}

// settleForClose writes what a clean start wants to find: indexes, producer state, epochs.
func (l *Log) settleForClose() error {
	l.mu.Lock()
	if err := l.mu.err; err != nil {
		l.mu.Unlock()
		return err
	}
	var err error
	if l.end.Load() > l.mu.segs[0].Base() {
		err = l.takeSnapshot()
	}
	epochs := l.encodeEpochs()
	l.mu.Unlock()
	if err != nil {
		return err
	}
	if epochs != nil {
		if err := l.dir.writeAtomic(join(l.path.Path(), epochFile), epochs); err != nil {
			l.mu.Lock()
			l.mu.epochsDirty = true
			l.mu.Unlock()
			return err
		}
	}
	return l.persist(false)
}

// forgetAll ends every log and gives descriptors back.
func (s *Store) forgetAll() {
	for _, l := range s.logsIn(nil) {
		l.mu.Lock()
		l.mu.damaged = false
		if l.mu.err == nil {
			l.mu.err = fmt.Errorf("%w: %s", ErrClosed, l.tp)
		}
		l.wakeWaiters()
		for _, seg := range l.mu.segs {
			seg.Forget()
		}
		l.mu.Unlock()
	}
}

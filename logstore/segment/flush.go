package segment

import "slices"

// A FlushJob makes durable what a segment held when the job was made.
type FlushJob struct {
	s     *Segment
	file  *slot[*openFile] // nil once it was given back
	next  int64
	whole bool // the derived files too: the segment is sealed, or they were made anew
	anew  bool // they were made anew
	txns  bool // the .txnindex at least: what it says below the recovery point is believed
}

// PrepareFlush returns a job, ok=false when nothing is unsynced. Every job must be run or cancelled. Writer.
func (s *Segment) PrepareFlush() (job FlushJob, ok bool, err error) {
	if !s.dirty.Load() {
		return FlushJob{}, false, nil
	}
	sl, err := s.acquire()
	if err != nil {
		return FlushJob{}, false, err
	}
	s.setDirty(false)
	job = FlushJob{s, sl, s.next, s.sealed.Load() || s.remade, s.remade, s.txnDirty}
	s.remade, s.txnDirty = false, false
	return job, true, nil
}

// Next is the offset below which everything of the segment is durable once Run has returned nil.
func (j *FlushJob) Next() int64 { return j.next }

// Run syncs. After an error nothing may be counted as durable: after a *SyncError the directory is done for (invariant R25), after
// another the job must be cancelled if the segment is to go on.
func (j *FlushJob) Run() error {
	defer j.release()
	if err := j.file.v.SyncData(); err != nil {
		return &SyncError{err}
	}
	list := derived[:]
	switch {
	case !j.whole && !j.txns:
		return nil
	case !j.whole:
		list = []string{TxnSuffix}
	}
	for _, suffix := range list {
		if err := j.s.syncFile(suffix); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// Cancel gives a job back, whether it was run or not: all that it was to sync is to be synced by the next. Writer.
func (j *FlushJob) Cancel() {
	j.s.setDirty(!j.s.gone.Load())
	j.s.remade, j.s.txnDirty = j.s.remade || j.anew, j.s.txnDirty || j.txns
	j.release()
}

func (j *FlushJob) release() {
	if j.file != nil {
		j.file.release()
		j.file = nil
	}
}

func (s *Segment) syncFile(suffix string) error {
	f, err := s.env.open(s.Path(suffix), 0)
	if err != nil {
		return err
	}
	err = f.SyncData()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// PersistFailed takes back what PreparePersist noted as written. Writer.
func (s *Segment) PersistFailed() {
	if s.live != nil {
		s.live.offSaved, s.live.timSaved = 0, 0
	}
	s.txnBehind = len(s.txns) > 0
}

// A PersistJob writes index entries out.
type PersistJob struct {
	s            *Segment
	off          []OffsetEntry
	tim          []TimeEntry
	offAt, timAt int
	sync         bool
	txns         []byte // the whole .txnindex, when the file is behind
}

// PreparePersist returns a job that writes the index entries that are only in memory, ok=false when there is nothing to do. With
// sync it makes the index files durable too, so that a power cut costs no walk through the whole segment. Jobs of one segment
// must run one after the other. Writer.
func (s *Segment) PreparePersist(sync bool) (job PersistJob, ok bool) {
	l := s.live
	if l == nil || l.offSaved == len(l.off) && l.timSaved == len(l.tim) && !s.txnBehind && !sync {
		return PersistJob{}, false
	}
	if s.txnBehind {
		job.txns = encodeTxns(s.txns)
		s.txnBehind = false
	}
	job = PersistJob{s: s, txns: job.txns, off: slices.Clone(l.off[l.offSaved:]), tim: slices.Clone(l.tim[l.timSaved:]), offAt: l.offSaved, timAt: l.timSaved, sync: sync}
	l.offSaved, l.timSaved = len(l.off), len(l.tim)
	return job, true
}

// Run writes. After an error everything is written again by the next job.
func (j *PersistJob) Run() error {
	if len(j.txns) > 0 {
		if err := j.s.writeFile(TxnSuffix, j.txns, 0, true); err != nil {
			return err
		}
	}
	if len(j.off) > 0 {
		if err := j.s.writeFile(IndexSuffix, encodeIndex(nil, j.off), int64(j.offAt)*entrySize, true); err != nil {
			return err
		}
	}
	if len(j.tim) > 0 {
		if err := j.s.writeFile(TimeSuffix, encodeTimeIndex(nil, j.tim), int64(j.timAt)*timeEntrySize, true); err != nil {
			return err
		}
	}
	if !j.sync {
		return nil
	}
	for _, suffix := range derived[:2] {
		if err := j.s.syncFile(suffix); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// Seal ends appending: the indexes are completed and written, and leave memory. Writer.
func (s *Segment) Seal() error { return s.seal(s.writeIndexes) }

// SealIfRoom is Seal for a segment that a start has recovered: without room for the indexes there are none, and the segment is sealed
// all the same. Writer.
func (s *Segment) SealIfRoom() error { return s.seal(s.writeIndexesIfRoom) }

func (s *Segment) seal(write func([]OffsetEntry, []TimeEntry) error) error {
	if s.live == nil {
		if err := s.Activate(rebuildInterval); err != nil {
			return err
		}
	}
	s.noteTime()
	if s.txnBehind {
		if err := s.SetAbortedTxns(s.txns); err != nil {
			return err
		}
	}
	if s.onDisk.Load() {
		if err := write(s.live.off, s.live.tim); err != nil {
			return err
		}
	}
	s.setDirty(s.onDisk.Load()) // the derived files must be synced even when the .log was already
	s.sealed.Store(true)
	s.live = nil
	s.env.indexes.forget(&s.index)
	return nil
}

// Close writes the indexes of the active segment out, for a clean stop. The segment goes on. Writer.
func (s *Segment) Close() error {
	job, ok := s.PreparePersist(false)
	if !ok {
		return nil
	}
	err := job.Run()
	if err != nil {
		s.PersistFailed()
	}
	return err
}

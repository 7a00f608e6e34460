package segment

// NewCleaned returns a segment whose files carry CleanedSuffix: the result of a cleaning, on its way to replace others.
func NewCleaned(env *Env, dir *Dir, base, created int64) *Segment {
	s := New(env, dir, base, created)
	s.ext = CleanedSuffix
	return s
}

// Finish completes a cleaned segment and makes its files durable.
func (s *Segment) Finish(aborted []AbortedTxn) error {
	if err := s.Create(); err != nil {
		return err
	}
	if err := s.SetAbortedTxns(aborted); err != nil {
		return err
	}
	if err := s.Seal(); err != nil {
		return err
	}
	job, ok, err := s.PrepareFlush()
	if err != nil || !ok {
		return err
	}
	return job.Run()
}

// Rename gives the files another ext: SwapSuffix says that they are complete, "" that they are the segment. The .log goes last:
// its name decides what a start after a crash does.
func (s *Segment) Rename(ext string) error {
	for _, suffix := range suffixes {
		from := s.Path(suffix)
		to := Path(s.dir.Path(), s.base, suffix) + ext
		if err := s.env.FS.Rename(from, to); err != nil && !isNotExist(err) {
			return err
		}
	}
	s.ext = ext
	return nil
}

// Abandon removes the files of a cleaned segment that is not wanted.
func (s *Segment) Abandon() error {
	s.MarkGone()
	for i := len(suffixes) - 1; i >= 0; i-- {
		if err := s.env.FS.Remove(s.Path(suffixes[i])); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// FinishSwap completes the replacement that a crash interrupted when base's files already carried SwapSuffix: the segments of
// others (base offsets) within the new segment's range go, then the new files take their names. It can be interrupted and
// repeated.
func FinishSwap(env *Env, dir *Dir, base int64, others []int64) error {
	s := newSegment(env, dir, base)
	s.ext = SwapSuffix
	next, err := s.endOf()
	if err != nil {
		return err
	}
	for _, other := range others {
		if other <= base || other >= next {
			continue
		}
		if err := removeFiles(env, dir, other); err != nil {
			return err
		}
	}
	p := Path(dir.Path(), base, TxnSuffix) // the new segment may have none
	if err := env.FS.Remove(p); err != nil && !isNotExist(err) {
		return err
	}
	if err := s.Rename(""); err != nil {
		return err
	}
	return env.FS.SyncDir(dir.Path())
}

// endOf walks the headers of the .log to its end.
func (s *Segment) endOf() (next int64, err error) {
	f, err := s.env.open(s.Path(LogSuffix), 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return 0, err
	}
	h := s.heads(f, size)
	defer h.close()
	next = s.base
	for pos := int64(0); pos < size; {
		b, n, err := h.header(pos)
		if err != nil {
			return 0, err
		}
		next, pos = b.NextOffset(), pos+n
	}
	return next, nil
}

func removeFiles(env *Env, dir *Dir, base int64) error {
	for i := len(suffixes) - 1; i >= 0; i-- {
		if err := env.FS.Remove(Path(dir.Path(), base, suffixes[i])); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// Cleaned reports that the files still carry CleanedSuffix.
func (s *Segment) Cleaned() bool { return s.ext == CleanedSuffix }

// SetNext says where the next segment begins. Writer.
func (s *Segment) SetNext(next int64) { s.next = next }

package runtime

import (
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

var errStopped = errors.New("stopped while loading")

// load replays the whole log into the machine (T13, G4). It reports whether the shard is to be served.
func (s *shard) load() bool {
	start := time.Now()
	n, err := s.replayLog()
	switch {
	case errors.Is(err, errStopped):
		return false
	case err != nil:
		s.log.Error("coordinator partition is not served: loading failed", "leaderEpoch", s.epoch.Load(), "err", err)
		s.setState(stateFailed)
		s.awaitStop()
		return false
	}
	s.loaded.Store(int64(time.Since(start)))
	s.appended.Add(n)
	s.setState(stateActive)
	s.log.Info("coordinator loaded", "leaderEpoch", s.epoch.Load(), "records", n, "took", time.Since(start).Round(time.Millisecond))
	loaded := func(m coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		return m.Loaded(now), nil
	}
	s.decide(operation{handle: loaded})
	s.flush()
	return true
}

// replayLog reads from the log's start to its end, committed or not: what is behind the high watermark is this leader's to
// commit, and answers wait for it.
func (s *shard) replayLog() (records int64, err error) {
	start, hw, _, err := s.cfg.Log.Bounds(s.partition)
	if err != nil {
		return 0, err
	}
	s.onHighWatermark(hw)
	s.written = start
	for {
		if s.state() == stateStopped {
			return records, errStopped
		}
		chunk, err := s.cfg.Log.Read(s.partition, s.written, s.cfg.LoadBytes)
		if err != nil {
			return records, fmt.Errorf("read at offset %d: %w", s.written, err)
		}
		if len(chunk) == 0 {
			_, _, end, err := s.cfg.Log.Bounds(s.partition)
			s.written = max(s.written, end)
			return records, err
		}
		n, next, err := replayBatches(s.machine, chunk)
		records += n
		if err != nil {
			return records, err
		}
		if next <= s.written {
			return records, fmt.Errorf("read at offset %d answered batches up to %d", s.written, next)
		}
		s.written = next
	}
}

// nopMachine stands in for the machine of a shard that failed.
type nopMachine struct{}

func (nopMachine) Replay(coordinator.Position, coordinator.Record) error { return nil }
func (nopMachine) Loaded(time.Time) coordinator.Result                   { return coordinator.Result{} }
func (nopMachine) Unloaded()                                             {}

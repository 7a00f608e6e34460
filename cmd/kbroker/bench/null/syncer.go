package null

import (
	"sync"

	"golang.org/x/sys/unix"
)

// A syncer makes appends durable, many with one fdatasync: whoever comes while a round runs is in the next one.
type syncer struct {
	mu    sync.Mutex
	work  *sync.Cond // something is queued
	done  *sync.Cond // a round has ended
	queue []*partition
	taken uint64 // rounds begun
	ended uint64 // rounds ended
}

func newSyncer() *syncer {
	s := &syncer{}
	s.work, s.done = sync.NewCond(&s.mu), sync.NewCond(&s.mu)
	go s.run()
	return s
}

// wait returns when everything appended to parts is on the disk.
func (s *syncer) wait(parts []*partition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range parts {
		if !p.queued {
			p.queued = true
			s.queue = append(s.queue, p)
		}
	}
	s.work.Signal()
	for want := s.taken + 1; s.ended < want; {
		s.done.Wait()
	}
}

func (s *syncer) run() {
	var round []*partition
	for {
		s.mu.Lock()
		for len(s.queue) == 0 {
			s.work.Wait()
		}
		round, s.queue = s.queue, round[:0]
		for _, p := range round {
			p.queued = false
		}
		s.taken++
		s.mu.Unlock()
		for _, p := range round {
			_ = unix.Fdatasync(int(p.f.Fd()))
		}
		s.mu.Lock()
		s.ended = s.taken
		s.done.Broadcast()
		s.mu.Unlock()
	}
}

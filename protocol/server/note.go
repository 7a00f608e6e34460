package server

import (
	"sync"
	"time"
)

// noteLimiter bounds what peers can make us log: notesPerKind lines of a kind in notePeriod, and then how many were left
// out. Kinds are few and our own.
type noteLimiter struct {
	mu    sync.Mutex
	kinds map[string]*noteCount
}

const (
	notesPerKind = 10
	notePeriod   = 10 * time.Second
)

type noteCount struct {
	since   time.Time
	lines   int
	dropped int
}

// allow reports whether a line of kind may be written, and how many before it were not.
func (l *noteLimiter) allow(kind string, now time.Time) (ok bool, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.kinds[kind]
	if n == nil {
		if l.kinds == nil {
			l.kinds = map[string]*noteCount{}
		}
		n = &noteCount{since: now}
		l.kinds[kind] = n
	}
	if now.Sub(n.since) >= notePeriod {
		dropped = n.dropped
		*n = noteCount{since: now}
	}
	if n.lines >= notesPerKind {
		n.dropped++
		return false, 0
	}
	n.lines++
	return true, dropped
}

// note logs a line that a peer has caused.
func (s *Server) note(kind, msg string, args ...any) {
	ok, dropped := s.notes.allow(kind, time.Now())
	if !ok {
		return
	}
	if dropped > 0 {
		args = append(args, "like_this_left_out", dropped)
	}
	s.log.Warn(msg, args...)
}

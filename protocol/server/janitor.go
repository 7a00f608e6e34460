package server

import "time"

// How often deadlines are looked at: an eighth of the shorter one, within these bounds. A deadline is met that much late.
const (
	lookMin = 10 * time.Millisecond
	lookMax = 5 * time.Second
)

// watch is what the janitor remembers of a connection: one goroutine that looks at all of them every few seconds is
// cheaper than a timer each, and the connections need not read a clock.
type watch struct {
	activity uint32
	since    int64 // Server.nanos when activity last changed, or something was in flight
}

// The garbage collector keeps what it has collected for the next burst, and does not run at all when nothing allocates.
// So memory for frames that was held and is not needed any more is returned by hand, when it is at least trimFrom and the
// burst is over: nothing like it was held between two looks. Under steady load that is never.
const (
	trimFrom  = 64 << 20
	trimEvery = 10 * time.Second
)

// trimmer decides when to return memory to the operating system.
type trimmer struct {
	peak int64 // bytes; the most that was held since memory was last returned
	last int64 // nanoseconds, when that was; 0 never
}

// due looks at the most that was held since the last look.
func (t *trimmer) due(highest, now int64) bool {
	t.peak = max(t.peak, highest)
	if t.peak-highest < trimFrom || t.last != 0 && now-t.last < int64(trimEvery) {
		return false
	}
	t.peak, t.last = highest, now
	return true
}

// keepDeadlines ends connections that are idle, dribble a frame, or take no answers. It returns memory, too.
func (s *Server) keepDeadlines() {
	every := s.cfg.FrameTimeout
	if s.cfg.MaxIdle > 0 {
		every = min(every, s.cfg.MaxIdle)
	}
	ticker := time.NewTicker(max(lookMin, min(every/8, lookMax)))
	defer ticker.Stop()
	var trim trimmer
	for {
		select {
		case <-ticker.C:
			now := s.nanos()
			s.mu.Lock()
			for c := range s.conns {
				c.look(now)
			}
			s.mu.Unlock()
			if trim.due(s.memory.highest(), now) {
				s.cfg.freeMemory()
			}
		case <-s.quit:
			return
		}
	}
}

// look judges one connection. It never waits: reaping wakes the reader, which ends the connection itself, so that its
// socket closes without a reset (trap T109).
func (c *conn) look(now int64) {
	if until := c.frameUntil.Load(); until != 0 && now > until {
		c.srv.note("slow", "a frame took too long to arrive, connection closed", "listener", c.listener.Name, "peer", c.pub.Remote)
		c.reapAs(endSlow)
		return
	}
	activity, writing := c.activity.Load(), c.inWrite.Load()
	if c.seen.since == 0 || activity != c.seen.activity || !writing && c.inFlight.Load() > 0 {
		c.seen = watch{activity, now}
		return
	}
	if idle := c.srv.cfg.MaxIdle; idle < 0 || now-c.seen.since < int64(idle) {
		return
	}
	if writing {
		c.abort(endStuck, nil)
		return
	}
	c.reapAs(endIdle)
}

func (c *conn) reapAs(e ending) {
	c.reap.Store(int32(e) + 1)
	c.wake()
}

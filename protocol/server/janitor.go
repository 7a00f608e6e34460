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

// keepDeadlines ends connections that are idle, dribble a frame, or take no answers.
func (s *Server) keepDeadlines() {
	every := s.cfg.FrameTimeout
	if s.cfg.MaxIdle > 0 {
		every = min(every, s.cfg.MaxIdle)
	}
	ticker := time.NewTicker(max(lookMin, min(every/8, lookMax)))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			now := s.nanos()
			s.mu.Lock()
			for c := range s.conns {
				c.look(now)
			}
			s.mu.Unlock()
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

package segment

import (
	"sync"
	"sync/atomic"
)

// A clock is a cache with a bound and second-chance eviction. Looking something up takes no lock: the owner keeps a
// pointer to its slot, and a reference keeps the value alive until it is given back.
type clock[T any] struct {
	max  int64
	drop func(T)      // called once when the last reference to an evicted value is gone
	keep func(T) bool // values that must not be evicted now; nil: none

	mu     sync.Mutex
	ring   []*slot[T]
	hand   int
	weight int64
}

type slot[T any] struct {
	v      T
	home   *atomic.Pointer[slot[T]]
	c      *clock[T]
	weight int64
	refs   atomic.Int32 // one is the cache's own
	used   atomic.Bool
	at     int // index in ring, guarded by c.mu
}

// get returns the slot with a reference, nil when nothing is cached.
func (c *clock[T]) get(home *atomic.Pointer[slot[T]]) *slot[T] {
	s := home.Load()
	if s == nil {
		return nil
	}
	for {
		n := s.refs.Load()
		if n == 0 {
			return nil
		}
		if s.refs.CompareAndSwap(n, n+1) {
			if !s.used.Load() {
				s.used.Store(true)
			}
			return s
		}
	}
}

// put caches v and returns its slot with a reference. When another goroutine was faster, v is dropped and theirs returned.
func (c *clock[T]) put(home *atomic.Pointer[slot[T]], v T, weight int64) *slot[T] {
	s := &slot[T]{v: v, home: home, c: c, weight: weight}
	s.refs.Store(2)
	s.used.Store(true)
	c.mu.Lock()
	if other := c.get(home); other != nil {
		c.mu.Unlock()
		c.drop(v)
		return other
	}
	s.at = len(c.ring)
	c.ring = append(c.ring, s)
	c.weight += weight
	home.Store(s)
	dead := c.evict(nil, c.max)
	c.mu.Unlock()
	for _, d := range dead {
		d.release()
	}
	return s
}

// evict takes slots out of the ring until the weight is at most max, at most two turns of the hand.
func (c *clock[T]) evict(dead []*slot[T], max int64) []*slot[T] {
	for steps := 2 * len(c.ring); steps > 0 && c.weight > max && len(c.ring) > 0; steps-- {
		if c.hand >= len(c.ring) {
			c.hand = 0
		}
		s := c.ring[c.hand]
		if s.used.Swap(false) || c.keep != nil && c.keep(s.v) {
			c.hand++
			continue
		}
		c.remove(s)
		dead = append(dead, s)
	}
	return dead
}

func (c *clock[T]) remove(s *slot[T]) {
	last := len(c.ring) - 1
	c.ring[s.at] = c.ring[last]
	c.ring[s.at].at = s.at
	c.ring[last] = nil
	c.ring = c.ring[:last]
	c.weight -= s.weight
	s.at = -1
	s.home.CompareAndSwap(s, nil)
}

// shed evicts half of what may be evicted, for when the system itself is out of descriptors.
func (c *clock[T]) shed() {
	c.mu.Lock()
	dead := c.evict(nil, c.weight/2)
	c.mu.Unlock()
	for _, d := range dead {
		d.release()
	}
}

// forget takes what home holds out of the cache.
func (c *clock[T]) forget(home *atomic.Pointer[slot[T]]) {
	c.mu.Lock()
	s := home.Load()
	if s != nil && s.at >= 0 {
		c.remove(s)
	} else {
		s = nil
	}
	c.mu.Unlock()
	if s != nil {
		s.release()
	}
}

func (s *slot[T]) release() {
	if s.refs.Add(-1) == 0 {
		s.c.drop(s.v)
	}
}

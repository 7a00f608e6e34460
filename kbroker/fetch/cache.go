package fetch

import "sync"

// evictionMs is how long a session is safe from being pushed out by another that is no better (Kafka's
// MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS).
const evictionMs = 120_000

// maxPartitions bounds the partitions of all sessions together, some 300 bytes each: slots alone bound sessions, and a
// request may name a hundred thousand partitions. A reader for whom there is no room is served without a session.
const maxPartitions = 1 << 18

// A Cache holds the sessions of a broker, at most Slots (max.incremental.fetch.session.cache.slots).
type Cache struct {
	slots int
	newID func() int32 // any value above 0 that is drawn at random

	mu struct {
		sync.Mutex
		sessions   map[int32]*Session
		partitions int // INV: the sum of size over sessions, at most maxPartitions after create
		evictions  int64
	}
}

// NewCache returns an empty cache.
func NewCache(slots int, newID func() int32) *Cache {
	c := &Cache{slots: slots, newID: newID}
	c.mu.sessions = make(map[int32]*Session)
	return c
}

// Stats tells how many sessions and partitions are cached, and how many sessions were pushed out.
func (c *Cache) Stats() (sessions, partitions int, evictions int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.mu.sessions), c.mu.partitions, c.mu.evictions
}

func (c *Cache) get(id int32, now int64) *Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.mu.sessions[id]
	if s != nil {
		s.lastUsed = now
	}
	return s
}

func (c *Cache) remove(id int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(id)
}

// drop ends a session. c.mu is held.
func (c *Cache) drop(id int32) {
	if s := c.mu.sessions[id]; s != nil {
		c.mu.partitions -= s.size
		delete(c.mu.sessions, id)
	}
}

func (c *Cache) resized(s *Session, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.sessions[s.ID] == s {
		c.mu.partitions += size - s.size
	}
	s.size = size
}

// fits tells whether there is room for so many more partitions.
func (c *Cache) fits(more int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return more == 0 || c.mu.partitions+more <= maxPartitions
}

// create makes room for a session of that size and returns it, nil when every other one is better.
func (c *Cache) create(now int64, replica bool, usesIDs bool, wants []Want) *Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.mu.sessions) >= c.slots && !c.evict(now, replica, len(wants)) {
		return nil
	}
	if c.mu.partitions+len(wants) > maxPartitions {
		return nil
	}
	s := &Session{ID: c.unusedID(), UsesIDs: usesIDs, replica: replica, lastUsed: now, created: now, size: len(wants)}
	s.mu.epoch = 1
	s.mu.byKey = make(map[Key]*entry, len(wants))
	for _, w := range wants {
		s.put(w)
	}
	c.mu.sessions[s.ID] = s
	c.mu.partitions += s.size
	return s
}

func (c *Cache) unusedID() int32 {
	for {
		if id := c.newID(); id > 0 && c.mu.sessions[id] == nil {
			return id
		}
	}
}

// evict pushes out the least recently used session if it has been idle for evictionMs, otherwise the least valuable one
// that is less valuable than the newcomer: a consumer's before a follower's, a small one before a large one, and none of
// the same kind that is younger than evictionMs. c.mu is held.
func (c *Cache) evict(now int64, replica bool, size int) bool {
	var idle, least *Session
	for _, s := range c.mu.sessions {
		if idle == nil || s.lastUsed < idle.lastUsed {
			idle = s
		}
		if least == nil || worse(s, least) {
			least = s
		}
	}
	victim := idle
	if idle == nil || now-idle.lastUsed <= evictionMs {
		victim = least
		switch {
		case least == nil:
			return false
		case replica && !least.replica:
		case replica == least.replica && least.size < size && now-least.created > evictionMs:
		default:
			return false
		}
	}
	c.drop(victim.ID)
	c.mu.evictions++
	return true
}

func worse(a, b *Session) bool {
	if a.replica != b.replica {
		return !a.replica
	}
	if a.size != b.size {
		return a.size < b.size
	}
	return a.lastUsed < b.lastUsed
}

package fetch

import (
	"cmp"
	"sync"
)

// evictionMs is how long a session may be idle before it has to make room for any other, and how old it must be to have to
// make room for a better one of its kind (Kafka's MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS).
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

func (c *Cache) get(id int32) *Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.sessions[id]
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

// touch tells that a session was used, and its size now.
func (c *Cache) touch(s *Session, now int64, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.sessions[s.ID] == s {
		c.mu.partitions += size - s.size
	}
	s.size, s.lastUsed = size, now
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

// evict pushes out the least recently used session if it has been idle for longer than evictionMs, otherwise the least
// valuable of those that may be pushed out, if it is less valuable than the newcomer: a consumer's before a follower's, a
// small one before a large one. A session may be pushed out once it was used when older than evictionMs, and a
// consumer's at any time by a follower. One that is too young shields no other. c.mu is held.
func (c *Cache) evict(now int64, replica bool, size int) bool {
	var idle, least *Session
	for _, s := range c.mu.sessions {
		if idle == nil || s.lastUsed < idle.lastUsed {
			idle = s
		}
		if s.evictable(replica) && (least == nil || s.value().less(least.value())) {
			least = s
		}
	}
	var victim *Session
	switch newcomer := (value{replica: replica, size: size}); {
	case idle != nil && now-idle.lastUsed > evictionMs:
		victim = idle
	case least != nil && !newcomer.less(least.value()):
		victim = least
	default:
		return false
	}
	c.drop(victim.ID)
	c.mu.evictions++
	return true
}

// evictable tells whether the session may have to make room for a follower's or a consumer's. Its age counts as of its last
// use, as in Apache Kafka.
func (s *Session) evictable(byReplica bool) bool {
	return byReplica && !s.replica || s.lastUsed-s.created > evictionMs
}

// A value orders sessions by what it costs to lose them (Kafka's EvictableKey). A newcomer has id 0, so that it is worth
// less than one of its kind and size that is there.
type value struct {
	replica bool
	size    int
	id      int32
}

func (s *Session) value() value { return value{s.replica, s.size, s.ID} }

func (v value) less(o value) bool {
	if v.replica != o.replica {
		return !v.replica
	}
	return cmp.Or(cmp.Compare(v.size, o.size), cmp.Compare(v.id, o.id)) < 0
}

package fetch

import "errors"

// The session errors of a request; api turns them into codes.
var (
	ErrSessionNotFound     = errors.New("fetch session id not found")
	ErrInvalidSessionEpoch = errors.New("invalid fetch session epoch")
	ErrSessionTopicID      = errors.New("a fetch session names topics either by id or by name")
)

// The epochs with a meaning of their own.
const (
	epochNew   int32 = 0  // begins a session
	epochFinal int32 = -1 // wants none
)

// A Context is one request's view of its session. Close must be called before the request is parked, and
// when its answer is complete.
type Context struct {
	cache   *Cache
	session *Session // nil without one
	wants   []Want   // without a session, or for its first request
	id      int32
	full    bool // mention every partition
}

// A Request is what a Fetch says of sessions.
type Request struct {
	ID, Epoch int32
	UsesIDs   bool
	Replica   bool // a follower's
	Passing   bool // no session shall hold the wants
	Wants     []Want
	Forgotten []Key
}

// Open makes x the context of a request: it finds or makes the session and brings it up to date. The Context holds the
// session's lock until Close, and r.Wants as long as it is used. A Context may be opened again after that.
func (c *Cache) Open(x *Context, r Request, now int64) error {
	if r.Epoch == epochNew || r.Epoch == epochFinal {
		if r.ID != 0 {
			c.remove(r.ID)
		}
		*x = Context{cache: c, wants: r.Wants, full: true}
		if r.Epoch == epochNew && !r.Passing {
			if s := c.create(now, r.Replica, r.UsesIDs, r.Wants); s != nil {
				x.session, x.id = s, s.ID
				s.mu.Lock()
			}
		}
		return nil
	}
	s := c.get(r.ID)
	if s == nil {
		return ErrSessionNotFound
	}
	s.mu.Lock()
	if r.Passing || !c.fits(len(r.Wants)) {
		s.mu.Unlock()
		c.remove(s.ID) // its reader begins again, without one if need be
		return ErrSessionNotFound
	}
	if err := s.update(r); err != nil {
		s.mu.Unlock()
		return err
	}
	if len(s.mu.byKey) == 0 { // nothing is left to read: the session ends
		s.mu.Unlock()
		c.remove(s.ID)
		*x = Context{cache: c, full: true}
		return nil
	}
	s.mu.epoch = nextEpoch(s.mu.epoch)
	c.touch(s, now, len(s.mu.byKey))
	*x = Context{cache: c, session: s, id: s.ID}
	return nil
}

func (s *Session) update(r Request) error {
	if s.mu.epoch != r.Epoch {
		return ErrInvalidSessionEpoch
	}
	if s.UsesIDs != r.UsesIDs {
		return ErrSessionTopicID
	}
	for _, w := range r.Wants {
		s.put(w)
	}
	for _, k := range r.Forgotten {
		s.drop(k)
	}
	return nil
}

// ID is the session id to answer with, 0 without a session.
func (x *Context) ID() int32 { return x.id }

// Len returns how many partitions are read.
func (x *Context) Len() int {
	if x.session == nil {
		return len(x.wants)
	}
	return len(x.session.mu.byKey)
}

// Each calls fn for every partition that is read, in the order in which it should be read.
func (x *Context) Each(fn func(w *Want)) {
	if x.session == nil {
		for i := range x.wants {
			fn(&x.wants[i])
		}
		return
	}
	for e := x.session.mu.head; e != nil; e = e.next {
		fn(&e.Want)
	}
}

// A Found is what an answer would say of a partition.
type Found struct {
	Told
	HasRecords bool
	Failed     bool // an error code
	Other      bool // a diverging epoch or a preferred read replica
}

// Mention tells whether the answer has to mention a partition, and notes what the reader is told by it. Without a
// session, and in the first answer of one, everything is mentioned; later only what the reader does not know (R21).
func (x *Context) Mention(k Key, f Found) bool {
	if x.session == nil {
		return true
	}
	e := x.session.mu.byKey[k]
	if e == nil {
		return x.full
	}
	mention := x.full || f.HasRecords || f.Failed || f.Other || e.told != f.Told
	if !mention {
		return false
	}
	e.told = f.Told
	if f.Failed {
		e.told = unknownTold // so that it is mentioned again once the error has gone
	}
	if f.HasRecords && !x.full {
		// Read last next time: when answers are bounded by size, partitions with much to say must not starve the others.
		x.session.unlink(e)
		x.session.append(e)
	}
	return true
}

// Resume takes the session again after Close, for a request that was parked meanwhile.
func (x *Context) Resume() {
	if x.session != nil {
		x.session.mu.Lock()
	}
}

// Close lets go of the session.
func (x *Context) Close() {
	if x.session != nil {
		x.session.mu.Unlock()
	}
}

package null

import (
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// copyBelow is the largest run of bytes that is copied into the answer; above it sendfile is cheaper.
const copyBelow = 64 << 10

// fetchRequest is the part of a Fetch that matters, kept by the connection so that its slices are reused.
type fetchRequest struct {
	maxWait  time.Duration
	minBytes int32
	parts    []fetchPart
	topics   []fetchTopic
}

type fetchTopic struct {
	name  []byte
	parts int
}

type fetchPart struct {
	p        *partition
	index    int32
	offset   int64
	maxBytes int64
}

func (q *fetchRequest) parse(b *Broker, r *reader) bool {
	q.parts, q.topics = q.parts[:0], q.topics[:0]
	r.i32() // replica id
	q.maxWait = time.Duration(r.i32()) * time.Millisecond
	q.minBytes = r.i32()
	r.i32()   // max bytes: the partitions' own bounds hold
	r.take(1) // isolation level
	r.i32()   // session id
	r.i32()   // session epoch
	for range r.count() {
		t := fetchTopic{name: r.compact(), parts: r.count()}
		for range t.parts {
			p := fetchPart{index: r.i32()}
			r.i32() // current leader epoch
			p.offset = r.i64()
			r.i32() // last fetched epoch
			r.i64() // log start offset
			p.maxBytes = int64(r.i32())
			r.tags()
			if !r.ok {
				return false
			}
			p.p = b.partition(t.name, p.index)
			q.parts = append(q.parts, p)
		}
		r.tags()
		q.topics = append(q.topics, t)
	}
	return r.ok
}

// fetch handles version 12. A long poll blocks the connection, which has one request at a time.
func (c *conn) fetch(r *reader, correlation int32) error {
	q := &c.parsed
	if !q.parse(c.b, r) {
		return errFrame
	}
	if q.maxWait > 0 && q.minBytes > 0 {
		if err := c.poll(q); err != nil {
			return err
		}
	}
	at := len(c.out)
	c.out = begin(c.out, correlation)
	c.out = append(c.out, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) // throttle time, error, session id
	c.out = binary.AppendUvarint(c.out, uint64(len(q.topics)+1))
	i := 0
	for _, t := range q.topics {
		c.out = appendCompact(c.out, t.name)
		c.out = binary.AppendUvarint(c.out, uint64(t.parts+1))
		for range t.parts {
			if err := c.fetchPart(&q.parts[i], &at); err != nil {
				return err
			}
			i++
		}
		c.out = append(c.out, 0)
	}
	c.out = append(c.out, 0)
	if at >= 0 {
		finish(c.out, at, 0)
	}
	return nil
}

// poll waits until the first partition that has nothing gets something, or the time is over.
func (c *conn) poll(q *fetchRequest) error {
	var wait chan struct{}
	for i := range q.parts {
		x := &q.parts[i]
		if x.p == nil {
			return nil
		}
		v, err := x.p.read(x.offset, 0, 0, true)
		if err != nil || v.wait == nil {
			return err
		}
		wait = v.wait
	}
	if wait == nil {
		return nil
	}
	if err := c.answer(); err != nil {
		return err
	}
	t := time.NewTimer(q.maxWait)
	defer t.Stop()
	select {
	case <-wait:
	case <-t.C:
	}
	return nil
}

// fetchPart appends one partition's answer. The first run of bytes that is sent as a file region ends the collected
// answer: the frame's length, which must be known then, is worked out for a request with one partition.
func (c *conn) fetchPart(x *fetchPart, at *int) error {
	be := binary.BigEndian
	c.out = be.AppendUint32(c.out, uint32(x.index))
	var v view
	code := int16(codeNone)
	if x.p == nil {
		code = codeUnknownPartition
	} else {
		from := int64(-1)
		if c.next.p == x.p && c.next.offset == x.offset {
			from = c.next.pos
		}
		var err error
		if v, err = x.p.read(x.offset, from, x.maxBytes, false); err != nil {
			code = codeStorage
		}
	}
	c.out = be.AppendUint16(c.out, uint16(code))
	c.out = be.AppendUint64(c.out, uint64(v.end)) // high watermark
	c.out = be.AppendUint64(c.out, uint64(v.end)) // last stable offset
	c.out = be.AppendUint64(c.out, 0)             // log start offset
	c.out = append(c.out, 0)                      // aborted transactions: null
	c.out = append(c.out, 0xff, 0xff, 0xff, 0xff) // preferred read replica
	c.out = binary.AppendUvarint(c.out, uint64(v.len+1))
	if v.len > copyBelow && len(c.parsed.parts) == 1 {
		return c.sendfile(x, v, at)
	}
	if v.len > 0 {
		n := len(c.out)
		c.out = append(c.out, make([]byte, v.len)...)
		if _, err := v.f.ReadAt(c.out[n:], v.pos); err != nil {
			return err
		}
		c.remember(x, v, c.out[n:])
	}
	c.out = append(c.out, 0)
	return nil
}

// remember notes where the next batch begins, if the bytes end with a whole one.
func (c *conn) remember(x *fetchPart, v view, b []byte) {
	next := x.offset
	for len(b) >= 61 {
		n := 12 + int(binary.BigEndian.Uint32(b[8:]))
		if n > len(b) {
			break
		}
		next = int64(binary.BigEndian.Uint64(b)) + int64(binary.BigEndian.Uint32(b[23:])) + 1
		b = b[n:]
		v.pos += int64(n)
	}
	c.next = partitionPosition{p: x.p, offset: next, pos: v.pos}
}

// sendfile writes what is collected, then the file's bytes, then lets the rest of the answer be collected anew: tags of
// partition, topic and body.
func (c *conn) sendfile(x *fetchPart, v view, at *int) error {
	finish(c.out, *at, int(v.len)+3)
	*at = -1
	pos, left, header := v.pos, v.len, c.out
	var failed error
	err := c.raw.Write(func(fd uintptr) bool {
		for len(header) > 0 {
			n, err := unix.SendmsgN(int(fd), header, nil, nil, unix.MSG_MORE)
			if errors.Is(err, unix.EAGAIN) {
				return false
			}
			if err != nil {
				failed = err
				return true
			}
			header = header[n:]
		}
		for left > 0 {
			n, err := unix.Sendfile(int(fd), int(v.f.Fd()), &pos, int(min(left, 1<<30)))
			if errors.Is(err, unix.EAGAIN) {
				return false
			}
			if err != nil || n == 0 {
				failed = errors.Join(err, errFrame)
				return true
			}
			left -= int64(n)
		}
		return true
	})
	c.out = append(c.out[:0], 0)
	if err == nil {
		err = failed
	}
	if err == nil {
		c.rememberFile(x, v)
	}
	return err
}

func (c *conn) rememberFile(x *fetchPart, v view) {
	x.p.mu.Lock()
	defer x.p.mu.Unlock()
	end := v.pos + v.len
	for i := len(x.p.index) - 1; i >= 0; i-- {
		if x.p.index[i].pos == end {
			c.next = partitionPosition{p: x.p, offset: x.p.index[i].offset, pos: end}
			return
		}
		if x.p.index[i].pos < end {
			return
		}
	}
}

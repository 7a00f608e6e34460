package server

// ring is a queue of slots in one array, grown by doubling up to what the server allows in flight.
type ring struct {
	slots []*slot // length is a power of two, or 0
	head  int
	n     int
}

func (q *ring) len() int { return q.n }

func (q *ring) push(s *slot) {
	if q.n == len(q.slots) {
		q.grow()
	}
	q.slots[(q.head+q.n)&(len(q.slots)-1)] = s
	q.n++
}

func (q *ring) grow() {
	bigger := make([]*slot, max(4, 2*len(q.slots)))
	for i := range q.n {
		bigger[i] = q.slots[(q.head+i)&(len(q.slots)-1)]
	}
	q.slots, q.head = bigger, 0
}

// peek returns the oldest slot, nil when there is none.
func (q *ring) peek() *slot {
	if q.n == 0 {
		return nil
	}
	return q.slots[q.head]
}

func (q *ring) pop() *slot {
	s := q.slots[q.head]
	q.slots[q.head] = nil
	q.head = (q.head + 1) & (len(q.slots) - 1)
	q.n--
	return s
}

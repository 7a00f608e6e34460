package segment

import "sync"

// maxRanges bounds how many separate ranges are remembered; beyond it the shortest is forgotten and checked again.
const maxRanges = 16

// ranges remembers which bytes of a file have been checked: everything from tail on, and some ranges before it.
type ranges struct {
	mu   sync.Mutex
	tail int64 // bytes from here on are known; -1: none
	set  bool
	list [][2]int64 // sorted, apart
}

func (r *ranges) all() { r.from(0) }

// from says that all bytes from pos on are known, those to be appended too.
func (r *ranges) from(pos int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set && r.tail <= pos {
		return
	}
	r.tail, r.set = pos, true
	r.add(pos, pos)
}

// has reports whether [a, b) is known.
func (r *ranges) has(a, b int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set && a >= r.tail {
		return true
	}
	for _, x := range r.list {
		if a >= x[0] && a <= x[1] {
			return b <= x[1] || r.set && x[1] >= r.tail
		}
	}
	return false
}

// learn adds [a, b).
func (r *ranges) learn(a, b int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(a, b)
}

func (r *ranges) add(a, b int64) {
	i := 0
	for i < len(r.list) && r.list[i][1] < a {
		i++
	}
	j := i
	for ; j < len(r.list) && r.list[j][0] <= b; j++ {
		a, b = min(a, r.list[j][0]), max(b, r.list[j][1])
	}
	if j > i {
		r.list[i] = [2]int64{a, b}
		r.list = append(r.list[:i+1], r.list[j:]...)
	} else {
		r.list = append(r.list, [2]int64{})
		copy(r.list[i+1:], r.list[i:])
		r.list[i] = [2]int64{a, b}
	}
	if r.set && len(r.list) > 0 {
		if last := r.list[len(r.list)-1]; last[1] >= r.tail {
			r.tail = min(r.tail, last[0])
			r.list = r.list[:len(r.list)-1]
		}
	}
	if len(r.list) > maxRanges {
		short := 0
		for k := range r.list {
			if r.list[k][1]-r.list[k][0] < r.list[short][1]-r.list[short][0] {
				short = k
			}
		}
		r.list = append(r.list[:short], r.list[short+1:]...)
	}
}

// cut forgets what is known behind pos; what is appended there later is known.
func (r *ranges) cut(pos int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keep := r.list[:0]
	for _, x := range r.list {
		if x[0] < pos {
			keep = append(keep, [2]int64{x[0], min(x[1], pos)})
		}
	}
	r.list = keep
	if !r.set || r.tail > pos {
		r.tail, r.set = pos, true
		r.add(pos, pos)
	}
}

package assignor

import (
	"cmp"
	"slices"
)

// UniformName is the name of Uniform.
const UniformName = "uniform"

// balancePasses bounds how often the partitions of members with different subscriptions are looked through for a better
// place. Each pass that finds one brings the group nearer to balance.
const balancePasses = 64

// Uniform spreads partitions evenly. When all members subscribe to the same topics, two members differ by one partition at
// most, and no assignment with that property keeps more in place.
func Uniform(s Spec) Assignment {
	u := &uniform{Spec: s, taken: map[partition]int{}, held: make([][]partition, len(s.Members))}
	if len(s.Members) == 0 {
		return Assignment{}
	}
	for i := range s.Members {
		u.held[i] = s.keep(i, u.taken)
	}
	if s.homogeneous() {
		u.same()
	} else {
		u.different()
	}
	return u.assignment()
}

// uniform is an assignment under way: what each member holds, and who holds a partition.
type uniform struct {
	Spec
	held  [][]partition
	taken map[partition]int
}

func (u *uniform) give(i int, p partition) {
	u.held[i] = append(u.held[i], p)
	u.taken[p] = i
}

// same gives each member its quota: first those that hold most get the odd partitions, so that they need not give them up.
func (u *uniform) same() {
	total := 0
	for _, t := range u.Members[0].Topics {
		total += int(u.Count(t))
	}
	quota, extra := total/len(u.Members), total%len(u.Members)
	order := make([]int, len(u.Members))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(u.held[b]), len(u.held[a])) })
	room := make([]int, len(u.Members))
	for n, i := range order {
		room[i] = quota
		if n < extra {
			room[i]++
		}
		for len(u.held[i]) > room[i] {
			last := len(u.held[i]) - 1
			delete(u.taken, u.held[i][last])
			u.held[i] = u.held[i][:last]
		}
		room[i] -= len(u.held[i])
	}
	u.fill(u.free(), room)
}

// free lists the partitions that nobody holds, in order.
func (u *uniform) free() []partition {
	var out []partition
	seen := map[TopicID]bool{}
	for _, m := range u.Members {
		for _, t := range m.Topics {
			if seen[t] {
				continue
			}
			seen[t] = true
			for n := range u.Count(t) {
				if _, taken := u.taken[partition{t, n}]; !taken {
					out = append(out, partition{t, n})
				}
			}
		}
	}
	slices.SortFunc(out, comparePartitions)
	return out
}

// fill hands out partitions to members with room: to near ones first, then to whoever is next.
func (u *uniform) fill(free []partition, room []int) {
	free = u.fillNear(free, room)
	i := 0
	for _, p := range free {
		for room[i] == 0 {
			i++
		}
		u.give(i, p)
		room[i]--
	}
}

// fillNear gives partitions to members in a rack where a replica is, and returns the others.
func (u *uniform) fillNear(free []partition, room []int) (far []partition) {
	byRack := map[string][]int{}
	for i, m := range u.Members {
		if m.Rack != "" {
			byRack[m.Rack] = append(byRack[m.Rack], i)
		}
	}
	if u.Racks == nil || len(byRack) == 0 {
		return free
	}
	for _, p := range free {
		if i := nearest(u.Racks(p.topic, p.n), byRack, room); i >= 0 {
			u.give(i, p)
			room[i]--
		} else {
			far = append(far, p)
		}
	}
	return far
}

// nearest is the member with most room in one of the racks, -1 when there is none.
func nearest(racks []string, byRack map[string][]int, room []int) int {
	best := -1
	for _, r := range racks {
		for _, i := range byRack[r] {
			if room[i] > 0 && (best < 0 || room[i] > room[best] || room[i] == room[best] && i < best) {
				best = i
			}
		}
	}
	return best
}

// different assigns to members with different subscriptions: what nobody holds goes to the subscriber with least, topics
// with few subscribers first; then partitions move from members with more to members with fewer while that helps.
func (u *uniform) different() {
	subscribers := map[TopicID][]int{}
	for i, m := range u.Members {
		for _, t := range m.Topics {
			subscribers[t] = append(subscribers[t], i)
		}
	}
	free := u.free()
	slices.SortStableFunc(free, func(a, b partition) int {
		return cmp.Compare(len(subscribers[a.topic]), len(subscribers[b.topic]))
	})
	for _, p := range free {
		u.give(u.least(subscribers[p.topic]), p)
	}
	for range balancePasses {
		if !u.balance(subscribers) {
			return
		}
	}
}

// least is the member that holds fewest partitions.
func (u *uniform) least(members []int) int {
	best := members[0]
	for _, i := range members[1:] {
		if len(u.held[i]) < len(u.held[best]) {
			best = i
		}
	}
	return best
}

// balance moves partitions to subscribers that hold at least two fewer, and reports whether there was one to move.
func (u *uniform) balance(subscribers map[TopicID][]int) (moved bool) {
	for i := range u.held {
		for n := len(u.held[i]) - 1; n >= 0; n-- {
			p := u.held[i][n]
			to := u.least(subscribers[p.topic])
			if len(u.held[i])-len(u.held[to]) < 2 {
				continue
			}
			u.held[i] = slices.Delete(u.held[i], n, n+1)
			u.give(to, p)
			moved = true
		}
	}
	return moved
}

func (u *uniform) assignment() Assignment {
	out := make(Assignment, len(u.Members))
	for i, m := range u.Members {
		slices.SortFunc(u.held[i], comparePartitions)
		ps := Partitions{}
		for _, p := range u.held[i] {
			ps[p.topic] = append(ps[p.topic], p.n)
		}
		out[m.ID] = ps
	}
	return out
}

package partition

import (
	"math/rand/v2"
	"testing"
)

// naive sorts nothing and skips nothing: the watermark is the largest offset that every in-sync replica has reached.
func naive(current, leaderEnd int64, leader int32, isr []int32, ends map[int32]int64) int64 {
	for hw := leaderEnd; hw > current; hw-- {
		all := true
		for _, id := range isr {
			end, ok := ends[id]
			if id == leader {
				end, ok = leaderEnd, true
			}
			all = all && ok && end >= hw
		}
		if all {
			return hw
		}
	}
	return current
}

func TestInvR04HighWatermarkIsWhatEveryInSyncReplicaHas(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 20000 {
		current := rng.Int64N(10)
		leaderEnd := current + rng.Int64N(10)
		ends := map[int32]int64{}
		for id := int32(2); id <= 4; id++ {
			if rng.IntN(4) > 0 {
				ends[id] = rng.Int64N(20)
			}
		}
		isr := []int32{1}
		for id := int32(2); id <= 4; id++ {
			if rng.IntN(2) == 0 {
				isr = append(isr, id)
			}
		}
		got := highWatermark(current, leaderEnd, 1, isr, func(id int32) (int64, bool) { e, ok := ends[id]; return e, ok })
		if want := naive(current, leaderEnd, 1, isr, ends); got != want {
			t.Fatalf("current %d, leader end %d, isr %v, ends %v: %d, want %d", current, leaderEnd, isr, ends, got, want)
		}
	}
}

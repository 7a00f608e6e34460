package fetch

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func counter() func() int32 {
	var n int32
	return func() int32 { n++; return n }
}

func want(topic string, partition int32, offset int64) Want {
	return Want{Key: Key{Topic: topic, Partition: partition}, Offset: offset}
}

func open(t *testing.T, c *Cache, r Request, now int64) *Context {
	t.Helper()
	x := new(Context)
	if err := c.Open(x, r, now); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestTrap058SessionErrors(t *testing.T) {
	c := NewCache(2, counter())
	if err := c.Open(new(Context), Request{ID: 9, Epoch: 1}, 0); err != ErrSessionNotFound {
		t.Fatal(err)
	}
	x := open(t, c, Request{Epoch: 0, Wants: []Want{want("a", 0, 0)}}, 0)
	x.Close()
	if err := c.Open(new(Context), Request{ID: x.ID(), Epoch: 5}, 0); err != ErrInvalidSessionEpoch {
		t.Fatal(err)
	}
	if err := c.Open(new(Context), Request{ID: x.ID(), Epoch: 1, UsesIDs: true}, 0); err != ErrSessionTopicID {
		t.Fatal(err)
	}
	y := open(t, c, Request{ID: x.ID(), Epoch: 1}, 0)
	if y.ID() != x.ID() || y.Len() != 1 {
		t.Fatalf("id %d, %d partitions", y.ID(), y.Len())
	}
	y.Close()
	open(t, c, Request{ID: x.ID(), Epoch: -1}, 0).Close()
	if err := c.Open(new(Context), Request{ID: x.ID(), Epoch: 2}, 0); err != ErrSessionNotFound {
		t.Fatal("a final request must end the session")
	}
}

func TestSessionEndsWhenEverythingIsForgotten(t *testing.T) {
	c := NewCache(2, counter())
	x := open(t, c, Request{Epoch: 0, Wants: []Want{want("a", 0, 0)}}, 0)
	x.Close()
	y := open(t, c, Request{ID: x.ID(), Epoch: 1, Forgotten: []Key{{Topic: "a"}}}, 0)
	y.Close()
	if n, _, _ := c.Stats(); y.ID() != 0 || n != 0 {
		t.Fatalf("id %d, %d sessions", y.ID(), n)
	}
}

func TestTrap058Eviction(t *testing.T) {
	c := NewCache(1, counter())
	a := open(t, c, Request{Epoch: 0, Wants: []Want{want("a", 0, 0)}}, 0)
	a.Close()
	b := open(t, c, Request{Epoch: 0, Wants: []Want{want("b", 0, 0), want("b", 1, 0)}}, 1000)
	b.Close()
	if b.ID() != 0 {
		t.Fatal("a young session was pushed out by a larger one")
	}
	f := open(t, c, Request{Epoch: 0, Replica: true, Wants: []Want{want("b", 0, 0)}}, 1000)
	f.Close()
	if f.ID() == 0 {
		t.Fatal("a follower must find room")
	}
	d := open(t, c, Request{Epoch: 0, Wants: []Want{want("b", 0, 0)}}, 2000)
	d.Close()
	if d.ID() != 0 {
		t.Fatal("a consumer pushed out a follower")
	}
	e := open(t, c, Request{Epoch: 0, Wants: []Want{want("b", 0, 0)}}, 2000+evictionMs)
	e.Close()
	if e.ID() == 0 {
		t.Fatal("an idle session must make room")
	}
}

// A session is idle when it has not been used for more than evictionMs, and of age when it was used that long after it was
// made; at the bound itself it is neither.
func TestTrap058EvictionBounds(t *testing.T) {
	one, two := []Want{want("a", 0, 0)}, []Want{want("a", 0, 0), want("a", 1, 0)}
	for _, row := range []struct {
		used, now int64 // when the one that is there is used again, when the newcomer comes
		wants     []Want
		room      bool
		why       string
	}{
		{0, evictionMs, one, false, "idle for evictionMs, and no more"},
		{0, evictionMs + 1, one, true, "idle for longer"},
		{evictionMs, evictionMs + 1, two, false, "used for the last time when not yet of age"},
		{evictionMs + 1, evictionMs + 1, two, true, "of age, and smaller"},
		{evictionMs + 1, evictionMs + 1, one, false, "of age, and as large"},
	} {
		c := NewCache(1, counter())
		x := open(t, c, Request{Wants: one}, 0)
		x.Close()
		if row.used > 0 {
			open(t, c, Request{ID: x.ID(), Epoch: 1}, row.used).Close()
		}
		y := open(t, c, Request{Wants: row.wants}, row.now)
		y.Close()
		if (y.ID() != 0) != row.room {
			t.Errorf("%s: found room is %v", row.why, y.ID() != 0)
		}
	}
}

func TestTrap058AYoungSessionShieldsNoOther(t *testing.T) {
	c := NewCache(2, counter())
	old := open(t, c, Request{Wants: []Want{want("a", 0, 0), want("a", 1, 0)}}, 0)
	old.Close()
	open(t, c, Request{ID: old.ID(), Epoch: 1}, evictionMs+1).Close()
	young := open(t, c, Request{Wants: []Want{want("b", 0, 0)}}, evictionMs+2)
	young.Close()
	next := open(t, c, Request{Wants: []Want{want("c", 0, 0), want("c", 1, 0), want("c", 2, 0)}}, evictionMs+3)
	next.Close()
	if next.ID() == 0 {
		t.Fatal("a young session, the smallest, kept an older one from making room")
	}
	open(t, c, Request{ID: young.ID(), Epoch: 1}, evictionMs+3).Close()
	if err := c.Open(new(Context), Request{ID: old.ID(), Epoch: 2}, evictionMs+3); err != ErrSessionNotFound {
		t.Fatalf("the older one: %v", err)
	}
}

func TestASessionIsNotKeptAliveByRefusedRequests(t *testing.T) {
	c := NewCache(1, counter())
	x := open(t, c, Request{Wants: []Want{want("a", 0, 0)}}, 0)
	x.Close()
	if err := c.Open(new(Context), Request{ID: x.ID(), Epoch: 7}, evictionMs); err != ErrInvalidSessionEpoch {
		t.Fatal(err)
	}
	y := open(t, c, Request{Wants: []Want{want("b", 0, 0)}}, evictionMs+1)
	y.Close()
	if y.ID() == 0 {
		t.Fatal("an idle session did not make room")
	}
}

func TestEpochWrapsToOne(t *testing.T) {
	if nextEpoch(1<<31-1) != 1 || nextEpoch(1) != 2 || nextEpoch(-1) != -1 {
		t.Fatal("wrong successor")
	}
}

// A reader with a session knows after each answer what a reader without one is told, for any sequence of movements,
// errors, additions, forgettings and evictions.
func TestInvR21SessionsTellWhatFullFetchesTell(t *testing.T) {
	type state struct {
		Told
		failed bool
	}
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 21))
		c := NewCache(1, counter())
		world := make([]state, 8)
		asked := map[Key]bool{}
		known := map[Key]state{} // the reader's view
		var id, epoch int32
		for step := range 100 {
			i := rng.IntN(len(world))
			switch rng.IntN(4) {
			case 0:
				world[i].HighWatermark += rng.Int64N(3)
			case 1:
				world[i].LogStartOffset = min(world[i].HighWatermark, world[i].LogStartOffset+1)
			case 2:
				world[i].failed = !world[i].failed
			}
			r := Request{ID: id, Epoch: epoch}
			for range rng.IntN(3) {
				k := Key{Topic: "t", Partition: int32(rng.IntN(len(world)))}
				if slices.Contains(r.Forgotten, k) {
					continue // a request does not ask for what it forgets
				}
				if rng.IntN(3) > 0 {
					r.Wants = append(r.Wants, Want{Key: k})
					asked[k] = true
				} else if !asked[k] || len(r.Wants) == 0 {
					r.Forgotten = append(r.Forgotten, k)
					delete(asked, k)
					delete(known, k)
				}
			}
			if epoch == 0 {
				r.Wants = r.Wants[:0]
				for k := range asked {
					r.Wants = append(r.Wants, Want{Key: k})
				}
			}
			if rng.IntN(20) == 0 { // somebody else takes the only slot
				open(t, c, Request{Epoch: 0, Replica: true, Wants: []Want{{}}}, int64(step)*2*evictionMs).Close()
			}
			x := new(Context)
			if err := c.Open(x, r, int64(step)*2*evictionMs); err != nil { // what clients do: begin anew, all partitions
				id, epoch = 0, 0
				clear(known)
				continue
			}
			var keys []Key
			x.Each(func(w *Want) { keys = append(keys, w.Key) })
			if len(keys) != len(asked) {
				t.Fatalf("seed %d: %d partitions are read, %d were asked for", seed, len(keys), len(asked))
			}
			for _, k := range keys {
				s := world[k.Partition]
				f := Found{Told: s.Told, Failed: s.failed, HasRecords: rng.IntN(4) == 0}
				if x.Mention(k, f) {
					known[k] = s
				}
			}
			x.Close()
			for k := range asked {
				if known[k] != world[k.Partition] {
					t.Fatalf("seed %d step %d: reader believes %+v of %v, a full fetch tells %+v", seed, step, known[k], k, world[k.Partition])
				}
			}
			if id = x.ID(); id == 0 {
				epoch = 0
				clear(known)
			} else {
				epoch = nextEpoch(epoch)
			}
		}
	}
}

func TestPartitionsWithRecordsAreReadLastNextTime(t *testing.T) {
	c := NewCache(2, counter())
	x := open(t, c, Request{Epoch: 0, Wants: []Want{want("a", 0, 0), want("a", 1, 0)}}, 0)
	x.Close()
	y := open(t, c, Request{ID: x.ID(), Epoch: 1}, 0)
	y.Mention(Key{Topic: "a"}, Found{HasRecords: true})
	y.Close()
	z := open(t, c, Request{ID: x.ID(), Epoch: 2}, 0)
	var first int32 = -1
	z.Each(func(w *Want) {
		if first < 0 {
			first = w.Partition
		}
	})
	z.Close()
	if first != 1 {
		t.Fatalf("partition %d is read first", first)
	}
}

func manyWants(topic string, n int) []Want {
	wants := make([]Want, n)
	for i := range wants {
		wants[i] = want(topic, int32(i), 0)
	}
	return wants
}

func TestInvX2SessionsHoldABoundedNumberOfPartitions(t *testing.T) {
	c := NewCache(10, counter())
	x := open(t, c, Request{Wants: manyWants("a", maxPartitions-1)}, 0)
	x.Close()
	y := open(t, c, Request{Wants: manyWants("b", 2)}, 0)
	y.Close()
	if y.ID() != 0 || y.Len() != 2 {
		t.Errorf("session %d of %d partitions, want none, and what was asked for", y.ID(), y.Len())
	}
	if err := c.Open(new(Context), Request{ID: x.ID(), Epoch: 1, Wants: manyWants("b", 2)}, 0); err != ErrSessionNotFound {
		t.Errorf("a session grew past the bound: %v", err)
	}
	if n, partitions, _ := c.Stats(); n != 0 || partitions != 0 {
		t.Errorf("%d sessions of %d partitions are left", n, partitions)
	}
	z := open(t, c, Request{Wants: manyWants("b", 2)}, 0)
	z.Close()
	if _, partitions, _ := c.Stats(); z.ID() == 0 || partitions != 2 {
		t.Errorf("session %d, %d partitions", z.ID(), partitions)
	}
}

func TestPassingReadersLeaveNoSession(t *testing.T) {
	c := NewCache(10, counter())
	x := open(t, c, Request{Wants: manyWants("a", 3), Passing: true}, 0)
	x.Close()
	if n, _, _ := c.Stats(); x.ID() != 0 || x.Len() != 3 || n != 0 {
		t.Errorf("session %d of %d partitions, %d sessions", x.ID(), x.Len(), n)
	}
}

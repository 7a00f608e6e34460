package server

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// dribblers are n connections from host with part of a frame of that size each: as much of part bytes as the server
// takes. A whole frame of before bytes, if that is not 0, goes before. The function returned closes them.
func dribblers(b *bench, host string, n, size, part, before int) (stop func()) {
	var wg sync.WaitGroup
	var conns []*peerConn
	for range n {
		c := b.dial(host)
		conns = append(conns, c)
		if before > 0 {
			c.send(frameOf(12, 0, 1, make([]byte, before)))
			c.receive()
		}
		wg.Go(func() {
			head := append(binary.BigEndian.AppendUint32(nil, uint32(size)), make([]byte, part)...)
			binary.BigEndian.PutUint16(head[4:], 12)
			_, _ = c.Write(head)
		})
	}
	synctest.Wait()
	return func() {
		for _, c := range conns {
			c.Close()
		}
		wg.Wait()
	}
}

// X2: whoever holds his address's memory, or everybody's, with parts of large frames does not hold up small ones.
func TestInvX02LargeFramesDoNotHoldUpSmallOnes(t *testing.T) {
	for name, hosts := range map[string][]string{"same address": {"a"}, "all addresses": {"b", "c", "d"}} {
		for before, what := range map[int]string{0: "at once", 1 << 20: "after a small one"} {
			t.Run(name+", "+what, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					b := start(t, echo, func(c *Config, _ *ListenerConfig) { c.MaxPeerBytes, c.MaxBytes = 16<<20, 32<<20 })
					defer b.Close()
					for _, host := range hosts {
						defer dribblers(b, host, 30, 90<<20, 3<<20, before)()
					}
					b.memory.mu.Lock()
					if all := b.memory.all; all.used[smallFrame] != 0 || all.used[largeFrame] < 8<<20 {
						t.Errorf("%v bytes are held", all.used)
					}
					b.memory.mu.Unlock()
					defer dribblers(b, "a", 2, 1<<20, 800<<10, 0)()
					begin := time.Now()
					c := b.dial("a")
					defer c.Close()
					for _, size := range []int{100, 100 << 10, 200 << 10, 1 << 20, 200 << 10} {
						go c.send(frameOf(12, 0, 1, make([]byte, size)))
						if _, body := c.receive(); len(body) != size {
							t.Errorf("%d of %d bytes", len(body), size)
						}
					}
					if d := time.Since(begin); d != 0 {
						t.Errorf("small frames took %v", d)
					}
				})
			})
		}
	}
}

func TestPartsOfAFrameAreHeldAsLongAsTheyTookToArrive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		stop := dribblers(b, "a", 1, 90<<20, 2<<20, 0)
		defer stop()
		time.Sleep(30*time.Second + 32*time.Second - lookMax) // 2 MiB at 64 KiB/s
		if n := b.Stats().Connections; n != 1 {
			t.Errorf("%d connections before the time", n)
		}
		time.Sleep(3 * lookMax)
		if st := b.Stats(); st.Ended["frame took too long"] != 1 || st.HeldBytes != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestLimitsKeepAPartForSmallFrames(t *testing.T) {
	const limit = 100
	for _, c := range []struct {
		small, large int64
		size         frameSize
		n            int64
		fits         bool
	}{
		{0, 0, largeFrame, 75, true},
		{0, 0, largeFrame, 76, false},
		{10, 60, largeFrame, 6, false},
		{0, 75, smallFrame, 25, true},
		{0, 75, smallFrame, 26, false},
		{0, 900, smallFrame, 25, true}, // an overdraft does not eat what is kept
		{20, 900, smallFrame, 6, false},
		{0, 0, smallFrame, 100, true}, // small frames use what is free
		{60, 20, smallFrame, 20, true},
		{60, 20, smallFrame, 21, false},
	} {
		a := account{used: [frameSizes]int64{c.small, c.large}}
		if got := a.fits(c.size, c.n, limit); got != c.fits {
			t.Errorf("%d more of size %d on %v: %v", c.n, c.size, a.used, got)
		}
	}
}

func TestMemoryIsReturnedWhenABurstIsOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var freed atomic.Int32
		b := start(t, echo, func(c *Config, _ *ListenerConfig) { c.MaxPeerBytes, c.freeMemory = 128<<20, func() { freed.Add(1) } })
		defer b.Close()
		stop := dribblers(b, "a", 30, 90<<20, 8<<20, 0)
		time.Sleep(2 * lookMax)
		if held := b.memory.held(); held < trimFrom || freed.Load() != 0 {
			t.Fatalf("%d bytes are held, memory was returned %d times", held, freed.Load())
		}
		stop()
		time.Sleep(2 * lookMax)
		if n := freed.Load(); n != 1 {
			t.Errorf("memory was returned %d times", n)
		}
		time.Sleep(time.Hour)
		if n := freed.Load(); n != 1 {
			t.Errorf("memory was returned %d times in an idle hour", n)
		}
	})
}

func TestMemoryIsNotReturnedUnderSteadyLoad(t *testing.T) {
	const mib, sec = 1 << 20, int64(time.Second)
	var trim trimmer
	for i, look := range []struct {
		highest, at int64
		due         bool
	}{
		{10 * mib, 1 * sec, false},
		{200 * mib, 5 * sec, false},
		{150 * mib, 9 * sec, false}, // less by too little
		{200 * mib, 13 * sec, false},
		{0, 17 * sec, true},
		{0, 21 * sec, false}, // once
		{300 * mib, 22 * sec, false},
		{1 * mib, 26 * sec, false}, // too soon
		{1 * mib, 27 * sec, true},
		{1 * mib, 37 * sec, false},
	} {
		if got := trim.due(look.highest, look.at); got != look.due {
			t.Errorf("look %d: %v", i, got)
		}
	}
}

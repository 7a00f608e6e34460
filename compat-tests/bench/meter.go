package bench

import (
	"sort"
	"time"
)

// meterInterval is how often a meter reads the clock; the CPU time in between is interpolated.
const meterInterval = 5 * time.Millisecond

// reading is the CPU time of a process at a moment.
type reading struct {
	at  time.Time
	cpu time.Duration
}

// meter reads a process's CPU clock all the while a load program runs, so that afterwards the share of the load itself can
// be told from that of the time in which the program starts and ends.
type meter struct {
	readings []reading // at most limit/meterInterval and a few
	err      error
	stop     chan struct{}
	done     chan struct{}
}

func startMeter(pid int) *meter {
	m := &meter{stop: make(chan struct{}), done: make(chan struct{})}
	go m.run(pid)
	return m
}

func (m *meter) run(pid int) {
	defer close(m.done)
	t := time.NewTicker(meterInterval)
	defer t.Stop()
	for last := false; ; {
		cpu, err := cpuTime(pid)
		if err != nil {
			m.err = err
			return
		}
		m.readings = append(m.readings, reading{time.Now(), cpu})
		if last {
			return
		}
		select {
		case <-t.C:
		case <-m.stop:
			last = true
		}
	}
}

// end takes a last reading and waits for it.
func (m *meter) end() error {
	close(m.stop)
	<-m.done
	return m.err
}

// between is the CPU time that the process took from one moment to another.
func (m *meter) between(from, to time.Time) time.Duration { return m.at(to) - m.at(from) }

// at interpolates; before the first and after the last reading it gives those.
func (m *meter) at(t time.Time) time.Duration {
	r := m.readings
	i := sort.Search(len(r), func(i int) bool { return !r[i].at.Before(t) })
	switch {
	case i == len(r):
		return r[len(r)-1].cpu
	case i == 0:
		return r[0].cpu
	}
	a, b := r[i-1], r[i]
	return a.cpu + time.Duration(float64(b.cpu-a.cpu)*float64(t.Sub(a.at))/float64(b.at.Sub(a.at)))
}

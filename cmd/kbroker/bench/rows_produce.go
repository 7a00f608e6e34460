package bench

import (
	"errors"
	"time"

	"github.com/kbroker/kbroker/cmd/kbroker/bench/null"
)

const gigabyte = 1e9

// produceLarge is row 1.
func produceLarge(e *env) (Figures, error) {
	return e.largeBatches(1024, nil)
}

// produceWalked is row 2: the null broker walks records here, the others always do.
func produceWalked(e *env) (Figures, error) {
	if e.spec.Name != "null" {
		return e.largeBatches(100, nil)
	}
	return e.largeBatches(100, map[string]string{null.ConfigWalk: "true"})
}

func (e *env) largeBatches(recordSize int, configs map[string]string) (Figures, error) {
	topic := e.name("large")
	if err := e.topic(topic, 1, configs); err != nil {
		return nil, err
	}
	load := Load{Topic: topic, Partitions: []int32{0}, RecordSize: recordSize, Acks: -1}.FillBatch(1<<20 - 1024)
	var sent Sent
	used, err := cpu(e.srv, func() (err error) {
		sent, err = Replay{Addr: e.srv.Addr, Conns: 1, InFlight: 5, Requests: e.scaled(512, 8), Distinct: 16, Load: func(int) Load { return load }}.Run(e.ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Figures{
		"cpu_s_per_gb": used.Seconds() / (float64(sent.Bytes) / gigabyte),
		"mb_per_s":     float64(sent.Bytes) / 1e6 / sent.Elapsed.Seconds(),
	}, nil
}

// produceMedium is row 3.
func produceMedium(e *env) (Figures, error) {
	topic := e.name("medium")
	if err := e.topic(topic, 4, nil); err != nil {
		return nil, err
	}
	return e.requests(Replay{Conns: 4, InFlight: 5, Requests: e.scaled(20000, 400), Distinct: 64, Load: func(c int) Load {
		return Load{Topic: topic, Partitions: []int32{int32(c)}, RecordSize: 1024, Acks: -1}.FillBatch(16 << 10)
	}})
}

// produceSmall is rows 4a and 4b.
func produceSmall(inFlight int) func(e *env) (Figures, error) {
	return func(e *env) (Figures, error) {
		topic := e.name("small")
		if err := e.topic(topic, 16, nil); err != nil {
			return nil, err
		}
		return e.requests(Replay{Conns: 64, InFlight: inFlight, Requests: e.scaled(60000, 1000), Distinct: 16, Load: func(c int) Load {
			return Load{Topic: topic, Partitions: []int32{int32(c % 16)}, Records: 1, RecordSize: 100, Acks: -1}
		}})
	}
}

// produceWide is row 5.
func produceWide(e *env) (Figures, error) {
	topic := e.name("wide")
	if err := e.topic(topic, 100, nil); err != nil {
		return nil, err
	}
	load := Load{Topic: topic, Records: 1, RecordSize: 100, Acks: -1}
	for i := range int32(100) {
		load.Partitions = append(load.Partitions, i)
	}
	return e.requests(Replay{Conns: 1, InFlight: 1, Requests: e.scaled(3000, 100), Distinct: 8, Load: func(int) Load { return load }})
}

// requests measures CPU and rate of a Replay against the shared server.
func (e *env) requests(r Replay) (Figures, error) {
	r.Addr = e.srv.Addr
	var sent Sent
	used, err := cpu(e.srv, func() (err error) {
		sent, err = r.Run(e.ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	n := float64(sent.Requests)
	return Figures{
		"cpu_us": float64(used.Microseconds()) / n,
		"per_s":  n / sent.Elapsed.Seconds(),
		"p50_us": float64(sent.Latency.ValueAtQuantile(50)),
		"p99_us": float64(sent.Latency.ValueAtQuantile(99)),
	}, nil
}

// durableOne is row 10a.
func durableOne(e *env) (Figures, error) {
	return e.durable("durable1", 1, 1500)
}

// durableMany is row 10b. It runs for a time, not for a number: systems differ by a factor of dozens.
func durableMany(e *env) (Figures, error) {
	return e.durable("durableN", 64, 1<<30)
}

func (e *env) durable(name string, conns, requests int) (Figures, error) {
	topic := e.name(name)
	if err := e.topic(topic, 1, map[string]string{null.ConfigFlush: "1"}); err != nil {
		return nil, err
	}
	load := Load{Topic: topic, Partitions: []int32{0}, Records: 1, RecordSize: 100, Acks: -1}
	r := Replay{Conns: conns, InFlight: 1, Requests: requests, Distinct: 4, Load: func(int) Load { return load }}
	if conns == 1 {
		r.Requests = e.scaled(requests, 50)
		return e.requests(r)
	}
	r.Duration = e.duration(4 * time.Second)
	return e.requests(r)
}

// amplification is row 17.
func amplification(e *env) (Figures, error) {
	before, err := e.srv.Written()
	if err != nil {
		return nil, err
	}
	topic := e.name("written")
	if err := e.topic(topic, 1, nil); err != nil {
		return nil, err
	}
	load := Load{Topic: topic, Partitions: []int32{0}, RecordSize: 1024, Acks: -1}.FillBatch(1<<20 - 1024)
	sent, err := Replay{Addr: e.srv.Addr, Conns: 1, InFlight: 5, Requests: e.scaled(512, 8), Distinct: 16, Load: func(int) Load { return load }}.Run(e.ctx)
	if err != nil {
		return nil, err
	}
	after, err := e.srv.Written()
	return Figures{"ratio": (after - before) / float64(sent.Bytes)}, err
}

// allocations is row 18: only systems that tell how often they allocate have figures. It runs on a server of its own, so
// that no other row is measured on one that was asked to tell.
func allocations(e *env) (Figures, error) {
	if e.spec.Stats == "" {
		return nil, errNotTold
	}
	e.spec.Properties += e.spec.StatsProperties
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	topic := e.name("alloc")
	if err := e.topicOn(s, topic, 16, nil); err != nil {
		return nil, err
	}
	n := e.scaled(20000, 2000)
	produce := func(n int) error {
		_, err := Replay{Addr: s.Addr, Conns: 16, InFlight: 1, Requests: n, Distinct: 4, Load: func(c int) Load {
			return Load{Topic: topic, Partitions: []int32{int32(c)}, RecordSize: 1024, Acks: -1}.FillBatch(16 << 10)
		}}.Run(e.ctx)
		return err
	}
	requests := 0
	fetch := func(n int) error {
		got, err := Reading{Addr: s.Addr, Topic: topic, MaxBytes: 16 << 10, Total: int64(n) * 16 << 10}.Run(e.ctx)
		requests = got.Requests
		return err
	}
	if err := errors.Join(produce(n/10), fetch(n/10)); err != nil { // what is made once and kept does not count
		return nil, err
	}
	produced, err := mallocs(s, func() error { return produce(n) })
	if err != nil {
		return nil, err
	}
	fetched, err := mallocs(s, func() error { return fetch(n) })
	return Figures{"produce": produced / float64(n), "fetch": fetched / float64(max(1, requests))}, err
}

// mallocs runs fn and returns how many objects the server allocated meanwhile.
func mallocs(s *Server, fn func() error) (float64, error) {
	before, ok := s.Mallocs()
	if !ok {
		return 0, errNotTold
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, ok := s.Mallocs()
	if !ok {
		return 0, errNotTold
	}
	return after - before, nil
}

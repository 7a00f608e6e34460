package bench

import (
	"time"
)

// fetchLarge is row 6a.
func fetchLarge(e *env) (Figures, error) {
	got, used, err := e.reading("read1m", 1<<20-1024, 1<<20, int64(e.scaled(1<<30, 8<<20)))
	if err != nil {
		return nil, err
	}
	return Figures{
		"cpu_s_per_gb": used.Seconds() / (float64(got.Bytes) / gigabyte),
		"mb_per_s":     float64(got.Bytes) / 1e6 / got.Elapsed.Seconds(),
	}, nil
}

// fetchMedium is row 6b.
func fetchMedium(e *env) (Figures, error) {
	got, used, err := e.reading("read16", 16<<10, 16<<10, int64(e.scaled(400<<20, 8<<20)))
	if err != nil {
		return nil, err
	}
	return Figures{"cpu_us": float64(used.Microseconds()) / float64(got.Requests)}, nil
}

// reading writes at most 256 MB of batches and reads them over and over.
func (e *env) reading(name string, batch int, maxBytes int32, total int64) (got Read, used time.Duration, err error) {
	topic := e.name(name)
	if err := e.topic(topic, 1, nil); err != nil {
		return got, 0, err
	}
	load := Load{Topic: topic, Partitions: []int32{0}, RecordSize: 1024, Acks: -1}.FillBatch(batch)
	requests := max(4, int(min(total, 256<<20))/batch)
	if _, err := (Replay{Addr: e.srv.Addr, Conns: 1, InFlight: 5, Requests: requests, Distinct: 16, Load: func(int) Load { return load }}).Run(e.ctx); err != nil {
		return got, 0, err
	}
	used, err = cpu(e.srv, func() (err error) {
		got, err = Reading{Addr: e.srv.Addr, Topic: topic, MaxBytes: maxBytes, Total: total}.Run(e.ctx)
		return err
	})
	return got, used, err
}

// acknowledge is row 8.
func acknowledge(e *env) (Figures, error) {
	out := Figures{}
	for _, r := range []struct {
		rate int
		name string
		run  time.Duration
	}{{100, "100", 4 * time.Second}, {1000, "1000", 5 * time.Second}, {10000, "10000", 3 * time.Second}} {
		topic := e.name("ack" + r.name)
		if err := e.topic(topic, 1, nil); err != nil {
			return nil, err
		}
		got, err := Pace{Addr: e.srv.Addr, Topic: topic, Rate: r.rate, Duration: e.duration(r.run), RecordSize: 100, Acks: -1}.Run(e.ctx)
		if err != nil {
			return nil, err
		}
		for q, name := range map[float64]string{50: "p50", 99: "p99", 99.9: "p999"} {
			out[name+"_us_"+r.name] = float64(got.Acks.ValueAtQuantile(q))
		}
	}
	return out, nil
}

// endToEnd is row 9.
func endToEnd(e *env) (Figures, error) {
	topic := e.name("e2e")
	if err := e.topic(topic, 1, nil); err != nil {
		return nil, err
	}
	got, err := Pace{Addr: e.srv.Addr, Topic: topic, Rate: 1000, Duration: e.duration(5 * time.Second), RecordSize: 100, Acks: -1, Consume: true}.Run(e.ctx)
	if err != nil {
		return nil, err
	}
	return Figures{"p50_us": float64(got.Read.ValueAtQuantile(50)), "p99_us": float64(got.Read.ValueAtQuantile(99))}, nil
}

package bench

import "fmt"

// flatOut is row 7.
func flatOut(e *env) (Figures, error) {
	out := Figures{}
	for _, x := range []struct {
		name          string
		size, records int
	}{{"1k", 1024, 500_000}, {"100", 100, 2_000_000}} {
		if err := e.flatOut(out, x.name, x.size, e.scaled(x.records, 20_000)); err != nil {
			return nil, fmt.Errorf("records of %d bytes: %w", x.size, err)
		}
	}
	return out, nil
}

func (e *env) flatOut(out Figures, name string, size, records int) error {
	topic := e.name("flat" + name)
	if err := e.topic(topic, 1, nil); err != nil {
		return err
	}
	f, err := NewFlatOut(e.ctx, e.srv.Addr, topic, size)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Run(e.ctx, records/20); err != nil { // grows the client's buffers
		return err
	}
	used, err := cpu(e.srv, func() error {
		took, err := f.Run(e.ctx, records)
		out["mrec_s_"+name] = float64(records) / 1e6 / took.Seconds()
		return err
	})
	out["cpu_ns_"+name] = float64(used.Nanoseconds()) / float64(records)
	return err
}

package bench

import (
	"context"
	"errors"
	"time"

	"github.com/kbroker/kbroker/compat-tests/target"
)

// warmClient warms brokers and fills topics.
const warmClient = "franz-go"

// warm lets a broker take large and small requests and answer fetches, until it has seen as many bytes and, where it is a
// JVM, as much time as was asked for. A load that fails here will fail, and be noted, in its scenario.
func (r *runner) warm(ctx context.Context, s *system) error {
	start, taken := time.Now(), int64(0)
	for taken < r.cfg.WarmBytes || s.kind == target.Apache && time.Since(start) < r.cfg.WarmTime {
		r.cfg.Log("warming %s: %d MB in %v", s.kind, taken/1e6, time.Since(start).Round(time.Second))
		n, err := r.warmOnce(ctx, s)
		if err != nil {
			return err
		}
		taken += n
		if r.over() {
			return errors.New("the budget is over")
		}
	}
	return nil
}

// warmOnce runs one load of each kind on a topic that is deleted again.
func (r *runner) warmOnce(ctx context.Context, s *system) (taken int64, err error) {
	topic := s.name("warm")
	if err := createTopic(ctx, s.admin, topic, 4, nil); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, deleteTopic(ctx, s.admin, topic)) }()
	base := Scenario{kind: produce, records: 50_000, size: 1024, acks: "all", codec: "none", partitions: 4}
	small, packed, read, single := base, base, base, base
	small.size, packed.codec, read.kind = 100, "lz4", consume
	single.kind, single.producers, single.seconds = durable, 16, 1 // without flush.messages: single records, no fsync
	for _, x := range []Scenario{base, small, packed, read, single} {
		o, err := r.generate(ctx, s, cell{x, warmClient}, topic)
		if err != nil {
			return taken, err
		}
		taken += o.bytes
	}
	return taken, nil
}

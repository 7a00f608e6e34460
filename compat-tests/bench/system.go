package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/target"
	"github.com/twmb/franz-go/pkg/kadm"
)

// kafkaHeap and kafkaJVM are what Kafka's own start script gives its JVM.
const kafkaHeap = "1G"

var kafkaJVM = []string{"-Xms" + kafkaHeap, "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
	"-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true"}

// mostRestarts bounds how often a broker that ended is started again.
const mostRestarts = 2

// system is a broker under test.
type system struct {
	kind     target.Kind
	broker   *target.Broker
	admin    *kadm.Client
	topics   int    // made so far, so that each has a name of its own
	filled   string // the topic that consumers read, "" before it is there
	restarts int
}

func (s *system) start(ctx context.Context, cfg Config) error {
	b, err := target.Start(ctx, s.kind, target.Settings{Cores: cfg.ServerCores, Dir: cfg.dir(), Heap: kafkaHeap, JVM: kafkaJVM})
	if err != nil {
		return err
	}
	s.broker, s.filled = b, ""
	s.admin, err = admin(b.Bootstrap)
	return err
}

// revive starts a broker again that has ended, in an empty directory.
func (s *system) revive(ctx context.Context, cfg Config) error {
	if !ended(s.broker.Pid()) {
		return nil
	}
	if s.restarts++; s.restarts > mostRestarts {
		return fmt.Errorf("%s has ended %d times", s.kind, s.restarts)
	}
	cfg.Log("%s has ended: starting it again", s.kind)
	return errors.Join(s.close(), s.start(ctx, cfg))
}

func (s *system) close() error {
	if s.admin != nil {
		s.admin.Close()
		s.admin = nil
	}
	if s.broker == nil {
		return nil
	}
	b := s.broker
	s.broker = nil
	return b.Close()
}

func (s *system) name(what string) string {
	s.topics++
	return fmt.Sprintf("bench-%d-%s", s.topics, what)
}

// rss is the memory in MB, now and at most.
func (s *system) rss() (now, peak float64, err error) {
	n, p, err := memory(s.broker.Pid())
	return float64(n) / 1e6, float64(p) / 1e6, err
}

// restTime is how long a broker is left alone to see what it takes when it has nothing to do.
const restTime = 3 * time.Second

// rest leaves the broker alone and returns how many cores it takes meanwhile.
func (s *system) rest(ctx context.Context) (float64, error) {
	before, err := cpuTime(s.broker.Pid())
	if err != nil {
		return 0, err
	}
	start := time.Now()
	select {
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	case <-time.After(restTime):
	}
	after, err := cpuTime(s.broker.Pid())
	return (after - before).Seconds() / time.Since(start).Seconds(), err
}

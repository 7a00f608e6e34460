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

// idle waits a moment and says how much memory a broker takes that has done nothing yet.
func (s *system) idle(ctx context.Context, wait time.Duration) (float64, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(wait):
	}
	now, _, err := s.rss()
	return now, err
}

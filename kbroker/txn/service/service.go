package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/runtime"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/kbroker/txn/marker"
)

// Config is what a Service is made of.
type Config struct {
	Settings func() txn.Settings
	Log      coordinator.PartitionLog // of __transaction_state
	// Partitions counts the partitions of __transaction_state: of the topic as it is, or as it will be made.
	Partitions func() int32
	// ProducerID returns an id that nobody had before; it may wait until ctx ends.
	ProducerID func(ctx context.Context) (int64, error)
	IDTimeout  time.Duration // bounds that wait; 30 s

	// Self, Place, Write and Remote are those of marker.Config, Retry too.
	Self   int32
	Place  func(p txn.Partition) marker.Place
	Write  func(p txn.Partition, m coordinator.Marker, done func(err error))
	Remote func(broker int32, batch []marker.Entry, done func(errs []error))
	Retry  time.Duration

	// WriteTimeout bounds how long an answer waits for its record to be committed, LoadBytes and MaxBatchBytes are as in
	// runtime.Config.
	WriteTimeout  time.Duration
	MaxBatchBytes int
	LoadBytes     int
	Logger        *slog.Logger
}

// maxIDWaiters bounds the operations that wait for a producer id at one time.
const maxIDWaiters = 1024

// A Service answers for the transactional ids whose partition of __transaction_state this broker leads. All methods may be
// called from any goroutine and none but Close waits. Each reply is called exactly once, at once or later, and must not
// block.
type Service struct {
	cfg     Config
	machine txn.Config
	rt      *runtime.Runtime
	sender  *marker.Sender

	stop    context.Context
	cancel  context.CancelFunc
	waiters sync.WaitGroup
	slots   chan struct{}
}

// New makes a service that coordinates nothing until partitions are elected.
func New(cfg Config) *Service {
	s := &Service{cfg: cfg, slots: make(chan struct{}, maxIDWaiters)}
	if s.cfg.Logger == nil {
		s.cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if s.cfg.IDTimeout <= 0 {
		s.cfg.IDTimeout = 30 * time.Second
	}
	s.stop, s.cancel = context.WithCancel(context.Background())
	s.sender = marker.New(marker.Config{
		Self: cfg.Self, Place: cfg.Place, Write: cfg.Write, Remote: cfg.Remote, Retry: cfg.Retry, Logger: s.cfg.Logger, Complete: s.complete,
	})
	s.machine = txn.Config{Settings: cfg.Settings, Decided: s.sender.Send, Overdue: s.overdue, Undecided: s.undecided}
	s.rt = runtime.New(runtime.Config{
		Name: "txn", Log: cfg.Log, Logger: s.cfg.Logger,
		New:          func(p int32) coordinator.Machine { return txn.NewMachine(&s.machine, p) },
		WriteTimeout: cfg.WriteTimeout, MaxBatchBytes: cfg.MaxBatchBytes, LoadBytes: cfg.LoadBytes,
	})
	return s
}

// Elect tells that this broker leads a partition of __transaction_state.
func (s *Service) Elect(partition, leaderEpoch int32) {
	s.sender.Elect(partition, leaderEpoch) // first: the machine may hand out decisions as soon as it is loaded
	s.rt.Elect(partition, leaderEpoch)
}

// Resign tells that it does not any more.
func (s *Service) Resign(partition, leaderEpoch int32) {
	s.rt.Resign(partition, leaderEpoch)
	s.sender.Resign(partition, leaderEpoch)
}

// Stats tells how the led partitions are doing.
func (s *Service) Stats() []runtime.Stats { return s.rt.Stats() }

// Ending counts the transactions that are decided and have not all their markers.
func (s *Service) Ending() int { return s.sender.Underway() }

// Close stops coordinating and waits for what runs.
func (s *Service) Close() {
	s.cancel()
	s.rt.Close()
	s.sender.Close()
	s.waiters.Wait()
}

// PartitionOf returns the partition of __transaction_state that coordinates an id.
func (s *Service) PartitionOf(id string) int32 {
	return coordinator.PartitionFor(id, s.cfg.Partitions())
}

// write runs an operation on the partition of an id.
func (s *Service) write(id string, h coordinator.Handler, reply func(resp any, err error)) {
	s.rt.Write(s.PartitionOf(id), id, h, reply)
}

// writeWithID runs an operation, and once more with a producer id if it asks for one.
func (s *Service) writeWithID(id string, h func(newID int64) coordinator.Handler, reply func(resp any, err error)) {
	s.write(id, h(txn.NoProducerID), func(resp any, err error) {
		if !errors.Is(err, txn.ErrNeedProducerID) {
			reply(resp, err)
			return
		}
		s.fetchID(func(newID int64, err error) {
			if err != nil {
				reply(nil, err)
				return
			}
			s.write(id, h(newID), reply)
		})
	})
}

// fetchID gets a producer id beside the loops. Every failure is COORDINATOR_LOAD_IN_PROGRESS, as in Apache Kafka: clients
// of all versions ask again.
func (s *Service) fetchID(then func(id int64, err error)) {
	select {
	case s.slots <- struct{}{}:
	default:
		then(txn.NoProducerID, kerr.CoordinatorLoadInProgress)
		return
	}
	if s.stop.Err() != nil {
		<-s.slots
		then(txn.NoProducerID, kerr.NotCoordinator)
		return
	}
	s.waiters.Add(1)
	go func() {
		defer s.waiters.Done()
		ctx, cancel := context.WithTimeout(s.stop, s.cfg.IDTimeout)
		id, err := s.cfg.ProducerID(ctx)
		cancel()
		<-s.slots
		if err != nil {
			s.cfg.Logger.Warn("no producer id to give", "err", err)
			id, err = txn.NoProducerID, kerr.CoordinatorLoadInProgress
		}
		then(id, err)
	}()
}

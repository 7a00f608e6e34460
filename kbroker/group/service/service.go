package service

import (
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/runtime"
	"github.com/kbroker/kbroker/kbroker/group"
)

// Topics is what the service asks of the metadata image.
type Topics = group.Topics

// Config is what a Service is made of.
type Config struct {
	Group group.Config // its Topics are those below
	Log   coordinator.PartitionLog
	// Partitions counts the partitions of __consumer_offsets: of the topic as it is, or as it will be made.
	Partitions func() int32
	Topics     func() Topics
	// ConsumerProtocol says whether the consumer protocol is on (group.version, group.coordinator.rebalance.protocols); nil
	// for always.
	ConsumerProtocol func() bool
	// VerifyTxn asks whether a partition of __consumer_offsets belongs to an ongoing transaction, or adds it (from
	// TxnOffsetCommit v5 on, KIP-890), and calls done, possibly at once, with the guard that the append hands in. nil takes
	// every transactional commit as verified.
	VerifyTxn func(t TxnCommit, done func(guard uint64, err error))
	// CommitTimeout is offsets.commit.timeout.ms, MaxBatchBytes and LoadBytes are as in runtime.Config.
	CommitTimeout time.Duration
	MaxBatchBytes int
	LoadBytes     int
	Logger        *slog.Logger
}

// A TxnCommit is a TxnOffsetCommit that wants to be part of a transaction.
type TxnCommit struct {
	TransactionalID string
	ProducerID      int64
	ProducerEpoch   int16
	Partition       int32 // of __consumer_offsets
	Version         int16 // of TxnOffsetCommit
}

// A Context is who asks, and what for the API's operation he may touch. A nil func allows everything.
type Context struct {
	group.RequestContext
	GroupAllowed func(id string) bool
	// GroupOperations are the bits of the operations that he may do to a group, for describing; nil tells none.
	GroupOperations func(id string) int32
}

func (c *Context) group(id string) bool { return c.GroupAllowed == nil || c.GroupAllowed(id) }

func (c *Context) topic(name string) bool { return c.TopicAllowed == nil || c.TopicAllowed(name) }

// A Service answers group requests. All methods may be called from any goroutine and do not wait.
type Service struct {
	cfg Config
	rt  *runtime.Runtime
}

// New makes a service that coordinates nothing until partitions are elected.
func New(cfg Config) *Service {
	s := &Service{cfg: cfg}
	s.cfg.Group.Topics = cfg.Topics
	if s.cfg.Logger == nil {
		s.cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s.rt = runtime.New(runtime.Config{
		Name: "group", Log: cfg.Log, Logger: s.cfg.Logger,
		New:          func(p int32) coordinator.Machine { return group.NewMachine(&s.cfg.Group, p) },
		WriteTimeout: cfg.CommitTimeout, MaxBatchBytes: cfg.MaxBatchBytes, LoadBytes: cfg.LoadBytes,
	})
	return s
}

// Elect, Resign and EndTxn are those of runtime.Runtime, for partitions of __consumer_offsets.
func (s *Service) Elect(partition, leaderEpoch int32) { s.rt.Elect(partition, leaderEpoch) }

// Resign stops coordinating a partition.
func (s *Service) Resign(partition, leaderEpoch int32) { s.rt.Resign(partition, leaderEpoch) }

// EndTxn writes a transaction marker to a partition.
func (s *Service) EndTxn(partition int32, m coordinator.Marker, done func(err error)) {
	s.rt.EndTxn(partition, m, func(_ any, err error) { done(err) })
}

// TopicDeleted lets all groups forget their offsets of a topic.
func (s *Service) TopicDeleted(name string, id [16]byte) {
	s.rt.Broadcast(group.TopicDeleted(name, id))
}

// Close stops coordinating and waits for what runs.
func (s *Service) Close() { s.rt.Close() }

// Stats tells how the led partitions are doing.
func (s *Service) Stats() []runtime.Stats { return s.rt.Stats() }

// PartitionOf returns the partition of __consumer_offsets that coordinates a group.
func (s *Service) PartitionOf(id string) int32 {
	return coordinator.PartitionFor(id, s.cfg.Partitions())
}

// Serve answers one request, of any of the keys 8, 9, 11 to 16, 28, 42, 47, 68 and 69. reply is called exactly once, at once
// or later from another goroutine; it must not block. The request must not change until then; its strings and bytes are
// copied where they are kept.
func (s *Service) Serve(req kmsg.Request, ctx Context, reply func(kmsg.Response)) {
	done := func(resp kmsg.Response) {
		resp.SetVersion(req.GetVersion())
		reply(resp)
	}
	switch r := req.(type) {
	case *kmsg.OffsetCommitRequest:
		s.offsetCommit(r, ctx, done)
	case *kmsg.TxnOffsetCommitRequest:
		s.txnOffsetCommit(r, ctx, done)
	case *kmsg.OffsetDeleteRequest:
		s.offsetDelete(r, ctx, done)
	case *kmsg.OffsetFetchRequest:
		s.offsetFetch(r, ctx, done)
	case *kmsg.DescribeGroupsRequest:
		s.describeGroups(r, ctx, done)
	case *kmsg.ListGroupsRequest:
		s.listGroups(r, ctx, done)
	case *kmsg.DeleteGroupsRequest:
		s.deleteGroups(r, ctx, done)
	case *kmsg.ConsumerGroupHeartbeatRequest:
		s.consumerHeartbeat(r, ctx, done)
	case *kmsg.ConsumerGroupDescribeRequest:
		s.describeConsumerGroups(r, ctx, done)
	default:
		s.member(req, ctx, done)
	}
}

// member answers what a member of a group says.
func (s *Service) member(req kmsg.Request, ctx Context, done func(kmsg.Response)) {
	id, ok := group.GroupOf(req)
	switch {
	case !ok:
		done(group.Refuse(req, kerr.UnsupportedVersion))
	case !ctx.group(id):
		done(group.Refuse(req, kerr.GroupAuthorizationFailed))
	case id == "":
		done(group.Refuse(req, kerr.InvalidGroupID))
	default:
		s.one(req, id, ctx, done)
	}
}

// one lets the group decide.
func (s *Service) one(req kmsg.Request, id string, ctx Context, done func(kmsg.Response)) {
	s.rt.Write(s.PartitionOf(id), id, group.Handle(req, ctx.RequestContext), func(resp any, err error) {
		if err != nil {
			done(group.Refuse(req, err))
			return
		}
		done(resp.(kmsg.Response))
	})
}

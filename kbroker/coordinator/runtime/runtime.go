package runtime

import (
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Runtime runs one machine per partition that this broker leads. All methods may be called from any goroutine, and none
// but Close waits for anything but short locks.
type Runtime struct {
	cfg Config

	mu struct {
		sync.Mutex
		closed bool
		shards map[int32]*shard // led: loading, active or failed
		last   map[int32]*shard // the latest loop of each partition ever led; the next one waits for its end
	}
	loops sync.WaitGroup
}

// New makes a runtime that leads nothing yet.
func New(cfg Config) *Runtime {
	r := &Runtime{cfg: cfg.withDefaults()}
	r.mu.shards = make(map[int32]*shard)
	r.mu.last = make(map[int32]*shard)
	return r
}

// Elect tells that this broker leads partition in leaderEpoch. The machine is loaded in the background; until then
// operations are answered COORDINATOR_LOAD_IN_PROGRESS. A newer epoch for a partition that is already led keeps its state
// (nobody else wrote in between); an older one is ignored.
func (r *Runtime) Elect(partition, leaderEpoch int32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.closed {
		return
	}
	old := r.mu.shards[partition]
	if old != nil && (leaderEpoch <= old.epoch.Load() || old.state() != stateFailed) {
		old.raiseEpoch(leaderEpoch)
		return
	}
	if old != nil {
		old.stop()
	}
	s := newShard(r, partition, leaderEpoch, r.mu.last[partition])
	r.mu.shards[partition] = s
	r.mu.last[partition] = s
	r.loops.Add(1)
	go func() {
		defer r.loops.Done()
		s.live()
	}()
}

// Resign tells that this broker does not lead partition since leaderEpoch (pass the largest int32 when the partition is
// gone). Everything that waits is answered NOT_COORDINATOR. It is ignored when a newer epoch was elected meanwhile. It does
// not wait for the loop.
func (r *Runtime) Resign(partition, leaderEpoch int32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.mu.shards[partition]
	if s == nil || leaderEpoch < s.epoch.Load() {
		return
	}
	delete(r.mu.shards, partition)
	s.stop()
	r.cfg.Logger.Info("coordinator resigned", "coordinator", r.cfg.Name, "partition", partition, "leaderEpoch", leaderEpoch)
}

// Write queues one operation. reply is called exactly once, later and from another goroutine, or at once when the operation
// cannot be queued: NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, or COORDINATOR_NOT_AVAILABLE for a full queue. It must
// not block. An empty key means that the operation concerns the whole partition; see coordinator.Result on what a key
// promises.
func (r *Runtime) Write(partition int32, key string, h coordinator.Handler, reply func(resp any, err error)) {
	r.enqueue(partition, operation{key: key, handle: h, to: coordinator.NewPending(reply)})
}

// EndTxn writes a transaction marker to a partition and lets its machine, a coordinator.TxnMachine, commit or drop what the
// transaction had written there. reply is called as for Write, with a nil response.
func (r *Runtime) EndTxn(partition int32, m coordinator.Marker, reply func(resp any, err error)) {
	r.enqueue(partition, operation{marker: &m, to: coordinator.NewPending(reply)})
}

func (r *Runtime) enqueue(partition int32, op operation) {
	r.mu.Lock()
	s := r.mu.shards[partition]
	r.mu.Unlock()
	err := error(kerr.NotCoordinator)
	if s != nil {
		err = s.enqueue(op)
	}
	if err != nil {
		op.to.Complete(nil, err)
	}
}

// Led returns the partitions that are led, loaded or not, in order.
func (r *Runtime) Led() []int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.mu.shards))
}

// Broadcast runs h once on every partition that is loaded, without an answer: a change of the world, such as a deleted
// topic. A partition that is still loading is skipped; its machine sees the new world when it is loaded.
func (r *Runtime) Broadcast(h coordinator.Handler) {
	for _, p := range r.Led() {
		r.Write(p, "", h, func(any, error) {})
	}
}

// Stats tells how the partitions are doing.
func (r *Runtime) Stats() []Stats {
	r.mu.Lock()
	shards := slices.SortedFunc(maps.Values(r.mu.shards), func(a, b *shard) int { return int(a.partition - b.partition) })
	r.mu.Unlock()
	out := make([]Stats, 0, len(shards))
	for _, s := range shards {
		out = append(out, s.stats())
	}
	return out
}

// Stats is a snapshot of one partition's loop. Counters count since the election.
type Stats struct {
	Partition int32
	State     string // "loading", "active", "failed"
	Queued    int
	Loaded    time.Duration // how long loading took
	Records   int64         // records loaded and appended
	Appends   int64
	Failed    int64 // appends that failed
}

// Close resigns from every partition and waits for the loops to end.
func (r *Runtime) Close() {
	r.mu.Lock()
	r.mu.closed = true
	for p, s := range r.mu.shards {
		delete(r.mu.shards, p)
		s.stop()
	}
	r.mu.Unlock()
	r.loops.Wait()
}

func (r *Runtime) logger(partition int32) *slog.Logger {
	return r.cfg.Logger.With("coordinator", r.cfg.Name, "partition", partition)
}

package sim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"slices"

	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// maxInFlight bounds the messages on the wire; what comes on top is lost.
const maxInFlight = 400

const dir = "/meta/" + quorum.DirName

// Cluster is a quorum in simulation. One goroutine uses it.
type Cluster struct {
	rng     *rand.Rand
	members []*member
	voters  []quorum.Voter
	wire    []*pb.Message
	cut     []int // group of each member while the net is cut, nil otherwise
	now     int64
	seq     int // numbers the records proposed
	trace   uint64
	checker checker

	// Proposed and Crashes count what happened, so that a test can see that something did.
	Proposed, Crashes, Snapshots int
}

// member is a node and its disk; node is nil while it is down.
type member struct {
	voter       quorum.Voter
	disk        *vfs.Mem
	node        *quorum.Node
	incarnation int
	synced      int64 // as last seen
	epoch       int32 // as last seen
	hw          int64 // as last seen by the checker
}

// New starts a cluster of n voters on empty disks.
func New(seed uint64, n int) (*Cluster, error) {
	c := &Cluster{rng: rand.New(rand.NewPCG(seed, 0)), now: 1}
	c.checker = newChecker(c)
	for i := range n {
		c.voters = append(c.voters, quorum.Voter{ID: int32(i + 1), DirectoryID: [16]byte{byte(i + 1)}})
	}
	for _, v := range c.voters {
		m := &member{voter: v, disk: vfs.NewMem()}
		if err := quorum.Format(m.disk, dir, c.voters, nil); err != nil {
			return nil, err
		}
		if err := m.disk.SyncDir(filepath.Dir(filepath.Dir(dir))); err != nil {
			return nil, err
		}
		if err := m.disk.SyncDir(filepath.Dir(dir)); err != nil {
			return nil, err
		}
		c.members = append(c.members, m)
		if err := c.start(m); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Cluster) start(m *member) error {
	node, err := quorum.OpenNode(quorum.NodeConfig{FS: m.disk, Dir: dir, Self: m.voter, SegmentBytes: 4 << 10})
	if err != nil {
		return fmt.Errorf("node %d does not start: %w", m.voter.ID, err)
	}
	m.node = node
	m.incarnation++
	return c.checker.started(m)
}

// Step lets one thing happen and checks the invariants. The error names the one that broke.
func (c *Cluster) Step() error {
	c.now++
	m := c.members[c.rng.IntN(len(c.members))]
	switch p := c.rng.IntN(1000); {
	case p < 480:
		return c.deliver()
	case p < 800:
		return c.tick(m)
	case p < 930:
		return c.propose()
	case p < 950:
		c.lose()
	case p < 960:
		return c.snapshot(m)
	case p < 968:
		c.partition()
	case p < 980:
		c.cut = nil
	case p < 988:
		return c.crash(m)
	default:
		return c.restart(m)
	}
	return nil
}

// Trace is a hash of all that happened so far.
func (c *Cluster) Trace() uint64 { return c.trace }

func (c *Cluster) note(what string, m *member, more ...any) {
	h := fnv.New64a()
	fmt.Fprint(h, c.trace, what, m.voter.ID, more)
	if m.node != nil {
		fmt.Fprint(h, m.node.Leadership(), m.node.HighWatermark(), m.node.EndOffset(), m.node.StartOffset())
	}
	c.trace = h.Sum64()
}

// work runs a node after something was put into it.
func (c *Cluster) work(what string, m *member, more ...any) error {
	messages, err := m.node.Process(c.now)
	if err != nil {
		return fmt.Errorf("node %d: %w", m.voter.ID, err)
	}
	c.note(what, m, append(more, len(messages))...)
	for _, msg := range messages {
		if err := c.checker.sent(m, msg); err != nil {
			return err
		}
		c.put(proto.Clone(msg).(*pb.Message))
	}
	return c.checker.check()
}

func (c *Cluster) put(msg *pb.Message) {
	if len(c.wire) < maxInFlight {
		c.wire = append(c.wire, msg)
	} else {
		c.lost(msg)
	}
}

// lost tells the sender of a snapshot that it did not arrive, as a transport does.
func (c *Cluster) lost(msg *pb.Message) {
	if from := c.member(msg.GetFrom()); msg.GetType() == pb.MsgSnap && from.node != nil {
		from.node.ReportSnapshot(msg.GetTo(), false)
	}
}

func (c *Cluster) member(raftID uint64) *member {
	i := slices.IndexFunc(c.members, func(m *member) bool { return m.voter.RaftID() == raftID })
	return c.members[i]
}

func (c *Cluster) tick(m *member) error {
	if m.node == nil {
		return nil
	}
	m.node.Tick()
	return c.work("tick", m)
}

func (c *Cluster) take() *pb.Message {
	if len(c.wire) == 0 {
		return nil
	}
	i := c.rng.IntN(len(c.wire))
	msg := c.wire[i]
	c.wire = slices.Delete(c.wire, i, i+1)
	return msg
}

func (c *Cluster) deliver() error {
	msg := c.take()
	if msg == nil {
		return nil
	}
	return c.arrive(msg)
}

func (c *Cluster) arrive(msg *pb.Message) error {
	from, to := c.member(msg.GetFrom()), c.member(msg.GetTo())
	if to.node == nil || c.apart(from, to) {
		c.lost(msg)
		return nil
	}
	if c.rng.IntN(50) == 0 {
		c.put(proto.Clone(msg).(*pb.Message)) // it will come twice
	}
	to.node.Step(msg)
	if msg.GetType() == pb.MsgSnap && from.node != nil {
		from.node.ReportSnapshot(msg.GetTo(), true)
		if err := c.work("snapshot arrived", from); err != nil {
			return err
		}
	}
	return c.work("deliver", to, msg.GetType(), msg.GetFrom(), msg.GetIndex())
}

func (c *Cluster) lose() {
	if msg := c.take(); msg != nil {
		c.lost(msg)
	}
}

func (c *Cluster) apart(a, b *member) bool {
	if c.cut == nil {
		return false
	}
	return c.cut[slices.Index(c.members, a)] != c.cut[slices.Index(c.members, b)]
}

func (c *Cluster) partition() {
	c.cut = make([]int, len(c.members))
	for i := range c.cut {
		c.cut[i] = c.rng.IntN(2)
	}
}

// propose appends up to three batches at whoever thinks that it leads.
func (c *Cluster) propose() error {
	for _, m := range c.members {
		if m.node == nil || !m.node.Leadership().Active {
			continue
		}
		lead := m.node.Leadership()
		next := lead.Next
		for range 1 + c.rng.IntN(3) {
			b := c.batch(next, lead.Epoch)
			next = b.NextOffset()
			if err := m.node.Propose(b); err != nil {
				return fmt.Errorf("node %d refuses what its leadership %+v allows: %w", m.voter.ID, lead, err)
			}
			c.Proposed++
		}
		if err := c.work("propose", m, next); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) batch(base int64, epoch int32) record.Batch {
	opt := record.NewBuilderOptions()
	opt.BaseOffset, opt.LeaderEpoch = base, epoch
	b := record.NewBuilder(opt)
	for range 1 + c.rng.IntN(4) {
		c.seq++
		b.Append(c.now, nil, fmt.Appendf(nil, "record %d", c.seq))
	}
	return b.Build()
}

func (c *Cluster) snapshot(m *member) error {
	if m.node == nil || m.node.HighWatermark() <= m.node.NewestSnapshot().Offset {
		return nil
	}
	at := m.node.HighWatermark()
	state := func(yield func([]byte) bool) { yield(fmt.Appendf(nil, "state at %d", at)) }
	if err := m.node.Snapshot(at, quorum.SnapshotContent{LastTimestamp: c.now, Values: state}); err != nil {
		return fmt.Errorf("node %d: snapshot: %w", m.voter.ID, err)
	}
	c.Snapshots++
	return c.work("snapshot", m, at)
}

// crash takes a node away: by a kill, a power cut, or a power cut that some unsynced writes survived.
func (c *Cluster) crash(m *member) error {
	if m.node == nil {
		return nil
	}
	kind := []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash}[c.rng.IntN(3)]
	c.note("crash", m, kind)
	m.disk = m.disk.Clone(kind, c.rng)
	m.node = nil // as if the process had gone: its file handles with it
	c.Crashes++
	return c.checker.check()
}

func (c *Cluster) restart(m *member) error {
	if m.node != nil {
		return nil
	}
	if err := c.start(m); err != nil {
		return err
	}
	return c.work("start", m)
}

// Settle mends everything and runs until the voters agree: one active leader, the same log on all, everything committed.
func (c *Cluster) Settle() error {
	c.cut = nil
	for _, m := range c.members {
		if err := c.restart(m); err != nil {
			return err
		}
	}
	for range 400 * len(c.members) {
		for _, m := range c.members {
			if err := c.tick(m); err != nil {
				return err
			}
		}
		for n := len(c.wire); n > 0; n-- {
			if err := c.deliver(); err != nil {
				return err
			}
		}
		if c.agreed() {
			return nil
		}
	}
	return fmt.Errorf("the quorum does not settle: %s", c.states())
}

func (c *Cluster) agreed() bool {
	first, leaders := c.members[0].node, 0
	for _, m := range c.members {
		if m.node.Leadership().Active {
			leaders++
		}
		if m.node.HighWatermark() != first.HighWatermark() || m.node.EndOffset() != first.HighWatermark() || m.node.Leadership().Epoch != first.Leadership().Epoch {
			return false
		}
	}
	return leaders == 1
}

func (c *Cluster) states() string {
	out := ""
	for _, m := range c.members {
		out += fmt.Sprintf("[node %d %+v hw %d end %d] ", m.voter.ID, m.node.Leadership(), m.node.HighWatermark(), m.node.EndOffset())
	}
	return out
}

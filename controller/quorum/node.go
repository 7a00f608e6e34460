package quorum

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"syscall"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// Constants of the raft group: mixed settings across a rolling upgrade can wedge it.
const (
	electionTicks = 10 // ticks without a word from the leader before a node campaigns
	heartbeatTick = 1

	maxMessageBytes     = 1 << 20
	maxCommittedBytes   = 16 << 20
	maxUncommittedBytes = 256 << 20
	maxInflightMessages = 256

	// MaxBatchBytes bounds one proposal, as in Kafka.
	MaxBatchBytes = 8 << 20
)

// NodeConfig is what a Node is made of.
type NodeConfig struct {
	FS           vfs.FS
	Dir          string // the directory that holds DirName
	Self         Voter
	Voters       []Voter // from the configuration; those of a checkpoint go before them
	SegmentBytes int64   // metadata.log.segment.bytes
	Logger       *slog.Logger
	// MakeRoom is asked when the disk is full; true says that something was given up and a write may succeed now. nil: there is nothing.
	MakeRoom func() bool
}

// Leadership is who leads, as far as a node knows.
type Leadership struct {
	Epoch  int32
	Leader int32 // node id, -1 when unknown
	// Active: this node leads, and the first batch of its epoch is committed, so that it knows everything that was
	// committed before. The next proposal gets offset Next.
	Active bool
	Next   int64
}

// A Node is one member of the metadata quorum: etcd raft's RawNode over the metadata log. It has no goroutine and no
// clock; one owner calls it. Whatever changes state (Tick, Step, Propose, Campaign) is followed by Process, which makes
// durable what raft wants durable and returns the messages to send.
//
//	high watermark <= synced end of the log, on a majority (M6)
type Node struct {
	cfg  NodeConfig
	st   *storage
	rn   *raft.RawNode
	hw   int64
	lead Leadership

	ready      *raft.Ready // accepted by us, not yet advanced: an append met a full disk
	epochStart int64       // first offset of the epoch that this node leads, -1 when it does not lead
	next       int64       // offset of the next proposal, while epochStart >= 0
	grantedIn  uint64      // term that granted is about
	granted    []Voter
	out        []*pb.Message
}

// OpenNode recovers the metadata log in cfg.Dir, creating the directory when it is missing, and starts a follower.
// Errors: *CorruptError, and whatever the disk says.
func OpenNode(cfg NodeConfig) (*Node, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	st, err := openStorage(cfg.FS, cfg.Dir, cfg.SegmentBytes, cfg.Voters)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(st.voters, cfg.Self.same) {
		st.log.close()
		// M13: a directory with another id is another voter, never the old one.
		return nil, fmt.Errorf("quorum: meta.properties in %s gives node %d the directory id %s, but the metadata log there knows only the voters %s. "+
			"If meta.properties was lost or replaced, put the old directory.id back; if the directory is to be a new node's, empty it first",
			cfg.Dir, cfg.Self.ID, formatID(cfg.Self.DirectoryID), describe(st.voters))
	}
	n := &Node{cfg: cfg, st: st, hw: st.snap.offset, epochStart: -1, lead: Leadership{Leader: -1, Epoch: st.election.epoch}}
	n.rn, err = raft.NewRawNode(&raft.Config{
		ID:                        cfg.Self.RaftID(),
		ElectionTick:              electionTicks,
		HeartbeatTick:             heartbeatTick,
		Storage:                   st,
		Applied:                   st.snap.index,
		MaxSizePerMsg:             maxMessageBytes,
		MaxCommittedSizePerReady:  maxCommittedBytes,
		MaxUncommittedEntriesSize: maxUncommittedBytes,
		MaxInflightMsgs:           maxInflightMessages,
		CheckQuorum:               true,
		PreVote:                   true,
		DisableProposalForwarding: true,
		StepDownOnRemoval:         true,
		Logger:                    raftLogger{cfg.Logger},
	})
	if err != nil {
		st.log.close()
		return nil, err
	}
	return n, nil
}

// Tick lets one unit of time pass.
func (n *Node) Tick() { n.rn.Tick() }

// Campaign makes the node stand for election now.
func (n *Node) Campaign() error { return n.rn.Campaign() }

// Step takes a message of another voter. One that does not come from a voter, or is for somebody else, is dropped.
func (n *Node) Step(m *pb.Message) {
	from, ok := voterByRaftID(n.st.voters, m.GetFrom())
	if !ok || m.GetTo() != n.cfg.Self.RaftID() || raft.IsLocalMsg(m.GetType()) {
		return
	}
	if m.GetType() == pb.MsgVoteResp && !m.GetReject() {
		n.grant(m.GetTerm(), from)
	}
	_ = n.rn.Step(m) // what raft refuses it has dropped; the sender tries again
}

// grant remembers who voted for this node, for the LeaderChange record.
func (n *Node) grant(term uint64, v Voter) {
	if n.grantedIn != term {
		n.grantedIn, n.granted = term, nil
	}
	if !slices.ContainsFunc(n.granted, v.same) {
		n.granted = append(n.granted, v)
	}
}

// ReportSnapshot tells what became of a snapshot message to another voter.
func (n *Node) ReportSnapshot(to uint64, ok bool) {
	status := raft.SnapshotFinish
	if !ok {
		status = raft.SnapshotFailure
	}
	n.rn.ReportSnapshot(to, status)
}

// ReportUnreachable tells that messages to another voter do not arrive.
func (n *Node) ReportUnreachable(to uint64) { n.rn.ReportUnreachable(to) }

// Errors of Propose.
var (
	ErrNotLeader = errors.New("quorum: this node does not lead")
	ErrStale     = errors.New("quorum: the batch was made for another epoch or offset")
	ErrTooLarge  = fmt.Errorf("quorum: the batch is larger than %d bytes", MaxBatchBytes)
	ErrBusy      = errors.New("quorum: too much is uncommitted")
)

// Propose appends a batch as leader. It must carry the leader's epoch and the offset that follows the batch before; that
// is what the proposer's view of the world rests on. The bytes are given away.
func (n *Node) Propose(b record.Batch) error {
	switch {
	case n.epochStart < 0:
		return ErrNotLeader
	case b.LeaderEpoch() != n.lead.Epoch || b.BaseOffset() != n.next:
		return ErrStale
	case len(b) > MaxBatchBytes:
		return ErrTooLarge
	}
	if err := n.rn.Propose(b); err != nil {
		if errors.Is(err, raft.ErrProposalDropped) {
			return ErrBusy
		}
		return err
	}
	n.next = b.NextOffset()
	return nil
}

// Process does what raft has to do: it makes entries and votes durable, moves the high watermark, and returns the
// messages to send. now is the wall clock in ms. After an error that is no ErrNoSpace the node must not be used any
// more; after ErrNoSpace Process may be called again.
func (n *Node) Process(now int64) ([]*pb.Message, error) {
	for n.ready != nil || n.rn.HasReady() {
		if n.ready == nil {
			rd := n.rn.Ready()
			n.ready = &rd
		}
		if err := n.persist(n.ready, now); err != nil {
			return nil, err
		}
		n.commit(n.ready)
		n.send(n.ready.Messages)
		rd := *n.ready
		n.ready = nil
		n.rn.Advance(rd)
	}
	n.observe()
	out := n.out
	n.out = nil
	return out, nil
}

// ErrNoSpace is a full disk. Nothing was appended, and the append can be tried again.
var ErrNoSpace = errors.New("quorum: no space left for the metadata log")

// persist makes durable what raft wants durable. On a full disk room is made once.
func (n *Node) persist(rd *raft.Ready, now int64) error {
	err := n.tryPersist(rd, now)
	if isNoSpace(err) && n.cfg.MakeRoom != nil && n.cfg.MakeRoom() {
		err = n.tryPersist(rd, now)
	}
	return err
}

func isNoSpace(err error) bool {
	return (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)) && !errors.As(err, new(*syncError))
}

func (n *Node) tryPersist(rd *raft.Ready, now int64) error {
	if !raft.IsEmptySnap(rd.Snapshot) {
		if err := n.st.install(rd.Snapshot); err != nil {
			return err
		}
		n.hw = n.st.snap.offset
	}
	if !raft.IsEmptyHardState(rd.HardState) {
		if err := n.st.saveElection(electionState{epoch: int32(rd.HardState.GetTerm()), vote: rd.HardState.GetVote()}); err != nil {
			return err
		}
	}
	if len(rd.Entries) == 0 {
		return nil
	}
	err := n.append(rd.Entries, now)
	if isNoSpace(err) {
		return errors.Join(ErrNoSpace, err)
	}
	return err
}

// append writes entries behind those that stay, and syncs.
func (n *Node) append(entries []*pb.Entry, now int64) error {
	if first := entries[0].GetIndex(); first <= n.st.lastIndex() {
		cut := n.st.endOf(first - 1)
		if cut < n.hw {
			return fmt.Errorf("quorum: truncation to offset %d below the high watermark %d", cut, n.hw) // M8
		}
		if err := n.st.log.truncate(cut); err != nil {
			return err
		}
	}
	end := n.st.log.endOffset()
	batches := make([]record.Batch, 0, len(entries))
	for _, e := range entries {
		b, err := n.batchOf(e, end, now)
		if err != nil {
			return err
		}
		batches = append(batches, b)
		end = b.NextOffset()
	}
	if err := n.st.log.append(batches); err != nil {
		return err
	}
	if err := n.st.log.sync(); err != nil {
		return err
	}
	if n.next < end {
		n.next = end
	}
	return nil
}

// batchOf returns the batch that an entry stands for. raft's empty entry, which only the leader it makes has, becomes the
// LeaderChange batch; other voters get that instead.
func (n *Node) batchOf(e *pb.Entry, end int64, now int64) (record.Batch, error) {
	if data := e.GetData(); len(data) > 0 {
		b, rest, err := record.Next(data)
		if err != nil || len(rest) > 0 || b.BaseOffset() != end || uint64(b.LeaderEpoch()) != e.GetTerm() || b.ComputeCRC() != b.CRC() {
			return nil, fmt.Errorf("quorum: entry %d of term %d is no batch for offset %d", e.GetIndex(), e.GetTerm(), end)
		}
		return b, nil
	}
	status := n.rn.BasicStatus()
	if status.RaftState != raft.StateLeader || status.GetTerm() != e.GetTerm() {
		return nil, fmt.Errorf("quorum: an empty entry %d of term %d came from another node", e.GetIndex(), e.GetTerm())
	}
	n.grant(e.GetTerm(), n.cfg.Self)
	b := leaderChange(end, int32(e.GetTerm()), now, n.st.kraftVersion, n.cfg.Self.ID, n.st.voters, sortVoters(n.granted))
	n.epochStart, n.next = end, b.NextOffset()
	n.lead = Leadership{Epoch: int32(e.GetTerm()), Leader: n.cfg.Self.ID}
	return b, nil
}

func (n *Node) commit(rd *raft.Ready) {
	if k := len(rd.CommittedEntries); k > 0 {
		n.hw = max(n.hw, n.st.endOf(rd.CommittedEntries[k-1].GetIndex()))
	}
}

// send queues messages. Where raft sends its empty entry, the LeaderChange batch that stands for it in the log is sent.
func (n *Node) send(messages []*pb.Message) {
	for _, m := range messages {
		for i, e := range m.GetEntries() {
			if len(e.GetData()) > 0 {
				continue
			}
			stored, err := n.st.Entries(e.GetIndex(), e.GetIndex()+1, 0)
			if err != nil {
				m = nil // truncated meanwhile: the message is void, and may be lost like any other
				break
			}
			entries := slices.Clone(m.GetEntries()) // raft's own array stays as it is
			entries[i] = stored[0]
			m.Entries = entries
		}
		if m != nil {
			n.out = append(n.out, m)
		}
	}
}

// observe notes who leads.
func (n *Node) observe() {
	status := n.rn.BasicStatus()
	leader := int32(-1)
	if v, ok := voterByRaftID(n.st.voters, status.Lead); ok {
		leader = v.ID
	}
	self := status.RaftState == raft.StateLeader
	if !self {
		n.epochStart = -1
	}
	n.lead = Leadership{Epoch: int32(status.GetTerm()), Leader: leader}
	if self && n.epochStart >= 0 && n.hw > n.epochStart {
		n.lead.Active, n.lead.Next = true, n.next
	}
}

// Leadership returns who leads, as of the last Process.
func (n *Node) Leadership() Leadership { return n.lead }

// HighWatermark returns the offset below which everything is committed.
func (n *Node) HighWatermark() int64 { return n.hw }

// EndOffset returns the offset behind the last batch, committed or not.
func (n *Node) EndOffset() int64 { return n.st.log.endOffset() }

// SyncedOffset returns the offset below which everything survives a power cut.
func (n *Node) SyncedOffset() int64 { return n.st.log.syncedOffset() }

// StartOffset returns the log's first offset.
func (n *Node) StartOffset() int64 { return n.st.log.startOffset() }

// Voters returns the voters, sorted. Read only.
func (n *Node) Voters() []Voter { return n.st.voters }

// KRaftVersion returns the level of kraft.version that the newest snapshot tells.
func (n *Node) KRaftVersion() int16 { return n.st.kraftVersion }

// NewestSnapshot returns the id of the newest snapshot; the zero id when there is none, or only the one that a storage
// directory is formatted with.
func (n *Node) NewestSnapshot() SnapshotID { return n.st.snap.id() }

// Close lets go of the files.
func (n *Node) Close() { n.st.log.close() }

package sim

import (
	"bytes"
	"errors"
	"fmt"

	pb "go.etcd.io/raft/v3/raftpb"

	"github.com/kbroker/kbroker/protocol/record"
)

// checker holds what must be true of the whole cluster, and remembers what crashed nodes forget.
type checker struct {
	c         *Cluster
	leaders   map[int32]int32        // M1: epoch -> node
	reigns    map[int32]reign        // M7: epoch -> who led it
	votes     map[vote]uint64        // M3: (node, epoch) -> candidate
	committed map[int64]record.Batch // M5: base offset -> batch, everything that any node called committed
	hw        int64                  // M4: the highest of them
	active    map[int32]bool         // epochs whose leader has been seen active
}

type vote struct {
	node int32
	term uint64
}

type reign struct {
	node        int32
	incarnation int
}

func newChecker(c *Cluster) checker {
	return checker{c: c, leaders: map[int32]int32{}, reigns: map[int32]reign{}, votes: map[vote]uint64{},
		committed: map[int64]record.Batch{}, active: map[int32]bool{}}
}

// started checks what a node has kept across its crash.
func (k *checker) started(m *member) error {
	if got := m.node.Leadership().Epoch; got < m.epoch {
		return fmt.Errorf("M2: node %d was in epoch %d and starts in %d", m.voter.ID, m.epoch, got)
	}
	if got := m.node.EndOffset(); got < m.synced {
		return fmt.Errorf("M6: node %d had synced up to %d and starts with %d", m.voter.ID, m.synced, got)
	}
	m.hw = m.node.HighWatermark()
	return nil
}

// sent checks the votes that a node gives away.
func (k *checker) sent(m *member, msg *pb.Message) error {
	candidate := uint64(0)
	switch {
	case msg.GetType() == pb.MsgVote:
		candidate = msg.GetFrom()
	case msg.GetType() == pb.MsgVoteResp && !msg.GetReject():
		candidate = msg.GetTo()
	default:
		return nil
	}
	key := vote{m.voter.ID, msg.GetTerm()}
	if before, ok := k.votes[key]; ok && before != candidate {
		return fmt.Errorf("M3: node %d votes twice in epoch %d", m.voter.ID, msg.GetTerm())
	}
	k.votes[key] = candidate
	return nil
}

func (k *checker) check() error {
	for _, m := range k.c.members {
		if m.node == nil {
			continue
		}
		if err := errors.Join(k.leadership(m), k.log(m)); err != nil {
			return err
		}
		m.synced, m.epoch = m.node.SyncedOffset(), m.node.Leadership().Epoch
	}
	return nil
}

func (k *checker) leadership(m *member) error {
	lead := m.node.Leadership()
	if lead.Epoch < m.epoch {
		return fmt.Errorf("M2: node %d goes from epoch %d to %d", m.voter.ID, m.epoch, lead.Epoch)
	}
	if lead.Leader < 0 {
		return nil
	}
	if known, ok := k.leaders[lead.Epoch]; ok && known != lead.Leader {
		return fmt.Errorf("M1: epoch %d is led by %d and by %d", lead.Epoch, known, lead.Leader)
	}
	k.leaders[lead.Epoch] = lead.Leader
	if !lead.Active {
		return nil
	}
	me := reign{m.voter.ID, m.incarnation}
	if before, ok := k.reigns[lead.Epoch]; ok && before != me {
		return fmt.Errorf("M7: %+v leads epoch %d, which %+v led", me, lead.Epoch, before)
	}
	k.reigns[lead.Epoch] = me
	if !k.active[lead.Epoch] && m.node.HighWatermark() < k.hw {
		return fmt.Errorf("M4: epoch %d begins with high watermark %d, %d was committed", lead.Epoch, m.node.HighWatermark(), k.hw)
	}
	k.active[lead.Epoch] = true
	return nil
}

func (k *checker) log(m *member) error {
	hw := m.node.HighWatermark()
	snap := m.node.NewestSnapshot()
	switch {
	case hw < m.hw:
		return fmt.Errorf("M4: the high watermark of node %d goes from %d to %d", m.voter.ID, m.hw, hw)
	case m.node.EndOffset() < hw:
		return fmt.Errorf("M8: the log of node %d ends at %d, below its high watermark %d", m.voter.ID, m.node.EndOffset(), hw)
	case m.node.SyncedOffset() < hw:
		return fmt.Errorf("M6: node %d calls %d committed and has synced %d", m.voter.ID, hw, m.node.SyncedOffset())
	case m.node.StartOffset() > snap.Offset || snap.Offset > hw:
		return fmt.Errorf("M10: node %d: log start %d, snapshot %d, high watermark %d", m.voter.ID, m.node.StartOffset(), snap.Offset, hw)
	}
	if err := k.sameBytes(m, max(m.hw, m.node.StartOffset()), hw); err != nil {
		return err
	}
	m.hw = hw
	if hw <= k.hw {
		return nil
	}
	k.hw = hw
	return k.majority(hw)
}

// sameBytes compares what a node newly calls committed with what others do (M5).
func (k *checker) sameBytes(m *member, from, to int64) error {
	for from < to {
		batches, err := m.node.Read(from, 1<<20)
		if err != nil || len(batches) == 0 {
			return fmt.Errorf("node %d cannot read offset %d of %d: %w", m.voter.ID, from, to, err)
		}
		for _, b := range batches {
			known, ok := k.committed[b.BaseOffset()]
			if ok && !bytes.Equal(known, b) {
				return fmt.Errorf("M5: node %d has other bytes at offset %d", m.voter.ID, b.BaseOffset())
			}
			if !ok {
				k.committed[b.BaseOffset()] = bytes.Clone(b)
			}
			from = b.NextOffset()
		}
	}
	return nil
}

// majority checks that most disks hold what was just committed; the disk of a crashed node counts with what it synced.
func (k *checker) majority(hw int64) error {
	have := 0
	for _, m := range k.c.members {
		synced := m.synced
		if m.node != nil {
			synced = m.node.SyncedOffset()
		}
		if synced >= hw {
			have++
		}
	}
	if have <= len(k.c.members)/2 {
		return fmt.Errorf("M6: offset %d is committed, %d of %d disks have it", hw, have, len(k.c.members))
	}
	return nil
}

// Committed returns how many offsets have been committed.
func (c *Cluster) Committed() int64 { return c.checker.hw }

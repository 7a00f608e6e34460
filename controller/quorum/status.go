package quorum

import (
	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/tracker"
)

// Status is the quorum as a node sees it, for DescribeQuorum.
type Status struct {
	Leadership    Leadership
	HighWatermark int64
	EndOffset     int64
	Voters        []VoterStatus // sorted by node id
}

// VoterStatus is one voter as the leader sees it.
type VoterStatus struct {
	Voter     Voter
	EndOffset int64 // how far its log is known to be the leader's; -1 when this node does not lead
}

// Status returns the quorum's state.
func (n *Node) Status() Status {
	s := Status{Leadership: n.lead, HighWatermark: n.hw, EndOffset: n.EndOffset()}
	match := map[uint64]uint64{}
	if n.rn.BasicStatus().RaftState == raft.StateLeader {
		n.rn.WithProgress(func(id uint64, _ raft.ProgressType, pr tracker.Progress) { match[id] = pr.Match })
	}
	for _, v := range n.st.voters {
		row := VoterStatus{Voter: v, EndOffset: -1}
		if m, ok := match[v.RaftID()]; ok {
			row.EndOffset = n.st.endOf(min(m, n.st.lastIndex()))
		}
		s.Voters = append(s.Voters, row)
	}
	return s
}

// Status returns the quorum's state.
func (d *Driver) Status() (s Status, err error) {
	err = d.call(func(n *Node) { s = n.Status() })
	return s, err
}

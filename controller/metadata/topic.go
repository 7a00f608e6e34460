package metadata

import "slices"

// Topic is one incarnation of a name: a topic that is deleted and created again has another id (trap T33).
// Immutable once it is reachable from an Image.
type Topic struct {
	Name       string
	ID         UUID
	Partitions []*Partition // index = partition id
}

// Partition returns partition id, nil when there is none.
func (t *Topic) Partition(id int32) *Partition {
	if t == nil || id < 0 || int(id) >= len(t.Partitions) {
		return nil
	}
	return t.Partitions[id]
}

// NoLeader is the leader of a partition that has none.
const NoLeader int32 = -1

// Leader recovery states (KIP-704).
const (
	LeaderRecovered  int8 = 0
	LeaderRecovering int8 = 1 // the leader was elected uncleanly and has not finished recovering
)

// Partition is the registration of one partition. Immutable once it is reachable from an Image; its slices are read by
// many goroutines and must not be written.
//
//	Leader is in ISR, or NoLeader                                      (M20)
//	ISR, ELR and LastKnownELR are disjoint subsets of Replicas
//	AddingReplicas and RemovingReplicas are subsets of Replicas
//	len(Directories) == len(Replicas)
//	LeaderEpoch grows only together with PartitionEpoch                (M19)
type Partition struct {
	Replicas         []int32
	Directories      []UUID // directory of Replicas[i], DirUnassigned when unknown
	ISR              []int32
	ELR              []int32 // eligible leader replicas (KIP-966)
	LastKnownELR     []int32
	AddingReplicas   []int32
	RemovingReplicas []int32
	Leader           int32 // NoLeader when nobody leads
	LeaderEpoch      int32 // grows with each change of leader
	PartitionEpoch   int32 // grows by one with each change of this value
	RecoveryState    int8  // LeaderRecovered or LeaderRecovering
}

// Directory returns the directory id of broker's replica, DirUnassigned when it has none.
func (p *Partition) Directory(broker int32) UUID {
	if i := slices.Index(p.Replicas, broker); i >= 0 && i < len(p.Directories) {
		return p.Directories[i]
	}
	return DirUnassigned
}

// HasReplica reports whether broker holds, or shall hold, a replica.
func (p *Partition) HasReplica(broker int32) bool { return slices.Contains(p.Replicas, broker) }

// Equal reports whether p and q say the same.
func (p *Partition) Equal(q *Partition) bool {
	if p == nil || q == nil {
		return p == q
	}
	return p.Leader == q.Leader && p.LeaderEpoch == q.LeaderEpoch && p.PartitionEpoch == q.PartitionEpoch &&
		p.RecoveryState == q.RecoveryState &&
		slices.Equal(p.Replicas, q.Replicas) && slices.Equal(p.Directories, q.Directories) &&
		slices.Equal(p.ISR, q.ISR) && slices.Equal(p.ELR, q.ELR) && slices.Equal(p.LastKnownELR, q.LastKnownELR) &&
		slices.Equal(p.AddingReplicas, q.AddingReplicas) && slices.Equal(p.RemovingReplicas, q.RemovingReplicas)
}

// PreferredLeader is the replica that leads when nothing stands against it: the first one.
func (p *Partition) PreferredLeader() int32 {
	if len(p.Replicas) == 0 {
		return NoLeader
	}
	return p.Replicas[0]
}

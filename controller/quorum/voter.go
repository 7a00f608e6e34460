package quorum

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Endpoint is where a voter's controller listener is reached.
type Endpoint struct {
	Name string // listener name
	Host string
	Port uint16
}

// A Voter is a member of the quorum. A disk that was replaced has another directory id, and so is another voter (M13).
type Voter struct {
	ID          int32 // node.id
	DirectoryID [16]byte
	Endpoints   []Endpoint
}

// RaftID is the voter's number in etcd raft: a hash of node id and directory id, never 0, never used again for another
// disk. It does not touch 1<<63 and above, where raft keeps numbers of its own.
func (v Voter) RaftID() uint64 {
	h := sha256.New()
	_ = binary.Write(h, binary.BigEndian, v.ID)
	h.Write(v.DirectoryID[:])
	id := binary.BigEndian.Uint64(h.Sum(nil)) >> 1
	return max(id, 1)
}

// same reports whether v and w are the same member.
func (v Voter) same(w Voter) bool { return v.ID == w.ID && v.DirectoryID == w.DirectoryID }

// sortVoters orders voters by node id, then directory: the same set is the same list on every node.
func sortVoters(vs []Voter) []Voter {
	return slices.SortedFunc(slices.Values(vs), func(a, b Voter) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), slices.Compare(a.DirectoryID[:], b.DirectoryID[:]))
	})
}

func voterByRaftID(vs []Voter, id uint64) (Voter, bool) {
	for _, v := range vs {
		if v.RaftID() == id {
			return v, true
		}
	}
	return Voter{}, false
}

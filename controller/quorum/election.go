package quorum

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record/control"
)

const stateFile = "quorum-state"

// electionState is what a node must not forget about elections: the epoch it is in (M2) and whom it voted for (M3).
type electionState struct {
	epoch int32
	vote  uint64 // raft id, 0 when no vote was given in epoch
}

// saveElection writes Kafka's quorum-state file, data version 1. kbroker writes no leader: who leads is learned anew after
// a restart (M7).
func saveElection(fsys vfs.FS, dir string, s electionState, voters []Voter) error {
	q := control.QuorumState{Version: 1, LeaderID: -1, LeaderEpoch: s.epoch, VotedID: -1}
	voted, ok := voterByRaftID(voters, s.vote)
	switch {
	case ok:
		q.VotedID, q.VotedDirectoryID = voted.ID, voted.DirectoryID
	case s.vote != 0:
		return fmt.Errorf("quorum: a vote for raft id %x, which is no voter", s.vote)
	}
	text, err := q.MarshalText()
	if err != nil {
		return err
	}
	return writeAtomic(fsys, dir, stateFile, text)
}

func loadElection(fsys vfs.FS, dir string, voters []Voter) (electionState, error) {
	path := filepath.Join(dir, stateFile)
	b, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return electionState{}, nil
	}
	if err != nil {
		return electionState{}, err
	}
	q, err := control.ParseQuorumState(b)
	if err == nil && q.LeaderEpoch < 0 {
		err = fmt.Errorf("leaderEpoch %d is negative", q.LeaderEpoch)
	}
	if err != nil {
		return electionState{}, fmt.Errorf("quorum: %s: %w", path, err)
	}
	s := electionState{epoch: q.LeaderEpoch}
	who := q.VotedID
	if who < 0 {
		who = q.LeaderID
	}
	if who >= 0 {
		s.vote = voteFor(who, q.VotedDirectoryID, voters)
	}
	return s, nil
}

// unknownVoter stands for a voter that is none any more. It still took this epoch's vote, so that no second one is given (M3).
const unknownVoter = math.MaxInt64

// voteFor finds the voter that a vote, or the acceptance of a leader, was given to.
func voteFor(id int32, dir [16]byte, voters []Voter) uint64 {
	for _, v := range voters {
		if v.ID == id && (dir == [16]byte{} || v.DirectoryID == dir) {
			return v.RaftID()
		}
	}
	return unknownVoter
}

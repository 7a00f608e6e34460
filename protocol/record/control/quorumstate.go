package control

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// MaxQuorumStateSize bounds the text of a quorum-state file; version 0 names the voters, some forty bytes each.
const MaxQuorumStateSize = 64 << 10

// A QuorumState is what a member of the metadata quorum must not forget: the file quorum-state in the directory of the metadata
// log, one line of JSON. Kafka writes version 0 while kraft.version is 0 and version 1 from kraft.version 1 on.
//
//	{"leaderId":1,"leaderEpoch":4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
//
// LeaderID >= 0 and VotedID >= 0 exclude each other in what Kafka writes before 4.0.
type QuorumState struct {
	Version          int16 // data_version, 0 or 1
	LeaderID         int32 // -1 for none
	LeaderEpoch      int32
	VotedID          int32    // -1 for none
	VotedDirectoryID [16]byte // version 1

	// Version 0 only.
	ClusterID     string
	AppliedOffset int64
	CurrentVoters []int32 // nil is null
}

type quorumStateV0 struct {
	ClusterID     string        `json:"clusterId"`
	LeaderID      int32         `json:"leaderId"`
	LeaderEpoch   int32         `json:"leaderEpoch"`
	VotedID       int32         `json:"votedId"`
	AppliedOffset int64         `json:"appliedOffset"`
	CurrentVoters []quorumVoter `json:"currentVoters"`
	DataVersion   int16         `json:"data_version"`
}

type quorumVoter struct {
	VoterID int32 `json:"voterId"`
}

type quorumStateV1 struct {
	LeaderID         int32  `json:"leaderId"`
	LeaderEpoch      int32  `json:"leaderEpoch"`
	VotedID          int32  `json:"votedId"`
	VotedDirectoryID string `json:"votedDirectoryId"`
	DataVersion      int16  `json:"data_version"`
}

// MarshalText is the content of the file, byte for byte as Kafka writes it, without a line end. The version must be 0 or 1.
func (s QuorumState) MarshalText() ([]byte, error) {
	switch s.Version {
	case 0:
		v := quorumStateV0{s.ClusterID, s.LeaderID, s.LeaderEpoch, s.VotedID, s.AppliedOffset, nil, 0}
		if s.CurrentVoters != nil {
			v.CurrentVoters = make([]quorumVoter, len(s.CurrentVoters))
			for i, id := range s.CurrentVoters {
				v.CurrentVoters[i].VoterID = id
			}
		}
		return json.Marshal(v)
	case 1:
		id := base64.RawURLEncoding.EncodeToString(s.VotedDirectoryID[:])
		return json.Marshal(quorumStateV1{s.LeaderID, s.LeaderEpoch, s.VotedID, id, 1})
	}
	return nil, fmt.Errorf("quorum-state: data_version %d is not between 0 and 1", s.Version)
}

// quorumFile has pointers for what must not be missing.
type quorumFile struct {
	DataVersion      *int16         `json:"data_version"`
	ClusterID        *string        `json:"clusterId"`
	LeaderID         *int32         `json:"leaderId"`
	LeaderEpoch      *int32         `json:"leaderEpoch"`
	VotedID          *int32         `json:"votedId"`
	VotedDirectoryID *string        `json:"votedDirectoryId"`
	AppliedOffset    *int64         `json:"appliedOffset"`
	CurrentVoters    *[]quorumVoter `json:"currentVoters"`
}

// ParseQuorumState reads the content of a quorum-state file. A field of the version that is missing is an error, as in Kafka.
func ParseQuorumState(text []byte) (QuorumState, error) {
	if len(text) > MaxQuorumStateSize {
		return QuorumState{}, fmt.Errorf("quorum-state: %d bytes, more than %d", len(text), MaxQuorumStateSize)
	}
	var f quorumFile
	if err := json.Unmarshal(text, &f); err != nil {
		return QuorumState{}, fmt.Errorf("quorum-state: %w", err)
	}
	s, err := f.state()
	if err != nil {
		return QuorumState{}, fmt.Errorf("quorum-state: %w", err)
	}
	return s, nil
}

func (f *quorumFile) state() (s QuorumState, err error) {
	if f.DataVersion == nil {
		return s, fmt.Errorf("data_version is missing")
	}
	if s.Version = *f.DataVersion; s.Version < 0 || s.Version > 1 {
		return s, fmt.Errorf("data_version %d is not between 0 and 1", s.Version)
	}
	if f.LeaderID == nil || f.LeaderEpoch == nil || f.VotedID == nil {
		return s, fmt.Errorf("leaderId, leaderEpoch or votedId is missing")
	}
	s.LeaderID, s.LeaderEpoch, s.VotedID = *f.LeaderID, *f.LeaderEpoch, *f.VotedID
	if s.Version == 1 {
		return s, f.votedDirectory(&s)
	}
	if f.ClusterID == nil || f.AppliedOffset == nil {
		return s, fmt.Errorf("clusterId or appliedOffset is missing")
	}
	s.ClusterID, s.AppliedOffset = *f.ClusterID, *f.AppliedOffset
	if f.CurrentVoters != nil {
		s.CurrentVoters = []int32{}
		for _, v := range *f.CurrentVoters {
			s.CurrentVoters = append(s.CurrentVoters, v.VoterID)
		}
	}
	return s, nil
}

func (f *quorumFile) votedDirectory(s *QuorumState) error {
	if f.VotedDirectoryID == nil {
		return fmt.Errorf("votedDirectoryId is missing")
	}
	b, err := base64.RawURLEncoding.DecodeString(*f.VotedDirectoryID)
	if err != nil || len(b) != len(s.VotedDirectoryID) {
		return fmt.Errorf("votedDirectoryId %q is not an id", *f.VotedDirectoryID)
	}
	copy(s.VotedDirectoryID[:], b)
	return nil
}

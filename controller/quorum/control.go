package quorum

import (
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/kbroker/kbroker/protocol/record/control"
)

// A controlRecord is what stands in a control batch of the metadata log.
type controlRecord struct {
	kind    control.Type
	message interface {
		AppendTo(dst []byte, version int16) []byte
	}
	version int16
}

// controlBatch builds a control batch that begins at offset base.
func controlBatch(base int64, epoch int32, ts int64, recs ...controlRecord) record.Batch {
	opt := record.NewBuilderOptions()
	opt.BaseOffset, opt.LeaderEpoch, opt.Control = base, epoch, true
	b := record.NewBuilder(opt)
	for _, r := range recs {
		b.Append(ts, r.kind.Key(), r.message.AppendTo(nil, r.version))
	}
	return b.Build()
}

// voterRecords tells kraft.version and, from level 1 on, the voters; nothing at level 0, where the configuration does.
func voterRecords(kraftVersion int16, voters []Voter) []controlRecord {
	if kraftVersion < 1 {
		return nil
	}
	v := control.NewKRaftVersion()
	v.KRaftVersion = kraftVersion
	return []controlRecord{{control.KRaftVersionType, v, 0}, votersRecord(voters)}
}

// leaderChange builds the first batch of a leader's epoch, which is raft's empty entry. As in Kafka the first batch of the
// log also tells the voters, so that the log can be read without the checkpoint that it was formatted with. The record is of
// version 0 whatever kraft.version: Kafka writes no other, and reads each as if it were of that version.
func leaderChange(base int64, epoch int32, ts int64, kraftVersion int16, leader int32, voters, granting []Voter) record.Batch {
	m := control.NewLeaderChange()
	m.LeaderID = leader
	m.Voters, m.GrantingVoters = leaderChangeVoters(voters), leaderChangeVoters(granting)
	recs := []controlRecord{{control.LeaderChangeType, m, 0}}
	if base == 0 {
		recs = append(recs, voterRecords(kraftVersion, voters)...)
	}
	return controlBatch(base, epoch, ts, recs...)
}

func leaderChangeVoters(vs []Voter) []control.LeaderChangeVoter {
	out := make([]control.LeaderChangeVoter, len(vs))
	for i, v := range vs {
		out[i] = control.LeaderChangeVoter{VoterID: v.ID}
	}
	return out
}

// votersRecord is the control record that tells who the voters are.
func votersRecord(vs []Voter) controlRecord {
	m := control.NewVoters()
	for _, v := range vs {
		row := control.VotersVoter{VoterID: v.ID, VoterDirectoryID: v.DirectoryID}
		row.KRaftVersionFeature.MaxSupportedVersion = MaxKRaftVersion
		for _, e := range v.Endpoints {
			row.Endpoints = append(row.Endpoints, control.VotersEndpoint(e))
		}
		m.Voters = append(m.Voters, row)
	}
	return controlRecord{control.VotersType, m, 0}
}

func votersOf(m *control.Voters) []Voter {
	out := make([]Voter, len(m.Voters))
	for i, v := range m.Voters {
		out[i] = Voter{ID: v.VoterID, DirectoryID: v.VoterDirectoryID}
		for _, e := range v.Endpoints {
			out[i].Endpoints = append(out[i].Endpoints, Endpoint(e))
		}
	}
	return sortVoters(out)
}

// MaxKRaftVersion is the level of kraft.version that this quorum can run: 1 keeps the voters in the log.
const MaxKRaftVersion int16 = 1

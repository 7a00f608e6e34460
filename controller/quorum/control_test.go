package quorum

import (
	"testing"

	"github.com/kbroker/kbroker/protocol/record/control"
)

// TestLeaderChangeIsReadByKafka: Kafka reads every LeaderChange record as version 0, and dumps of its own logs show no other.
func TestLeaderChangeIsReadByKafka(t *testing.T) {
	self := Voter{ID: 7, DirectoryID: [16]byte{1, 2, 3}}
	reader, err := leaderChange(0, 1, 5, MaxKRaftVersion, 7, []Voter{self}, []Voter{self}).NewReader(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	r, ok := reader.Next()
	if !ok {
		t.Fatal(reader.Err())
	}
	var m control.LeaderChange
	if err := m.ReadFrom(r.Value, 0); err != nil || m.Version != 0 || m.LeaderID != 7 || len(m.Voters) != 1 || m.Voters[0].VoterID != 7 || len(r.Value) != 19 {
		t.Errorf("%+v, %d bytes: %v", m, len(r.Value), err)
	}
}

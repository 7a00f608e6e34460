package metadata

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbroker/kbroker/protocol/metarec"
)

// history draws records that a controller could write, each fit for the world that the ones before make.
type history struct {
	t    *rapid.T
	img  *Image
	recs []metarec.Record
	id   byte
}

func (h *history) write(rec metarec.Record) {
	d := NewDelta(h.img)
	if err := d.Replay(copyRecord(rec)); err != nil {
		h.t.Fatalf("the generator wrote a record that does not fit: %v", err)
	}
	h.recs = append(h.recs, rec)
	h.img = d.Apply(int64(len(h.recs)-1), 1)
}

// copyRecord takes a record through its encoding, as the log does.
func copyRecord(rec metarec.Record) metarec.Record {
	out, _, err := metarec.Unmarshal(metarec.Marshal(nil, rec, rec.MaxVersion()))
	if err != nil {
		panic(err)
	}
	return out
}

func (h *history) newID() UUID { h.id++; return UUID{h.id, 7} }

func draw[T any](t *rapid.T, from []T) T { return from[rapid.IntRange(0, len(from)-1).Draw(t, "pick")] }

func text(s string) *string { return &s }

func (h *history) step() {
	topics := h.img.Topics()
	names := []string{"a", "b", "c", "d"}
	replicas := rapid.SliceOfNDistinct(rapid.Int32Range(0, 4), 1, 3, rapid.ID[int32]).Draw(h.t, "replicas")
	switch kind := rapid.IntRange(0, 15).Draw(h.t, "kind"); {
	case kind <= 1:
		if name := draw(h.t, names); h.img.Topic(name) == nil {
			h.write(&metarec.Topic{Name: name, TopicID: h.newID()})
		}
	case kind <= 3 && len(topics) > 0:
		t := draw(h.t, topics)
		h.write((&Partition{Replicas: replicas, Directories: make([]UUID, len(replicas)), ISR: replicas, Leader: replicas[0]}).Record(t.ID, int32(len(t.Partitions))))
	case kind <= 6 && len(topics) > 0:
		h.changePartition(draw(h.t, topics), replicas)
	case kind == 7 && len(topics) > 0 && rapid.Bool().Draw(h.t, "remove"):
		h.write(&metarec.RemoveTopic{TopicID: draw(h.t, topics).ID})
	case kind == 8:
		r := draw(h.t, []Resource{{ResourceTopic, "a"}, {ResourceBroker, "1"}, {ResourceBroker, ""}, {ResourceGroup, "g"}})
		h.write(&metarec.Config{ResourceType: int8(r.Type), ResourceName: r.Name, Name: draw(h.t, names), Value: draw(h.t, []*string{nil, text(""), text("v")})})
	case kind == 9:
		h.write(&metarec.FeatureLevel{Name: draw(h.t, []string{MetadataVersionFeature, "x.version"}), FeatureLevel: int16(rapid.IntRange(0, 3).Draw(h.t, "level"))})
	case kind <= 11:
		h.broker(rapid.Int32Range(0, 3).Draw(h.t, "broker"))
	case kind == 12:
		h.write(&metarec.ClientQuota{Entity: draw(h.t, [][]metarec.EntityData{{{EntityType: "user"}}, {{EntityType: "user", EntityName: text("u")}, {EntityType: "client-id", EntityName: text("")}}}),
			Key: draw(h.t, names), Value: 1.5, Remove: rapid.Bool().Draw(h.t, "remove")})
	case kind == 13:
		h.write(&metarec.ProducerIDs{BrokerID: 1, BrokerEpoch: 2, NextProducerID: int64(len(h.recs)+1) * 1000})
	case kind == 14:
		h.security()
	default:
		name := ""
		if len(topics) > 0 && rapid.Bool().Draw(h.t, "one") {
			name = draw(h.t, topics).Name
		}
		h.write(&metarec.ClearELR{TopicName: name})
	}
}

func (h *history) changePartition(t *Topic, replicas []int32) {
	if len(t.Partitions) == 0 {
		return
	}
	r := metarec.NewPartitionChange()
	r.TopicID, r.PartitionID = t.ID, int32(rapid.IntRange(0, len(t.Partitions)-1).Draw(h.t, "partition"))
	switch rapid.IntRange(0, 4).Draw(h.t, "change") {
	case 0:
		r.ISR, r.EligibleLeaderReplicas, r.LastKnownELR = []int32{}, replicas, replicas[:1]
	case 1:
		r.Leader = draw(h.t, []int32{NoLeader, replicas[0]})
	case 2:
		r.Replicas, r.AddingReplicas, r.RemovingReplicas = replicas, replicas[:1], []int32{}
	case 3:
		r.LeaderRecoveryState = LeaderRecovering
	case 4:
		r.Replicas, r.Directories = replicas, slices.Repeat([]UUID{{9}}, len(replicas))
	}
	h.write(r)
}

func (h *history) broker(id int32) {
	b := h.img.Broker(id)
	if b == nil || rapid.Bool().Draw(h.t, "again") {
		r := metarec.NewRegisterBroker()
		r.BrokerID, r.BrokerEpoch, r.IncarnationID = id, int64(len(h.recs)), h.newID()
		r.EndPoints = []metarec.BrokerEndpoint{{Name: "PLAINTEXT", Host: "h", Port: 9092}}
		r.Features = []metarec.BrokerFeature{{Name: "metadata.version", MinSupportedVersion: 7, MaxSupportedVersion: 33}}
		r.LogDirs = []UUID{{2}, {1}}
		r.Rack = draw(h.t, []*string{nil, text(""), text("r1")})
		h.write(r)
		return
	}
	change := metarec.NewBrokerRegistrationChange()
	change.BrokerID, change.BrokerEpoch = id, b.Epoch
	switch rapid.IntRange(0, 3).Draw(h.t, "change") {
	case 0:
		h.write(&metarec.UnregisterBroker{BrokerID: id, BrokerEpoch: b.Epoch})
	case 1:
		change.Fenced = draw(h.t, []int8{changeFence, changeUnfence})
		h.write(change)
	case 2:
		change.InControlledShutdown = 1
		h.write(change)
	case 3:
		change.LogDirs, change.CordonedLogDirs = []UUID{{4}}, []UUID{}
		h.write(change)
	}
}

func (h *history) security() {
	switch rapid.IntRange(0, 6).Draw(h.t, "what") {
	case 0:
		h.write(&metarec.AccessControlEntry{ID: h.newID(), ResourceType: 2, ResourceName: "a", PatternType: 3, Principal: "User:x", Host: "*", Operation: 3, PermissionType: 3})
	case 1:
		if acls := h.img.ACLs(); len(acls) > 0 {
			h.write(&metarec.RemoveAccessControlEntry{ID: draw(h.t, acls).ID})
		}
	case 2:
		h.write(&metarec.UserScramCredential{Name: "u", Mechanism: 1, Salt: []byte{1}, StoredKey: []byte{2}, ServerKey: []byte{3}, Iterations: 4096})
	case 3:
		h.write(&metarec.RemoveUserScramCredential{Name: "u", Mechanism: 1})
	case 4:
		h.write(&metarec.DelegationToken{Owner: "o", TokenID: "t", Renewers: []string{"r"}, IssueTimestamp: 1, MaxTimestamp: 2, ExpirationTimestamp: 3})
	case 5:
		h.write(&metarec.RemoveDelegationToken{TokenID: "t"})
	case 6:
		r := metarec.NewRegisterController()
		r.ControllerID, r.IncarnationID = 7, h.newID()
		h.write(r)
	}
}

// encoded is the whole image as bytes: two images are equal when these are.
func encoded(i *Image) []byte {
	var out []byte
	for rec := range i.Records() {
		out = metarec.Marshal(out, rec, rec.MaxVersion())
	}
	return out
}

// replayCut replays records in deltas of drawn sizes.
func replayCut(t *rapid.T, img *Image, recs []metarec.Record) *Image {
	for len(recs) > 0 {
		n := rapid.IntRange(1, len(recs)).Draw(t, "cut")
		d := NewDelta(img)
		for _, rec := range recs[:n] {
			if err := d.Replay(copyRecord(rec)); err != nil {
				t.Fatal(err)
			}
		}
		before := encoded(img)
		next := d.Apply(img.Offset()+int64(n), 1)
		if !bytes.Equal(before, encoded(img)) {
			t.Fatal("a delta changed the image it starts from")
		}
		img, recs = next, recs[n:]
	}
	return img
}

// TestInvM09: the image out of a snapshot and the records behind it equals the image out of all records, wherever the
// snapshot was taken and however the records are cut into deltas.
func TestInvM09SnapshotAndTailEqualFullLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, img: Empty}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			h.step()
		}
		at := rapid.IntRange(0, len(h.recs)).Draw(t, "snapshot at")
		prefix := replayCut(t, Empty, h.recs[:at])
		snap := NewDelta(Empty)
		for rec := range prefix.Records() {
			if err := snap.Replay(copyRecord(rec)); err != nil {
				t.Fatalf("snapshot: %v", err)
			}
		}
		got := replayCut(t, snap.Apply(prefix.Offset(), 1), h.recs[at:])
		if want := encoded(h.img); !bytes.Equal(encoded(got), want) {
			t.Fatalf("snapshot at %d of %d and its tail tell another world than the log", at, len(h.recs))
		}
		checkListing(t, got)
	})
}

func checkListing(t *rapid.T, img *Image) {
	if len(img.Topics()) != img.NumTopics() {
		t.Fatalf("%d topics listed, %d counted", len(img.Topics()), img.NumTopics())
	}
	for _, topic := range img.Topics() {
		if img.Topic(topic.Name) != topic || img.TopicByID(topic.ID) != topic {
			t.Fatal(fmt.Sprintf("topic %s is not the same by name and by id", topic.Name))
		}
	}
}

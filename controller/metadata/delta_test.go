package metadata

import (
	"testing"

	"github.com/kbroker/kbroker/protocol/metarec"
)

func apply(t *testing.T, base *Image, recs ...metarec.Record) (*Delta, *Image) {
	t.Helper()
	d := NewDelta(base)
	for _, rec := range recs {
		if err := d.Replay(rec); err != nil {
			t.Fatal(err)
		}
	}
	return d, d.Apply(base.Offset()+int64(len(recs)), 1)
}

func partition(topic UUID, id int32, leader int32, replicas ...int32) *metarec.Partition {
	return (&Partition{Replicas: replicas, ISR: replicas, Leader: leader, Directories: make([]UUID, len(replicas))}).Record(topic, id)
}

func TestTrap033RecreatedTopicIsDeletedAndCreated(t *testing.T) {
	old, id := UUID{1}, UUID{2}
	_, img := apply(t, Empty, &metarec.Topic{Name: "t", TopicID: old}, partition(old, 0, 1, 1, 2))
	d, img := apply(t, img, &metarec.RemoveTopic{TopicID: old}, &metarec.Topic{Name: "t", TopicID: id}, partition(id, 0, 2, 2))
	changes := d.TopicChanges()
	if len(changes) != 2 || changes[0].New != nil || changes[0].Old.ID != old || changes[1].Old != nil || changes[1].New.ID != id {
		t.Fatalf("changes %+v", changes)
	}
	if img.TopicByID(old) != nil || img.Topic("t").ID != id {
		t.Fatal("the old id still names a topic")
	}
	local := d.LocalChanges(1)
	if len(local.Delete) != 1 || local.Delete[0].TopicID != old || len(local.Lead)+len(local.Follow) != 0 {
		t.Fatalf("broker 1: %+v", local)
	}
	if local := d.LocalChanges(2); len(local.Delete) != 1 || len(local.Lead) != 1 || local.Lead[0].TopicID != id {
		t.Fatalf("broker 2: %+v", local)
	}
}

func TestRemovedTopicTakesItsConfigs(t *testing.T) {
	id, v := UUID{1}, "1"
	_, img := apply(t, Empty, &metarec.Topic{Name: "t", TopicID: id},
		&metarec.Config{ResourceType: int8(ResourceTopic), ResourceName: "t", Name: "retention.ms", Value: &v})
	d, img := apply(t, img, &metarec.RemoveTopic{TopicID: id})
	if img.Configs(Resource{ResourceTopic, "t"}) != nil || len(d.ConfigChanges()) != 1 {
		t.Fatal("the configs of a removed topic are still there")
	}
}

func TestInvM19PartitionEpochGrowsByOneAndLeaderEpochOnlyWithIt(t *testing.T) {
	old := &Partition{Replicas: []int32{1, 2}, ISR: []int32{1, 2}, Leader: 1, LeaderEpoch: 5, PartitionEpoch: 9}
	c := metarec.NewPartitionChange()
	c.ISR = []int32{1}
	if p := Merge(old, c); p.PartitionEpoch != 10 || p.LeaderEpoch != 5 || p.Leader != 1 {
		t.Fatalf("ISR change: %+v", p)
	}
	c.Leader = 1
	if p := Merge(old, c); p.PartitionEpoch != 10 || p.LeaderEpoch != 6 {
		t.Fatalf("leader named again: %+v", p)
	}
}

func TestRecordsThatDoNotFitAreRefused(t *testing.T) {
	id := UUID{1}
	_, img := apply(t, Empty, &metarec.Topic{Name: "t", TopicID: id})
	change := metarec.NewBrokerRegistrationChange()
	for _, rec := range []metarec.Record{
		&metarec.Topic{Name: "t", TopicID: UUID{3}},
		&metarec.Topic{Name: "u", TopicID: id},
		&metarec.RemoveTopic{TopicID: UUID{9}},
		partition(UUID{9}, 0, 1, 1),
		partition(id, -1, 1, 1),
		partition(id, maxPartitionID+1, 1, 1),
		&metarec.PartitionChange{TopicID: id, PartitionID: 4},
		&metarec.UnregisterBroker{BrokerID: 3},
		&metarec.FenceBroker{ID: 3},
		change,
		&metarec.RemoveAccessControlEntry{ID: id},
		&metarec.ClearELR{TopicName: "nowhere"},
	} {
		if err := NewDelta(img).Replay(rec); err == nil {
			t.Errorf("%T %+v was applied", rec, rec)
		}
	}
}

func TestTrap037CollidingNamesAreFound(t *testing.T) {
	_, img := apply(t, Empty, &metarec.Topic{Name: "a.b", TopicID: UUID{1}}, &metarec.Topic{Name: "ab", TopicID: UUID{2}})
	if other, ok := img.Colliding("a_b"); !ok || other != "a.b" {
		t.Fatalf("a_b collides with %q", other)
	}
	for _, name := range []string{"a.b", "ab", "a.c"} {
		if other, ok := img.Colliding(name); ok {
			t.Fatalf("%s collides with %s", name, other)
		}
	}
	_, img = apply(t, img, &metarec.RemoveTopic{TopicID: UUID{1}})
	if _, ok := img.Colliding("a_b"); ok {
		t.Fatal("a removed topic collides")
	}
}

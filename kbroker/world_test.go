package kbroker

import (
	"testing"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/replica"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/metarec"
)

// Requests see a topic when its replicas are there and lead, not before, and the replicas are made with the configs of the
// image that has the topic.
func TestTrap028WhatRequestsSeeCanBeUsed(t *testing.T) {
	cfg := logstore.DefaultConfig()
	store, err := logstore.Open(logstore.StoreConfig{FS: vfs.NewMem(), Dirs: []string{"data"}, ClusterID: "c", NodeID: 1, Default: cfg})
	if err != nil {
		t.Fatal(err)
	}
	store.Start()
	defer store.Close()
	n := &Node{world: newWorld()}
	opened, led := 0, 0
	n.replicas = replica.New(replica.Config{BrokerID: 1, Store: store,
		Topic: func(topic string) replica.TopicConfig {
			opened++
			if n.world.upcoming.Load().Topic(topic) == nil {
				t.Error("a replica is opened without the configs of its topic")
			}
			if n.world.Image().Topic(topic) != nil {
				t.Error("requests see a topic before its replica is open")
			}
			return replica.TopicConfig{Log: cfg, MinInSyncReplicas: 1}
		},
		OnLead: func(topic string, _, _ int32) {
			led++
			if n.world.Image().Topic(topic) != nil {
				t.Error("requests see a topic before its replica leads")
			}
		},
	})
	topic, p := metarec.NewTopic(), metarec.NewPartition()
	topic.Name, topic.TopicID = "t", metadata.UUID{1}
	p.PartitionID, p.TopicID, p.Replicas, p.ISR, p.Leader = 0, topic.TopicID, []int32{1}, []int32{1}, 1
	delta := metadata.NewDelta(metadata.Empty)
	for _, r := range []metarec.Record{topic, p} {
		if err := delta.Replay(r); err != nil {
			t.Fatal(err)
		}
	}
	img := delta.Apply(2, 1)
	for _, publisher := range n.publishers() {
		publisher.OnMetadata(delta, img)
	}
	if opened == 0 || led != 1 || n.world.Image() != img {
		t.Errorf("opened %d, led %d", opened, led)
	}
}

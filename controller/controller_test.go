package controller

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const testCluster = "ZWQxMjM0NTY3ODkwYWJjZA"

var testDirID = metadata.UUID{0xd1}

// rig is a controller on a disk in memory.
type rig struct {
	t    *testing.T
	disk vfs.FS
	*Controller
	steps int
	epoch int64 // of broker 1
}

func newDisk(t *testing.T) *vfs.Mem {
	t.Helper()
	disk := vfs.NewMem()
	if err := Format(disk, "/m", []quorum.Voter{{ID: 1, DirectoryID: testDirID}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(disk.SyncDir("/"), disk.SyncDir("/m")); err != nil {
		t.Fatal(err)
	}
	return disk
}

func start(t *testing.T, disk vfs.FS, tweak ...func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, disk: disk}
	last := metadata.Empty
	cfg := Config{FS: disk, Dir: "/m", ClusterID: testCluster, NodeID: 1, DirectoryID: testDirID, Incarnation: metadata.UUID{7},
		Endpoints: []metadata.Endpoint{{Name: "CONTROLLER", Host: "localhost", Port: 9093}}, Seed: 1,
		Publishers: []metadata.Publisher{metadata.PublisherFunc(func(d *metadata.Delta, img *metadata.Image) {
			if d.Base() != last {
				t.Errorf("a delta from offset %d behind the image at %d", d.Base().Offset(), last.Offset())
			}
			last = img
			r.steps++
		})},
		OnFatal: func(err error) { t.Errorf("fatal: %v", err) }}
	for _, f := range tweak {
		f(&cfg)
	}
	c, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Controller = c
	return r
}

func ask[R kmsg.Response](r *rig, req kmsg.Request) R {
	r.t.Helper()
	if req.GetVersion() == 0 {
		req.SetVersion(req.MaxVersion())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	resp, err := r.Handle(ctx, protocol.Anonymous, req)
	if err != nil {
		r.t.Fatalf("%T: %v", req, err)
	}
	return resp.(R)
}

// join registers broker 1 and unfences it.
func (r *rig) join(incarnation byte, previous int64) {
	r.t.Helper()
	reg := kmsg.NewPtrBrokerRegistrationRequest()
	reg.Version, reg.BrokerID, reg.ClusterID, reg.IncarnationID = 4, 1, testCluster, [16]byte{incarnation}
	reg.LogDirs, reg.PreviousBrokerEpoch = [][16]byte{{1, 1}}, previous
	reg.Listeners = []kmsg.BrokerRegistrationRequestListener{{Name: "PLAINTEXT", Host: "localhost", Port: 9092}}
	reg.Features = []kmsg.BrokerRegistrationRequestFeature{{Name: "metadata.version", MinSupportedVersion: 7, MaxSupportedVersion: 33}}
	resp := ask[*kmsg.BrokerRegistrationResponse](r, reg)
	if resp.ErrorCode != 0 {
		r.t.Fatalf("registration: %v", kerr.ErrorForCode(resp.ErrorCode))
	}
	r.epoch = resp.BrokerEpoch
	if hb := r.beat(); hb.IsFenced {
		r.t.Fatalf("the broker is still fenced: %+v", hb)
	}
}

func (r *rig) beat() *kmsg.BrokerHeartbeatResponse {
	r.t.Helper()
	hb := kmsg.NewPtrBrokerHeartbeatRequest()
	hb.Version, hb.BrokerID, hb.BrokerEpoch, hb.CurrentMetadataOffset = 1, 1, r.epoch, r.Image().Offset()
	return ask[*kmsg.BrokerHeartbeatResponse](r, hb)
}

func (r *rig) create(name string, partitions int32) *kmsg.CreateTopicsResponseTopic {
	r.t.Helper()
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Version = 7
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = name, partitions, 1
	req.Topics = append(req.Topics, t)
	return &ask[*kmsg.CreateTopicsResponse](r, req).Topics[0]
}

func TestTrap026CreatedTopicHasLeadersInTheImageOfWhoAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, newDisk(t))
		defer r.Close()
		r.join(1, -1)
		row := r.create("orders", 7)
		if row.ErrorCode != 0 {
			t.Fatalf("%v: %s", kerr.ErrorForCode(row.ErrorCode), *row.ErrorMessage)
		}
		topic := r.Image().Topic("orders")
		if topic == nil || topic.ID != row.TopicID || len(topic.Partitions) != 7 {
			t.Fatalf("the image holds %+v", topic)
		}
		for id, p := range topic.Partitions {
			if p.Leader != 1 || len(p.ISR) != 1 || p.LeaderEpoch != 0 || p.Directories[0] != (metadata.UUID{1, 1}) {
				t.Fatalf("partition %d: %+v", id, p)
			}
		}
		for name, level := range DefaultFeatures() {
			if got := r.Image().Feature(name); got != level {
				t.Errorf("%s is finalized at %d, want %d", name, got, level)
			}
		}
		if r.Image().KRaftVersion() != 1 || r.Image().Controller(1) == nil {
			t.Error("kraft.version or the controller's registration is missing")
		}
	})
}

// TestInvM06WhatWasAnsweredSurvivesAPowerCut cuts the power right behind each answer.
func TestInvM06WhatWasAnsweredSurvivesAPowerCut(t *testing.T) {
	disk := newDisk(t)
	want := map[string]metadata.UUID{}
	epoch := int64(-1)
	for round := range byte(6) {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, disk)
			defer r.Close()
			r.join(round+1, epoch)
			if r.epoch <= epoch {
				t.Fatalf("M15: broker epoch %d behind %d", r.epoch, epoch)
			}
			epoch = r.epoch
			for name, id := range want {
				topic := r.Image().Topic(name)
				if topic == nil || topic.ID != id || topic.Partitions[0].Leader != 1 {
					t.Fatalf("round %d: topic %s is %+v", round, name, topic)
				}
			}
			name := fmt.Sprint("t", round)
			want[name] = r.create(name, 2).TopicID
			disk = disk.Clone(vfs.PowerCut, nil)
		})
	}
}

func TestInvM25ProducerIDBlocksAreNeverHandedOutTwice(t *testing.T) {
	disk := newDisk(t)
	next := int64(0)
	for round := range byte(3) {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, disk)
			defer r.Close()
			r.join(round+1, -1)
			for range 3 {
				req := kmsg.NewPtrAllocateProducerIDsRequest()
				req.BrokerID, req.BrokerEpoch = 1, r.epoch
				resp := ask[*kmsg.AllocateProducerIDsResponse](r, req)
				if resp.ErrorCode != 0 || resp.ProducerIDStart != next || resp.ProducerIDLen != 1000 {
					t.Fatalf("block %+v, want start %d", resp, next)
				}
				next += 1000
			}
			disk = disk.Clone(vfs.PowerCut, nil)
		})
	}
}

func TestSilentBrokerIsFencedAndItsPartitionsHaveNoLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, newDisk(t))
		defer r.Close()
		r.join(1, -1)
		r.create("t", 1)
		time.Sleep(8 * time.Second)
		synctest.Wait()
		if r.Image().Broker(1).Fenced {
			t.Fatal("fenced before its session ran out")
		}
		r.beat()
		time.Sleep(8 * time.Second)
		synctest.Wait()
		if r.Image().Broker(1).Fenced {
			t.Fatal("fenced though it was heard of")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		p := r.Image().Partition("t", 0)
		if !r.Image().Broker(1).Fenced || p.Leader != metadata.NoLeader || len(p.ISR) != 0 || len(p.ELR) != 1 {
			t.Fatalf("M16: the broker is silent and the partition is %+v", p)
		}
		if hb := r.beat(); hb.IsFenced {
			t.Fatalf("it came back and stays fenced: %+v", hb)
		}
		if p := r.Image().Partition("t", 0); p.Leader != 1 || p.LeaderEpoch != 2 {
			t.Fatalf("the partition is %+v", p)
		}
	})
}

func TestSnapshotsAndRestartTellTheSameWorld(t *testing.T) {
	disk := newDisk(t)
	small := func(c *Config) { c.SnapshotBytes = 2000 }
	var offset int64
	synctest.Test(t, func(t *testing.T) {
		r := start(t, disk, small)
		r.join(1, -1)
		for i := range 60 {
			r.create(fmt.Sprint("topic-", i), 3)
			synctest.Wait()
		}
		offset = r.Image().Offset()
		r.Close()
	})
	synctest.Test(t, func(t *testing.T) {
		r := start(t, disk.Clone(vfs.PowerCut, nil), small)
		defer r.Close()
		synctest.Wait()
		if id, _, err := r.Driver().LoadSnapshot(); err != nil || id.Offset < 100 {
			t.Fatalf("the newest snapshot is %v: %v", id, err)
		}
		if n := r.Image().NumTopics(); n != 60 || r.Image().Offset() <= offset {
			t.Fatalf("%d topics at offset %d", n, r.Image().Offset())
		}
		if r.Image().KRaftVersion() != 1 {
			t.Fatal("the snapshot lost kraft.version")
		}
	})
}

func TestRequestsOfOthersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, newDisk(t))
		defer r.Close()
		ctx := context.Background()
		old := kmsg.NewPtrCreateTopicsRequest()
		old.Version = 1
		if _, err := r.Handle(ctx, protocol.Anonymous, old); !errors.Is(err, kerr.UnsupportedVersion) {
			t.Errorf("CreateTopics v1: %v", err)
		}
		if _, err := r.Handle(ctx, protocol.Anonymous, kmsg.NewPtrFetchRequest()); !errors.Is(err, kerr.InvalidRequest) {
			t.Errorf("Fetch: %v", err)
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		req := kmsg.NewPtrDeleteTopicsRequest()
		req.Version = 6
		if _, err := r.Handle(ended, protocol.Anonymous, req); !errors.Is(err, kerr.RequestTimedOut) {
			t.Errorf("with an ended context: %v", err)
		}
	})
}

func TestDescribeQuorumOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, newDisk(t))
		defer r.Close()
		r.join(1, -1)
		req := kmsg.NewPtrDescribeQuorumRequest()
		req.Version = 2
		req.Topics = []kmsg.DescribeQuorumRequestTopic{{Topic: "__cluster_metadata", Partitions: []kmsg.DescribeQuorumRequestTopicPartition{{}}}}
		resp := ask[*kmsg.DescribeQuorumResponse](r, req)
		row := resp.Topics[0].Partitions[0]
		if row.ErrorCode != 0 || row.LeaderID != 1 || row.HighWatermark != r.Image().Offset()+1 || len(row.CurrentVoters) != 1 ||
			row.CurrentVoters[0].LogEndOffset != row.HighWatermark || row.CurrentVoters[0].ReplicaDirectoryID != testDirID || len(resp.Nodes) != 1 {
			t.Fatalf("%+v", resp)
		}
	})
}

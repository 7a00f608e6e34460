package api

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// silent is a controller that never answers.
type silent struct{}

func (silent) Forward(ctx context.Context, _ protocol.Principal, _ kmsg.Request) (kmsg.Response, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestTrap027WaitingForTheControllerIsBoundedAndAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, logstore.DefaultConfig())
		b.Controller = silent{}
		create := kmsg.NewPtrCreateTopicsRequest()
		create.Version, create.TimeoutMillis = 7, 1_000_000_000
		topic := kmsg.NewCreateTopicsRequestTopic()
		topic.Topic, topic.NumPartitions, topic.ReplicationFactor = "new", 1, 1
		create.Topics = append(create.Topics, topic)
		start := time.Now()
		r := b.ask(create)
		resp := kmsg.NewPtrCreateTopicsResponse()
		resp.Version = 7
		if err := resp.ReadFrom(r.body); err != nil || r.how != "sent" {
			t.Fatalf("%s: %v", r.how, err)
		}
		if code := resp.Topics[0].ErrorCode; code != kerr.RequestTimedOut.Code {
			t.Errorf("code %d", code)
		}
		if took, limit := time.Since(start), b.Config().Broker().RequestTimeout; took != limit {
			t.Errorf("answered after %v, request.timeout.ms is %v", took, limit)
		}
	})
}

func TestTrap068WhoNoLongerLeadsNeverSaysOutOfRange(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	b.produced(t, produceTo(1, 9, map[int32][]byte{0: batchOf("x")}))
	offsets := func() (fetch, list, epoch int16) {
		fr := b.ask(fetchFrom(12, 0, 99, 0))
		f := kmsg.NewPtrFetchResponse()
		f.Version = 12
		if err := f.ReadFrom(fr.body); err != nil {
			t.Fatal(err)
		}
		lq := kmsg.NewPtrListOffsetsRequest()
		lq.Version, lq.ReplicaID = 7, -1
		lt := kmsg.NewListOffsetsRequestTopic()
		lt.Topic = "t"
		lp := kmsg.NewListOffsetsRequestTopicPartition()
		lp.Timestamp, lp.CurrentLeaderEpoch = -1, -1
		lt.Partitions = append(lt.Partitions, lp)
		lq.Topics = append(lq.Topics, lt)
		l := kmsg.NewPtrListOffsetsResponse()
		l.Version = 7
		if err := l.ReadFrom(b.ask(lq).body); err != nil {
			t.Fatal(err)
		}
		eq := kmsg.NewPtrOffsetForLeaderEpochRequest()
		eq.Version, eq.ReplicaID = 4, -1
		et := kmsg.NewOffsetForLeaderEpochRequestTopic()
		et.Topic = "t"
		ep := kmsg.NewOffsetForLeaderEpochRequestTopicPartition()
		ep.CurrentLeaderEpoch = -1
		et.Partitions = append(et.Partitions, ep)
		eq.Topics = append(eq.Topics, et)
		e := kmsg.NewPtrOffsetForLeaderEpochResponse()
		e.Version = 4
		if err := e.ReadFrom(b.ask(eq).body); err != nil {
			t.Fatal(err)
		}
		return f.Topics[0].Partitions[0].ErrorCode, l.Topics[0].Partitions[0].ErrorCode, e.Topics[0].Partitions[0].ErrorCode
	}
	if f, l, e := offsets(); f != kerr.OffsetOutOfRange.Code || l != 0 || e != 0 {
		t.Fatalf("as the leader: fetch %d, list %d, epoch %d", f, l, e)
	}
	p, err := b.Replicas.Partition("t", 0)
	if err != nil {
		t.Fatal(err)
	}
	p.Follow(&metadata.Partition{Leader: 2, LeaderEpoch: 1, Replicas: []int32{2, 1}, ISR: []int32{2, 1}})
	moved := kerr.NotLeaderForPartition.Code
	if f, l, e := offsets(); f != moved || l != moved || e != moved {
		t.Errorf("as a follower: fetch %d, list %d, epoch %d, want %d", f, l, e, moved)
	}
	if r := b.produced(t, produceTo(1, 9, map[int32][]byte{0: batchOf("y")}))[0]; r.ErrorCode != moved {
		t.Errorf("produce: code %d", r.ErrorCode)
	}
}

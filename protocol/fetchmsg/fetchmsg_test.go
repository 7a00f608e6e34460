package fetchmsg

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/kbroker/kbroker/protocol/guard"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type region []byte

func (r region) Len() int64                              { return int64(len(r)) }
func (r region) ReadAt(p []byte, off int64) (int, error) { return copy(p, r[off:]), nil }
func (r region) Sysfile() (uintptr, int64, bool)         { return 0, 0, false }
func (r region) Release()                                {}

func sampleRequest(v int16) *kmsg.FetchRequest {
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.MaxWaitMillis, req.MinBytes, req.MaxBytes, req.IsolationLevel = v, 500, 1, 1<<20, 1
	req.Rack = "r1"
	if v >= 7 {
		req.SessionID, req.SessionEpoch = 77, 3
	}
	if v >= 12 {
		id := "cluster"
		req.ClusterID = &id
	}
	if v >= 15 {
		req.ReplicaState.ID, req.ReplicaState.Epoch = 5, 6
	} else {
		req.ReplicaID = 5
	}
	for i := range 3 {
		t := kmsg.NewFetchRequestTopic()
		t.Topic, t.TopicID = fmt.Sprintf("topic-%d", i), [16]byte{byte(i), 1}
		for j := range i {
			p := kmsg.NewFetchRequestTopicPartition()
			p.Partition, p.CurrentLeaderEpoch, p.FetchOffset, p.LastFetchedEpoch, p.LogStartOffset, p.PartitionMaxBytes = int32(j), 4, 1000, 3, 10, 1<<20
			if v >= 17 {
				p.ReplicaDirectoryID = [16]byte{9}
			}
			if v >= 18 {
				p.HighWatermark = 321
			}
			t.Partitions = append(t.Partitions, p)
		}
		req.Topics = append(req.Topics, t)
	}
	f := kmsg.NewFetchRequestForgottenTopic()
	f.Topic, f.TopicID, f.Partitions = "gone", [16]byte{8}, []int32{1, 2}
	req.ForgottenTopics = append(req.ForgottenTopics, f)
	return req
}

func TestDecodeAgreesWithKmsgAtEveryVersion(t *testing.T) {
	var q Request
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		req := sampleRequest(v)
		if err := q.Decode(v, req.AppendTo(nil)); err != nil {
			t.Fatalf("v%d: %v", v, err)
		}
		if q.ReplicaID != 5 || q.MaxWaitMs != 500 || q.MinBytes != 1 || q.MaxBytes != 1<<20 || q.Isolation != 1 || len(q.Topics) != 3 || len(q.Partitions) != 3 {
			t.Fatalf("v%d: %+v", v, q)
		}
		if v >= 7 && (q.SessionID != 77 || q.SessionEpoch != 3 || len(q.Forgotten) != 1 || len(q.ForgottenPs) != 2) {
			t.Fatalf("v%d: %+v", v, q)
		}
		if v >= 11 && q.Rack != "r1" || v >= 12 && q.ClusterID != "cluster" || v >= 15 && q.ReplicaEpoch != 6 {
			t.Fatalf("v%d: %+v", v, q)
		}
		p := q.Partitions[2]
		want := Partition{Index: 1, LeaderEpoch: 4, Offset: 1000, LastFetchedEpoch: 3, LogStartOffset: 10, MaxBytes: 1 << 20, HighWatermark: math.MaxInt64}
		if v < 5 {
			want.LogStartOffset = -1
		}
		if v < 9 {
			want.LeaderEpoch = -1
		}
		if v < 12 {
			want.LastFetchedEpoch = -1
		}
		if v >= 17 {
			want.DirectoryID = [16]byte{9}
		}
		if v >= 18 {
			want.HighWatermark = 321
		}
		if p != want {
			t.Fatalf("v%d: %+v, want %+v", v, p, want)
		}
	}
}

func TestAnswerIsKmsgsBytesAtEveryVersion(t *testing.T) {
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		a := Answer{Version: v, ThrottleMs: 3, ErrorCode: 0, SessionID: 77}
		a.Topics = []AnswerTopic{{Name: "a", ID: [16]byte{1}, First: 0, End: 2}, {Name: "b", ID: [16]byte{2}, First: 2, End: 3}}
		a.Partitions = []AnswerPartition{
			{Index: 0, HighWatermark: 10, LastStableOffset: 9, LogStartOffset: 1, LeaderID: -1, PreferredReplica: -1, Records: region("0123456789abc")},
			{Index: 1, HighWatermark: 10, LastStableOffset: 9, LogStartOffset: 1, LeaderID: -1, PreferredReplica: 2, Aborted: []Aborted{{4, 5}}},
			{Index: 2, ErrorCode: 6, HighWatermark: -1, LastStableOffset: -1, LogStartOffset: -1, LeaderID: 3, LeaderEpoch: 8, PreferredReplica: -1, Diverging: &EpochEnd{7, 70}},
		}
		a.NodeEndpoints = []Endpoint{{NodeID: 3, Host: "h", Port: 1}}
		var got []byte
		for _, p := range a.Parts(nil, nil) {
			if p.Region == nil {
				got = append(got, p.Bytes...)
				continue
			}
			b := make([]byte, p.Region.Len())
			p.Region.ReadAt(b, 0)
			got = append(got, b...)
		}
		if want := expected(&a).AppendTo(nil); !bytes.Equal(got, want) {
			t.Fatalf("v%d\n got %x\nwant %x", v, got, want)
		}
	}
}

func expected(a *Answer) *kmsg.FetchResponse {
	resp := kmsg.NewPtrFetchResponse()
	resp.Version, resp.ThrottleMillis, resp.ErrorCode, resp.SessionID = a.Version, a.ThrottleMs, a.ErrorCode, a.SessionID
	for _, t := range a.Topics {
		rt := kmsg.NewFetchResponseTopic()
		rt.Topic, rt.TopicID = t.Name, t.ID
		for _, p := range a.Partitions[t.First:t.End] {
			rp := kmsg.NewFetchResponseTopicPartition()
			rp.Partition, rp.ErrorCode, rp.HighWatermark, rp.LastStableOffset, rp.LogStartOffset = p.Index, p.ErrorCode, p.HighWatermark, p.LastStableOffset, p.LogStartOffset
			rp.PreferredReadReplica, rp.RecordBatches = p.PreferredReplica, []byte{}
			if p.Records != nil {
				rp.RecordBatches = append(rp.RecordBatches, p.Records.(region)...)
			}
			for _, t := range p.Aborted {
				ra := kmsg.NewFetchResponseTopicPartitionAbortedTransaction()
				ra.ProducerID, ra.FirstOffset = t.ProducerID, t.FirstOffset
				rp.AbortedTransactions = append(rp.AbortedTransactions, ra)
			}
			if p.Diverging != nil {
				rp.DivergingEpoch.Epoch, rp.DivergingEpoch.EndOffset = p.Diverging.Epoch, p.Diverging.EndOffset
			}
			if p.LeaderID >= 0 {
				rp.CurrentLeader.LeaderID, rp.CurrentLeader.LeaderEpoch = p.LeaderID, p.LeaderEpoch
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	for _, e := range a.NodeEndpoints {
		if a.Version < 16 {
			break // kmsg writes a tag that the version lacks (trap T13)
		}
		b := kmsg.NewFetchResponseBroker()
		b.NodeID, b.Host, b.Port = e.NodeID, e.Host, e.Port
		resp.Brokers = append(resp.Brokers, b)
	}
	return resp
}

// Whatever the bytes, Decode ends in time bounded by their number. What the guard lets pass it can read, and where kmsg can
// read it too they agree (kmsg also reads tags that a version lacks, trap T13, and refuses some that must be passed over).
func FuzzDecode(f *testing.F) {
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		f.Add(v, sampleRequest(v).AppendTo(nil))
	}
	f.Fuzz(func(t *testing.T, v int16, body []byte) {
		if v < MinVersion || v > MaxVersion {
			return
		}
		var q Request
		err := q.Decode(v, body)
		if guard.Check(1, v, body, guard.AfterLogin(len(body))) != nil {
			return
		}
		if err != nil {
			t.Fatalf("the guard lets pass what cannot be read: %v", err)
		}
		req := kmsg.NewPtrFetchRequest()
		req.Version = v
		if req.ReadFrom(body) == nil && (len(req.Topics) != len(q.Topics) || len(req.ForgottenTopics) != len(q.Forgotten)) {
			t.Fatalf("%d topics, kmsg has %d", len(q.Topics), len(req.Topics))
		}
	})
}

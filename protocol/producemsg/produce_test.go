package producemsg

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/kbroker/kbroker/protocol/guard"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func sampleRequest(version int16) *kmsg.ProduceRequest {
	txn := "txn-1"
	req := kmsg.NewPtrProduceRequest()
	req.Version, req.Acks, req.TimeoutMillis = version, -1, 1234
	req.TransactionID = &txn
	for i := range 3 {
		t := kmsg.NewProduceRequestTopic()
		t.Topic, t.TopicID = fmt.Sprintf("topic-%d", i), [16]byte{byte(i), 9}
		for j := range i {
			p := kmsg.NewProduceRequestTopicPartition()
			p.Partition = int32(j)
			p.Records = bytes.Repeat([]byte{byte(j)}, 100*j+1)
			t.Partitions = append(t.Partitions, p)
		}
		req.Topics = append(req.Topics, t)
	}
	return req
}

func TestDecodeAgreesWithKmsgAtEveryVersion(t *testing.T) {
	var m Message
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		req := sampleRequest(v)
		body := req.AppendTo(nil)
		if v >= 9 { // an unknown tag at the end must be passed over
			body = append(body[:len(body)-1], 1, 77, 3, 1, 2, 3)
		}
		if err := m.Decode(v, body); err != nil {
			t.Fatalf("v%d: %v", v, err)
		}
		if m.TxnID != *req.TransactionID || !m.HasTxnID || m.Acks != -1 || m.TimeoutMs != 1234 || len(m.Topics) != 3 {
			t.Fatalf("v%d: %+v", v, m)
		}
		for i, want := range req.Topics {
			got := m.Topics[i]
			if v < 13 && got.Name != want.Topic || v >= 13 && got.ID != want.TopicID || got.End-got.First != len(want.Partitions) {
				t.Fatalf("v%d topic %d: %+v", v, i, got)
			}
			for j, wp := range want.Partitions {
				if gp := m.Partitions[got.First+j]; gp.Index != wp.Partition || !bytes.Equal(gp.Records, wp.Records) {
					t.Fatalf("v%d topic %d partition %d differs", v, i, j)
				}
			}
		}
	}
}

func TestAnswerIsKmsgsBytesAtEveryVersion(t *testing.T) {
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		var m Message
		if err := m.Decode(v, sampleRequest(v).AppendTo(nil)); err != nil {
			t.Fatal(err)
		}
		m.ThrottleMs = 7
		m.Partitions[0] = Partition{Index: 0, BaseOffset: 42, LogAppendTime: 99, LogStartOffset: 3, LeaderID: -1}
		m.Partitions[1] = Partition{Index: 0, ErrorCode: 87, BaseOffset: -1, LogAppendTime: -1, LogStartOffset: -1, LeaderID: -1,
			RecordErrors: []RecordError{{1, "no key"}, {2, ""}}, ErrorMessage: "bad records"}
		m.Partitions[2] = Partition{Index: 1, ErrorCode: 6, BaseOffset: -1, LogAppendTime: -1, LogStartOffset: -1, LeaderID: 4, LeaderEpoch: 5}
		m.NodeEndpoints = []Endpoint{{4, "host", 9092, ""}}
		want := expected(v, &m).AppendTo(nil)
		if got := m.AppendTo(nil); !bytes.Equal(got, want) {
			t.Fatalf("v%d\n got %x\nwant %x", v, got, want)
		}
	}
}

func expected(v int16, m *Message) *kmsg.ProduceResponse {
	resp := kmsg.NewPtrProduceResponse()
	resp.Version, resp.ThrottleMillis = v, m.ThrottleMs
	for _, tp := range m.Topics {
		rt := kmsg.NewProduceResponseTopic()
		rt.Topic, rt.TopicID = tp.Name, tp.ID
		for _, p := range m.Partitions[tp.First:tp.End] {
			rp := kmsg.NewProduceResponseTopicPartition()
			rp.Partition, rp.ErrorCode, rp.BaseOffset, rp.LogAppendTime, rp.LogStartOffset = p.Index, p.ErrorCode, p.BaseOffset, p.LogAppendTime, p.LogStartOffset
			for _, e := range p.RecordErrors {
				re := kmsg.NewProduceResponseTopicPartitionErrorRecord()
				re.RelativeOffset = e.BatchIndex
				if e.Message != "" {
					re.ErrorMessage = &e.Message
				}
				rp.ErrorRecords = append(rp.ErrorRecords, re)
			}
			if p.ErrorMessage != "" {
				rp.ErrorMessage = &p.ErrorMessage
			}
			if v >= 10 && p.LeaderID >= 0 { // kmsg writes a tag that the version lacks (trap T13) when it is set
				rp.CurrentLeader.LeaderID, rp.CurrentLeader.LeaderEpoch = p.LeaderID, p.LeaderEpoch
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	for _, e := range m.NodeEndpoints {
		if v < 10 {
			break
		}
		b := kmsg.NewProduceResponseBroker()
		b.NodeID, b.Host, b.Port = e.NodeID, e.Host, e.Port
		resp.Brokers = append(resp.Brokers, b)
	}
	return resp
}

func TestDecodeAndEncodeAllocateNothing(t *testing.T) {
	body := sampleRequest(11).AppendTo(nil)
	var m Message
	out := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() {
		if err := m.Decode(11, body); err != nil {
			t.Fatal(err)
		}
		out = m.AppendTo(out[:0])
	}); n != 0 {
		t.Fatalf("%v allocations a request", n)
	}
}

// Whatever the bytes, Decode ends in time bounded by their number. What the guard lets pass it can read, and where kmsg can
// read it too they agree (kmsg also reads tags that a version lacks, trap T13, and refuses some that must be passed over).
func FuzzDecode(f *testing.F) {
	for v := int16(MinVersion); v <= MaxVersion; v++ {
		f.Add(v, sampleRequest(v).AppendTo(nil))
	}
	f.Add(int16(9), []byte{0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, v int16, body []byte) {
		if v < MinVersion || v > MaxVersion {
			return
		}
		var m Message
		err := m.Decode(v, body)
		if guard.Check(0, v, body, guard.AfterLogin(len(body))) != nil {
			return
		}
		if err != nil {
			t.Fatalf("the guard lets pass what cannot be read: %v", err)
		}
		req := kmsg.NewPtrProduceRequest()
		req.Version = v
		if req.ReadFrom(body) == nil && (len(req.Topics) != len(m.Topics)) {
			t.Fatalf("%d topics, kmsg has %d", len(m.Topics), len(req.Topics))
		}
	})
}

// Package producemsg decodes Produce requests and encodes their answers by hand, without an allocation in steady state.
//
// kmsg would do the same in five to seven allocations a request (kbroker decodes every other API with it); for the one
// API that runs a hundred thousand times a second the difference is an eighth of the server's CPU. kmsg stays the
// second oracle: the tests compare every version byte for byte.
//
// Versions 3 to 13. 9 is flexible, 10 adds the current leader and its endpoint (KIP-951), 13 names topics by id.
package producemsg

import (
	"errors"
	"slices"

	"github.com/kbroker/kbroker/protocol/internal/kwire"
	"github.com/twmb/franz-go/pkg/kbin"
)

const (
	// MinVersion is the oldest version that can be decoded.
	MinVersion = 3
	// MaxVersion is the newest version that can be decoded.
	MaxVersion = 13
)

// ErrMalformed says that a body is not a Produce request of its version.
var ErrMalformed = errors.New("malformed Produce request")

// A Message is a request and, field by field beside it, the answer. It is made to be kept and decoded into again: every
// slice is reused. Strings and Records alias the body that was decoded.
type Message struct {
	Version       int16
	TxnID         string
	HasTxnID      bool
	Acks          int16
	TimeoutMs     int32
	Topics        []Topic
	Partitions    []Partition // of all topics, in order of the request
	ThrottleMs    int32
	NodeEndpoints []Endpoint // v10+, named by CurrentLeader of partitions that moved
}

// A Topic is a run of Partitions.
type Topic struct {
	Name  string   // up to v12; from v13 filled by whoever resolves ID
	ID    [16]byte // v13+
	First int      // its partitions are Partitions[First:End]
	End   int
}

// A Partition is the records for one partition and what became of them.
type Partition struct {
	Index   int32
	Records []byte // nil when null

	ErrorCode      int16
	BaseOffset     int64 // -1 when nothing was appended
	LogAppendTime  int64 // milliseconds, -1 with CreateTime
	LogStartOffset int64
	RecordErrors   []RecordError
	ErrorMessage   string // "" is sent as null
	LeaderID       int32  // KIP-951; -1 is not sent
	LeaderEpoch    int32
}

// A RecordError names a record of the batch that was refused (KIP-467).
type RecordError struct {
	BatchIndex int32
	Message    string // "" is sent as null
}

// An Endpoint tells where a broker listens.
type Endpoint struct {
	NodeID int32
	Host   string
	Port   int32
	Rack   string // "" is sent as null
}

// leastPartition is how many bytes a partition takes at least.
const leastPartition = 4 + 1

// Decode reads a request body into m, forgetting what m held.
func (m *Message) Decode(version int16, body []byte) error {
	r := kwire.Reader{Reader: kbin.Reader{Src: body}, Flexible: version >= 9}
	m.reset(version)
	m.TxnID, m.HasTxnID = r.NullableText()
	m.Acks = r.Int16()
	m.TimeoutMs = r.Int32()
	for range r.Count() {
		m.decodeTopic(&r)
		if !r.Ok() {
			return ErrMalformed
		}
	}
	r.SkipTags()
	if !r.Ok() {
		return ErrMalformed
	}
	return nil
}

func (m *Message) decodeTopic(r *kwire.Reader) {
	t := Topic{First: len(m.Partitions)}
	if m.Version >= 13 {
		t.ID = r.Uuid()
	} else {
		t.Name = r.Text()
	}
	n := int(r.Count())
	m.Partitions = slices.Grow(m.Partitions, min(n, len(r.Src)/leastPartition))
	for range n {
		p := Partition{Index: r.Int32(), Records: r.NullableData(), BaseOffset: -1, LogAppendTime: -1, LogStartOffset: -1, LeaderID: -1, LeaderEpoch: -1}
		r.SkipTags()
		if !r.Ok() {
			return
		}
		m.Partitions = append(m.Partitions, p)
	}
	r.SkipTags()
	t.End = len(m.Partitions)
	m.Topics = append(m.Topics, t)
}

func (m *Message) reset(version int16) {
	clear(m.Topics)
	clear(m.Partitions) // lets go of the old frame
	*m = Message{Version: version, Topics: m.Topics[:0], Partitions: m.Partitions[:0], NodeEndpoints: m.NodeEndpoints[:0]}
}

// Forget lets go of everything that aliases a frame and keeps the memory for the next Decode.
func (m *Message) Forget() { m.reset(0) }

// AppendTo appends the response body. It implements protocol.Encoder.
func (m *Message) AppendTo(dst []byte) []byte {
	w := kwire.Writer{Flexible: m.Version >= 9}
	dst = w.Count(dst, len(m.Topics))
	for i := range m.Topics {
		dst = m.appendTopic(dst, &m.Topics[i], w)
	}
	dst = kbin.AppendInt32(dst, m.ThrottleMs)
	if !w.Flexible {
		return dst
	}
	if m.Version < 10 || len(m.NodeEndpoints) == 0 {
		return append(dst, 0)
	}
	return AppendEndpointsTag(dst, m.NodeEndpoints)
}

func (m *Message) appendTopic(dst []byte, t *Topic, w kwire.Writer) []byte {
	if m.Version >= 13 {
		dst = append(dst, t.ID[:]...)
	} else {
		dst = w.Text(dst, t.Name)
	}
	dst = w.Count(dst, t.End-t.First)
	for i := t.First; i < t.End; i++ {
		dst = m.appendPartition(dst, &m.Partitions[i], w)
	}
	return w.NoTags(dst)
}

func (m *Message) appendPartition(dst []byte, p *Partition, w kwire.Writer) []byte {
	dst = kbin.AppendInt32(dst, p.Index)
	dst = kbin.AppendInt16(dst, p.ErrorCode)
	dst = kbin.AppendInt64(dst, p.BaseOffset)
	dst = kbin.AppendInt64(dst, p.LogAppendTime)
	if m.Version >= 5 {
		dst = kbin.AppendInt64(dst, p.LogStartOffset)
	}
	if m.Version >= 8 {
		dst = w.Count(dst, len(p.RecordErrors))
		for i := range p.RecordErrors {
			dst = kbin.AppendInt32(dst, p.RecordErrors[i].BatchIndex)
			dst = w.NullableText(dst, p.RecordErrors[i].Message)
			dst = w.NoTags(dst)
		}
		dst = w.NullableText(dst, p.ErrorMessage)
	}
	if m.Version < 10 || p.LeaderID < 0 {
		return w.NoTags(dst)
	}
	dst = append(dst, 1, 0, 9) // one tag, number 0, nine bytes: leader id, epoch, no tags
	dst = kbin.AppendInt32(dst, p.LeaderID)
	dst = kbin.AppendInt32(dst, p.LeaderEpoch)
	return append(dst, 0)
}

// AppendEndpointsTag appends a tag section that holds NodeEndpoints as tag 0, as Produce v10+ and Fetch v16+ end.
func AppendEndpointsTag(dst []byte, endpoints []Endpoint) []byte {
	w := kwire.Writer{Flexible: true}
	body := w.Count(nil, len(endpoints)) // rare: only after a leader moved
	for _, e := range endpoints {
		body = kbin.AppendInt32(body, e.NodeID)
		body = w.Text(body, e.Host)
		body = kbin.AppendInt32(body, e.Port)
		body = w.NullableText(body, e.Rack)
		body = append(body, 0)
	}
	dst = append(dst, 1, 0)
	dst = kbin.AppendUvarint(dst, uint32(len(body)))
	return append(dst, body...)
}

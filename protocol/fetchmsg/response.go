package fetchmsg

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/internal/kwire"
	"github.com/kbroker/kbroker/protocol/producemsg"
	"github.com/twmb/franz-go/pkg/kbin"
)

// An Endpoint tells where a broker listens (KIP-951).
type Endpoint = producemsg.Endpoint

// An Answer is what a response holds. Topics and their partitions are appended in the order in which they are sent.
type Answer struct {
	Version       int16
	ThrottleMs    int32
	ErrorCode     int16 // of the session
	SessionID     int32
	Topics        []AnswerTopic
	Partitions    []AnswerPartition
	Refused       []RefusedPartition
	NodeEndpoints []Endpoint

	cuts []cut // scratch of Parts
}

// An AnswerTopic is a run of Partitions, [First:End), and behind it one of Refused.
type AnswerTopic struct {
	Name                     string
	ID                       [16]byte
	First, End               int
	FirstRefused, EndRefused int
}

// A RefusedPartition is one that was not read: offsets are unknown, and nothing is aborted. A request may name any number
// of these, so they are kept small.
type RefusedPartition struct {
	Index     int32
	ErrorCode int16
}

// An AnswerPartition is what became of one read.
type AnswerPartition struct {
	Index            int32
	ErrorCode        int16
	HighWatermark    int64 // -1 when it is not known
	LastStableOffset int64
	LogStartOffset   int64
	Diverging        *EpochEnd // v12+, nil when the logs agree
	LeaderID         int32     // v12+; -1 is not sent
	LeaderEpoch      int32
	Aborted          []Aborted       // sent as null when nil: read_uncommitted (trap T64)
	PreferredReplica int32           // v11+; -1: read here
	Records          protocol.Region // nil when there are none
}

// An EpochEnd is an epoch and the first offset behind it.
type EpochEnd struct {
	Epoch     int32
	EndOffset int64
}

// An Aborted transaction that overlaps the records returned.
type Aborted struct {
	ProducerID  int64
	FirstOffset int64
}

func (p *AnswerPartition) recordBytes() int64 {
	if p.Records == nil {
		return 0
	}
	return p.Records.Len()
}

// Reset empties the answer and keeps its memory for the next one.
func (a *Answer) Reset(version int16) {
	clear(a.Topics)
	clear(a.Partitions)
	clear(a.cuts)
	*a = Answer{Version: version, Topics: a.Topics[:0], Partitions: a.Partitions[:0], Refused: a.Refused[:0], cuts: a.cuts[:0]}
}

// Parts encodes the answer: bytes into buf, which parts alias, and the records as regions, which belong to whoever
// takes the parts. dst and buf are appended to.
func (a *Answer) Parts(dst []protocol.Part, buf []byte) []protocol.Part {
	// The bytes between regions are cut out of one buffer, which may move while it grows: positions first, slices after.
	e := encoder{w: kwire.Writer{Flexible: a.Version >= 12}, version: a.Version, buf: buf, cuts: a.cuts[:0]}
	e.answer(a)
	from := len(buf)
	for _, c := range e.cuts {
		if c.at > from {
			dst = append(dst, protocol.Part{Bytes: e.buf[from:c.at:c.at]})
			from = c.at
		}
		dst = append(dst, protocol.Part{Region: c.region})
	}
	a.cuts = e.cuts
	return append(dst, protocol.Part{Bytes: e.buf[from:]})
}

// none is an empty list of aborted transactions, which is not the same as no list: Apache Kafka sends it for a partition
// that was not read, and null where a read failed.
var none = []Aborted{}

// encodedRefused is the most that a refused partition takes, encodedTopic that a topic takes beside its name.
const (
	encodedRefused = 4 + 2 + 8 + 8 + 8 + 4 + 4 + 4
	encodedTopic   = 16 + 5 + 1
)

// SizeHint is about how long the answer is without its records, for the making of Parts' buffer.
func (a *Answer) SizeHint() int {
	n := 64 + 64*len(a.Partitions) + encodedRefused*len(a.Refused) + encodedTopic*len(a.Topics)
	for i := range a.Topics {
		n += len(a.Topics[i].Name)
	}
	return n
}

type encoder struct {
	w       kwire.Writer
	version int16
	buf     []byte
	cuts    []cut
}

// A cut is a place in buf where a region belongs.
type cut struct {
	at     int
	region protocol.Region
}

func (e *encoder) answer(a *Answer) {
	e.buf = kbin.AppendInt32(e.buf, a.ThrottleMs)
	if e.version >= 7 {
		e.buf = kbin.AppendInt16(e.buf, a.ErrorCode)
		e.buf = kbin.AppendInt32(e.buf, a.SessionID)
	}
	e.buf = e.w.Count(e.buf, len(a.Topics))
	for i := range a.Topics {
		e.topic(a, &a.Topics[i])
	}
	if e.version >= 16 && len(a.NodeEndpoints) > 0 {
		e.buf = producemsg.AppendEndpointsTag(e.buf, a.NodeEndpoints)
	} else {
		e.buf = e.w.NoTags(e.buf)
	}
}

func (e *encoder) topic(a *Answer, t *AnswerTopic) {
	if e.version >= 13 {
		e.buf = append(e.buf, t.ID[:]...)
	} else {
		e.buf = e.w.Text(e.buf, t.Name)
	}
	e.buf = e.w.Count(e.buf, t.End-t.First+t.EndRefused-t.FirstRefused)
	for i := t.First; i < t.End; i++ {
		e.partition(&a.Partitions[i])
	}
	for _, r := range a.Refused[t.FirstRefused:t.EndRefused] {
		e.partition(&AnswerPartition{Index: r.Index, ErrorCode: r.ErrorCode, HighWatermark: -1, LastStableOffset: -1, LogStartOffset: -1,
			LeaderID: -1, Aborted: none, PreferredReplica: -1})
	}
	e.buf = e.w.NoTags(e.buf)
}

func (e *encoder) partition(p *AnswerPartition) {
	e.buf = kbin.AppendInt32(e.buf, p.Index)
	e.buf = kbin.AppendInt16(e.buf, p.ErrorCode)
	e.buf = kbin.AppendInt64(e.buf, p.HighWatermark)
	e.buf = kbin.AppendInt64(e.buf, p.LastStableOffset)
	if e.version >= 5 {
		e.buf = kbin.AppendInt64(e.buf, p.LogStartOffset)
	}
	e.aborted(p.Aborted)
	if e.version >= 11 {
		e.buf = kbin.AppendInt32(e.buf, p.PreferredReplica)
	}
	size := p.recordBytes()
	if e.w.Flexible {
		e.buf = kbin.AppendUvarint(e.buf, uint32(size)+1)
	} else {
		e.buf = kbin.AppendInt32(e.buf, int32(size))
	}
	if p.Records != nil {
		e.cuts = append(e.cuts, cut{at: len(e.buf), region: p.Records})
	}
	e.partitionTags(p)
}

func (e *encoder) aborted(list []Aborted) {
	if list == nil && e.w.Flexible {
		e.buf = append(e.buf, 0)
		return
	}
	if list == nil {
		e.buf = kbin.AppendInt32(e.buf, -1)
		return
	}
	e.buf = e.w.Count(e.buf, len(list))
	for _, t := range list {
		e.buf = kbin.AppendInt64(e.buf, t.ProducerID)
		e.buf = kbin.AppendInt64(e.buf, t.FirstOffset)
		e.buf = e.w.NoTags(e.buf)
	}
}

func (e *encoder) partitionTags(p *AnswerPartition) {
	if !e.w.Flexible {
		return
	}
	n := byte(0)
	if p.Diverging != nil {
		n++
	}
	if p.LeaderID >= 0 {
		n++
	}
	e.buf = append(e.buf, n)
	if p.Diverging != nil {
		e.buf = append(e.buf, 0, 13)
		e.buf = kbin.AppendInt32(e.buf, p.Diverging.Epoch)
		e.buf = kbin.AppendInt64(e.buf, p.Diverging.EndOffset)
		e.buf = append(e.buf, 0)
	}
	if p.LeaderID >= 0 {
		e.buf = append(e.buf, 1, 9)
		e.buf = kbin.AppendInt32(e.buf, p.LeaderID)
		e.buf = kbin.AppendInt32(e.buf, p.LeaderEpoch)
		e.buf = append(e.buf, 0)
	}
}

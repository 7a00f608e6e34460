// Package fetchmsg decodes Fetch requests and encodes their answers by hand: an answer is made of bytes and of regions of
// segment files that never pass through memory, which no general encoder can express.
//
// Versions 4 to 18. 7 adds sessions (KIP-227), 9 leader epochs (KIP-320), 11 racks (KIP-392), 12 is flexible and brings the
// diverging epoch (KIP-595), 13 names topics by id (KIP-516), 15 moves the replica id into a tag (KIP-903), 16 adds node
// endpoints (KIP-951), 17 the replica's directory id (KIP-853), 18 the follower's high watermark (KIP-1166).
package fetchmsg

import (
	"errors"
	"math"
	"slices"

	"github.com/kbroker/kbroker/protocol/internal/kwire"
	"github.com/twmb/franz-go/pkg/kbin"
)

const (
	// MinVersion is the oldest version that can be decoded.
	MinVersion = 4
	// MaxVersion is the newest version that can be decoded.
	MaxVersion = 18
)

// ErrMalformed says that a body is not a Fetch request of its version.
var ErrMalformed = errors.New("malformed Fetch request")

// A Request is decoded into again and again; its slices are reused and its strings alias the body.
type Request struct {
	Version      int16
	ClusterID    string
	HasClusterID bool
	ReplicaID    int32 // -1 for a consumer
	ReplicaEpoch int64
	MaxWaitMs    int32
	MinBytes     int32
	MaxBytes     int32
	Isolation    int8 // 0 read uncommitted, 1 read committed
	SessionID    int32
	SessionEpoch int32 // -1: no session wanted; 0: a new one
	Topics       []Topic
	Partitions   []Partition // of all topics
	Forgotten    []Topic     // runs of ForgottenPartitions
	ForgottenPs  []int32
	Rack         string
}

// A Topic is a run of partitions, [First:End).
type Topic struct {
	Name       string   // up to v12
	ID         [16]byte // v13+
	First, End int
}

// leastPartition is how many bytes a partition takes in the shortest version.
const leastPartition = 4 + 8 + 4

// A Partition is one place to read from.
type Partition struct {
	Index            int32
	LeaderEpoch      int32 // what the client believes; -1 unknown
	Offset           int64
	LastFetchedEpoch int32 // -1: do not look for a divergence
	LogStartOffset   int64 // a follower's
	MaxBytes         int32
	DirectoryID      [16]byte
	HighWatermark    int64 // a follower's, math.MaxInt64 when not told
}

// Decode reads a request body into q, forgetting what q held.
func (q *Request) Decode(version int16, body []byte) error {
	r := kwire.Reader{Reader: kbin.Reader{Src: body}, Flexible: version >= 12}
	q.reset(version)
	if version < 15 {
		q.ReplicaID = r.Int32()
	}
	q.MaxWaitMs, q.MinBytes, q.MaxBytes, q.Isolation = r.Int32(), r.Int32(), r.Int32(), r.Int8()
	if version >= 7 {
		q.SessionID, q.SessionEpoch = r.Int32(), r.Int32()
	}
	for range r.Count() {
		if q.decodeTopic(&r); !r.Ok() {
			return ErrMalformed
		}
	}
	if version >= 7 {
		for range r.Count() {
			if q.decodeForgotten(&r); !r.Ok() {
				return ErrMalformed
			}
		}
	}
	if version >= 11 {
		q.Rack = r.Text()
	}
	r.EachTag(q.tag)
	if !r.Ok() {
		return ErrMalformed
	}
	return nil
}

func (q *Request) tag(number uint32, data []byte) bool {
	r := kwire.Reader{Reader: kbin.Reader{Src: data}, Flexible: true}
	switch {
	case number == 0:
		q.ClusterID, q.HasClusterID = r.NullableText()
	case number == 1 && q.Version >= 15:
		q.ReplicaID, q.ReplicaEpoch = r.Int32(), r.Int64()
		r.SkipTags()
	}
	return r.Ok()
}

func (q *Request) decodeTopic(r *kwire.Reader) {
	t := q.topic(r, len(q.Partitions))
	n := int(r.Count())
	q.Partitions = slices.Grow(q.Partitions, min(n, len(r.Src)/leastPartition))
	for range n {
		p := Partition{LeaderEpoch: -1, LastFetchedEpoch: -1, LogStartOffset: -1, HighWatermark: math.MaxInt64}
		p.decode(q.Version, r)
		if !r.Ok() {
			return
		}
		q.Partitions = append(q.Partitions, p)
	}
	r.SkipTags()
	t.End = len(q.Partitions)
	q.Topics = append(q.Topics, t)
}

func (p *Partition) decode(version int16, r *kwire.Reader) {
	p.Index = r.Int32()
	if version >= 9 {
		p.LeaderEpoch = r.Int32()
	}
	p.Offset = r.Int64()
	if version >= 12 {
		p.LastFetchedEpoch = r.Int32()
	}
	if version >= 5 {
		p.LogStartOffset = r.Int64()
	}
	p.MaxBytes = r.Int32()
	if version < 17 {
		r.SkipTags()
		return
	}
	r.EachTag(func(number uint32, data []byte) bool {
		tr := kbin.Reader{Src: data}
		switch {
		case number == 0:
			p.DirectoryID = tr.Uuid()
		case number == 1 && version >= 18:
			p.HighWatermark = tr.Int64()
		}
		return tr.Ok()
	})
}

func (q *Request) decodeForgotten(r *kwire.Reader) {
	t := q.topic(r, len(q.ForgottenPs))
	for range r.Count() {
		index := r.Int32()
		if !r.Ok() {
			return
		}
		q.ForgottenPs = append(q.ForgottenPs, index)
	}
	r.SkipTags()
	t.End = len(q.ForgottenPs)
	q.Forgotten = append(q.Forgotten, t)
}

func (q *Request) topic(r *kwire.Reader, first int) Topic {
	t := Topic{First: first}
	if q.Version >= 13 {
		t.ID = r.Uuid()
	} else {
		t.Name = r.Text()
	}
	return t
}

func (q *Request) reset(version int16) {
	clear(q.Topics)
	clear(q.Forgotten)
	*q = Request{Version: version, ReplicaID: -1, ReplicaEpoch: -1, SessionEpoch: -1,
		Topics: q.Topics[:0], Partitions: q.Partitions[:0], Forgotten: q.Forgotten[:0], ForgottenPs: q.ForgottenPs[:0]}
}

// Forget lets go of everything that aliases a frame and keeps the memory for the next Decode.
func (q *Request) Forget() { q.reset(0) }

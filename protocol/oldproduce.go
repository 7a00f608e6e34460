package protocol

import (
	"encoding/binary"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
)

// Produce v0-v2 carries message sets of the formats before Kafka 0.11. It is advertised (trap T1) and refused, with
// UNSUPPORTED_VERSION for each partition, so that its sender sees a reason rather than a closed socket (trap T20).
//
//	request   acks int16 | timeout int32 | [topic string [partition int32 | message set bytes]]
//	response  [topic string [partition int32 | error int16 | base offset int64 | v2: append time int64]] | v1: throttle int32

// ErrOldProduceBody is a Produce v0-v2 request whose body is damaged.
var ErrOldProduceBody = errors.New("Produce request: damaged body of a version that is not served")

// RefusedProduce is the answer to a Produce request of v0 to v2. It aliases the request's body until it is encoded.
type RefusedProduce struct {
	version int16
	topics  []byte // the array of topics, checked
	// Acks is the request's: with 0 the sender reads no answer, and its connection must be closed instead.
	Acks int16
}

// RefuseProduce checks body and returns the answer that refuses it.
func RefuseProduce(version int16, body []byte) (*RefusedProduce, error) {
	if len(body) < 6 {
		return nil, ErrOldProduceBody
	}
	r := &RefusedProduce{version: version, topics: body[6:], Acks: int16(binary.BigEndian.Uint16(body))}
	if _, ok := r.encode(nil); !ok {
		return nil, ErrOldProduceBody
	}
	return r, nil
}

// AppendTo appends the response body.
func (r *RefusedProduce) AppendTo(dst []byte) []byte {
	dst, _ = r.encode(dst)
	return dst
}

// encode walks the topics of the request and writes the answer as it goes. The answer to a partition is at most 14 bytes
// longer than its eight in the request, so the walk is bounded by the request's size.
func (r *RefusedProduce) encode(dst []byte) ([]byte, bool) {
	topics, b, ok := arrayLen(r.topics, 6)
	if !ok {
		return dst, false
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(topics))
	for range topics {
		if len(b) < 2 {
			return dst, false
		}
		n := int(int16(binary.BigEndian.Uint16(b)))
		if n < 0 || n+2 > len(b) {
			return dst, false
		}
		dst = append(dst, b[:2+n]...)
		if dst, b, ok = r.encodePartitions(dst, b[2+n:]); !ok {
			return dst, false
		}
	}
	if r.version >= 1 {
		dst = binary.BigEndian.AppendUint32(dst, 0)
	}
	return dst, true
}

func (r *RefusedProduce) encodePartitions(dst, b []byte) (out, rest []byte, ok bool) {
	partitions, b, ok := arrayLen(b, 8)
	if !ok {
		return dst, nil, false
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(partitions))
	for range partitions {
		if len(b) < 8 {
			return dst, nil, false
		}
		dst = append(dst, b[:4]...)
		n := max(0, int(int32(binary.BigEndian.Uint32(b[4:]))))
		if b = b[8:]; n > len(b) {
			return dst, nil, false
		}
		b = b[n:]
		dst = binary.BigEndian.AppendUint16(dst, uint16(kerr.UnsupportedVersion.Code))
		dst = binary.BigEndian.AppendUint64(dst, ^uint64(0))
		if r.version >= 2 {
			dst = binary.BigEndian.AppendUint64(dst, ^uint64(0))
		}
	}
	return dst, b, true
}

// arrayLen reads the length of an array whose elements take elem bytes at least.
func arrayLen(b []byte, elem int) (n int, rest []byte, ok bool) {
	if len(b) < 4 {
		return 0, nil, false
	}
	n = int(int32(binary.BigEndian.Uint32(b)))
	b = b[4:]
	if n < 0 || n > len(b)/elem {
		return 0, nil, false
	}
	return n, b, true
}

package protocol

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

// A request on the wire, behind its four-byte size:
//
//	header v1   key int16 | version int16 | correlation int32 | client id nullable string
//	header v2   the same | tags
//
// Header v0 had no client id and belonged to a key that is gone, so every request begins the same way. The client id
// keeps its two-byte length even in v2, which is why the fixed part can be read without knowing the version.

// PrefixSize is the length of the part of a request header that never varies: key, version and correlation id.
const PrefixSize = 8

// RequestHeader is a request header, decoded. ClientID aliases the frame.
type RequestHeader struct {
	Key           int16
	Version       int16
	CorrelationID int32
	ClientID      string // "" when null
	HasClientID   bool
}

// Errors of ParsePrefix and ParseRequestHeader. They name no value, so that reading a hostile frame allocates nothing.
var (
	ErrShortHeader  = errors.New("request header: the frame ends inside the header")
	ErrHeaderClient = errors.New("request header: client id with a negative length")
	ErrHeaderTags   = errors.New("request header: tagged fields that do not fit the frame")
)

// ParsePrefix reads the fixed part of a request header, whatever the key and the version are (trap T10).
func ParsePrefix(frame []byte) (h RequestHeader, err error) {
	if len(frame) < PrefixSize {
		return h, ErrShortHeader
	}
	h.Key = int16(binary.BigEndian.Uint16(frame))
	h.Version = int16(binary.BigEndian.Uint16(frame[2:]))
	h.CorrelationID = int32(binary.BigEndian.Uint32(frame[4:]))
	return h, nil
}

// ParseRequestHeader reads a request header and returns the bytes behind it. The key and version must be those of an
// API that is known (see Lookup); of others only the fixed part and the client id are read, and body is nil. It does
// not allocate: h.ClientID and body alias frame.
func ParseRequestHeader(frame []byte) (h RequestHeader, body []byte, err error) {
	if h, err = ParsePrefix(frame); err != nil {
		return h, nil, err
	}
	rest, err := h.parseClientID(frame[PrefixSize:])
	if err != nil {
		return h, nil, err
	}
	api := Lookup(h.Key)
	if api == nil || !api.Known(h.Version) {
		return h, nil, nil
	}
	if api.FlexibleRequest(h.Version) {
		if rest, err = skipTags(rest); err != nil {
			return h, nil, err
		}
	}
	return h, rest, nil
}

func (h *RequestHeader) parseClientID(b []byte) (rest []byte, err error) {
	if len(b) < 2 {
		return nil, ErrShortHeader
	}
	n := int(int16(binary.BigEndian.Uint16(b)))
	b = b[2:]
	switch {
	case n == -1:
		return b, nil
	case n < 0:
		return nil, ErrHeaderClient
	case n > len(b):
		return nil, ErrShortHeader
	}
	h.HasClientID = true
	h.ClientID = unsafe.String(unsafe.SliceData(b), n)
	return b[n:], nil
}

// skipTags steps over a section of tagged fields. A tag takes two bytes at least, so a count that the bytes left cannot
// hold is refused before the loop begins: the loop is bounded by the frame, not by what the frame claims.
func skipTags(b []byte) ([]byte, error) {
	count, b, ok := uvarint(b)
	if !ok || uint64(count) > uint64(len(b)/2) {
		return nil, ErrHeaderTags
	}
	for ; count > 0; count-- {
		var size uint32
		if _, b, ok = uvarint(b); !ok {
			return nil, ErrHeaderTags
		}
		if size, b, ok = uvarint(b); !ok || uint64(size) > uint64(len(b)) {
			return nil, ErrHeaderTags
		}
		b = b[size:]
	}
	return b, nil
}

// uvarint reads an unsigned varint of at most five bytes and 32 bits.
func uvarint(b []byte) (v uint32, rest []byte, ok bool) {
	for i := 0; i < 5 && i < len(b); i++ {
		c := b[i]
		if i == 4 && c > 0x0f {
			return 0, nil, false
		}
		v |= uint32(c&0x7f) << (7 * i)
		if c < 0x80 {
			return v, b[i+1:], true
		}
	}
	return 0, nil, false
}

// AppendResponseHeader appends the header of a response to (key, version): the correlation id and, where the response
// header is flexible, an empty section of tags. The key and version must be known.
func AppendResponseHeader(dst []byte, key, version int16, correlationID int32) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(correlationID))
	if api := Lookup(key); api != nil && api.FlexibleResponseHeader(version) {
		dst = append(dst, 0)
	}
	return dst
}

// AppendRequestHeader appends the header of a request to (key, version), as the outbound side writes it. clientID nil
// is null.
func AppendRequestHeader(dst []byte, key, version int16, correlationID int32, clientID *string) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(key))
	dst = binary.BigEndian.AppendUint16(dst, uint16(version))
	dst = binary.BigEndian.AppendUint32(dst, uint32(correlationID))
	if clientID == nil {
		dst = append(dst, 0xff, 0xff)
	} else {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(*clientID)))
		dst = append(dst, *clientID...)
	}
	if api := Lookup(key); api != nil && api.FlexibleRequest(version) {
		dst = append(dst, 0)
	}
	return dst
}

// ParseResponseHeader reads the header of a response to (key, version) and returns the bytes behind it.
func ParseResponseHeader(frame []byte, key, version int16) (correlationID int32, body []byte, err error) {
	if len(frame) < 4 {
		return 0, nil, ErrShortHeader
	}
	correlationID = int32(binary.BigEndian.Uint32(frame))
	body = frame[4:]
	if api := Lookup(key); api != nil && api.FlexibleResponseHeader(version) {
		if body, err = skipTags(body); err != nil {
			return 0, nil, err
		}
	}
	return correlationID, body, nil
}

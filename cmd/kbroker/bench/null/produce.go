package null

import (
	"encoding/binary"

	"github.com/kbroker/kbroker/protocol/record"
)

const (
	codeNone             = 0
	codeCorrupt          = 2
	codeUnknownPartition = 3
	codeStorage          = 56
	codeInvalidRecord    = 87
	keyProduce           = 0
	keyFetch             = 1
	flexibleProduce      = 9
	onlyFetch            = 12
	lastNamedProduce     = 12
)

// produce handles versions 9 to 12, which differ in nothing that it looks at.
func (c *conn) produce(r *reader, correlation int32) error {
	r.compact() // transactional id
	acks := r.i16()
	r.i32() // timeout
	at := len(c.out)
	c.out = begin(c.out, correlation)
	topics := r.count()
	c.out = binary.AppendUvarint(c.out, uint64(topics+1))
	for range topics {
		name := r.compact()
		c.out = appendCompact(c.out, name)
		parts := r.count()
		c.out = binary.AppendUvarint(c.out, uint64(parts+1))
		for range parts {
			index := r.i32()
			batch := r.compact()
			r.tags()
			if !r.ok {
				return errFrame
			}
			c.part(name, index, batch)
		}
		r.tags()
		c.out = append(c.out, 0)
	}
	if !r.ok {
		return errFrame
	}
	c.out = append(c.out, 0, 0, 0, 0, 0) // throttle time, tags
	finish(c.out, at, 0)
	if acks == 0 {
		c.out = c.out[:at]
	}
	return nil
}

func (c *conn) part(name []byte, index int32, b []byte) {
	code, base := c.append(c.b.partition(name, index), b)
	be := binary.BigEndian
	c.out = be.AppendUint32(c.out, uint32(index))
	c.out = be.AppendUint16(c.out, uint16(code))
	c.out = be.AppendUint64(c.out, uint64(base))
	c.out = append(c.out,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, // log append time -1
		0, 0, 0, 0, 0, 0, 0, 0, // log start offset
		1, 0, 0) // no record errors, null error message, tags
}

func (c *conn) append(p *partition, b []byte) (code int16, base int64) {
	if p == nil {
		return codeUnknownPartition, -1
	}
	o := record.ValidateOptions{}
	if p.walk {
		o = record.ValidateOptions{Depth: record.DepthWalk, FromClient: true}
	}
	batch, rest, err := record.Next(b)
	if err != nil || len(rest) > 0 {
		return codeCorrupt, -1
	}
	if err := batch.Validate(o); err != nil {
		if record.IsCorrupt(err) {
			return codeCorrupt, -1
		}
		return codeInvalidRecord, -1
	}
	base, err = p.append(batch)
	if err != nil {
		return codeStorage, -1
	}
	if p.fsync {
		c.dirty = append(c.dirty, p)
	}
	return codeNone, base
}

package schema

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// value makes a value for a field, deterministic for a seed, that is not the field's default where it can be.
func value(r *rand.Rand, f *Field, version int16, depth int) any {
	if f.Nullable.Has(version) && r.IntN(4) == 0 {
		return nil
	}
	if f.Array {
		items := []any{}
		for range r.IntN(3) {
			items = append(items, single(r, f, version, depth))
		}
		return items
	}
	return single(r, f, version, depth)
}

func single(r *rand.Rand, f *Field, version int16, depth int) any {
	if f.IsStruct() {
		return object(r, f.Fields, version, depth+1)
	}
	switch f.Type {
	case "bool":
		return r.IntN(2) == 0
	case "string":
		return fmt.Sprintf("s%d", r.IntN(1000))
	case "bytes", "records":
		return fmt.Appendf(nil, "b%d", r.IntN(1000))
	case "uuid":
		var u [16]byte
		for i := range u {
			u[i] = byte(r.Uint32())
		}
		return u
	case "float64":
		return float64(r.IntN(1000)) / 4
	case "int8":
		return int64(int8(r.Uint32()))
	case "int16":
		return int64(int16(r.Uint32()))
	case "uint16":
		return int64(uint16(r.Uint32()))
	case "int32":
		return int64(int32(r.Uint32()))
	}
	return int64(r.Uint64())
}

func object(r *rand.Rand, fs []*Field, version int16, depth int) map[string]any {
	out := map[string]any{}
	for _, f := range fs {
		if f.Versions.Has(version) {
			out[f.Name] = value(r, f, version, depth)
		}
	}
	return out
}

// kmsgLeavesOut are messages whose bytes kmsg is known to write otherwise, with the reason.
var kmsgLeavesOut = map[string]string{
	"InitProducerIdRequest v6":  "two-phase commit is unstable in 4.4 and not offered",
	"InitProducerIdResponse v6": "two-phase commit is unstable in 4.4 and not offered",
}

// TestSchemaAndKmsgWriteTheSameBytes fills every message at every version and sends it through both encoders.
func TestSchemaAndKmsgWriteTheSameBytes(t *testing.T) {
	pairs := 0
	for _, m := range All() {
		if m.Kind == "header" {
			continue
		}
		for v := m.Versions.Min; v <= m.Versions.Max; v++ {
			if reason := kmsgLeavesOut[fmt.Sprintf("%s v%d", m.Name, v)]; reason != "" {
				continue
			}
			pairs++
			for seed := range uint64(8) {
				if err := agree(m, v, seed); err != nil {
					t.Errorf("%s v%d, seed %d: %v", m.Name, v, seed, err)
					break
				}
			}
		}
	}
	if pairs < 600 {
		t.Errorf("only %d messages were compared", pairs)
	}
}

func agree(m *Message, v int16, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, uint64(m.Key)<<16|uint64(v)))
	b, err := Encode(m, v, object(r, m.Fields, v, 0))
	if err != nil {
		return err
	}
	s, err := Decode(m, v, b)
	if err != nil {
		return fmt.Errorf("the decoder refuses the encoder's bytes: %w", err)
	}
	if len(s) == 0 && len(b) > 1 {
		return fmt.Errorf("%d bytes gave no field", len(b))
	}
	got, err := throughKmsg(m, v, b)
	if err != nil {
		return fmt.Errorf("kmsg refuses the bytes: %w", err)
	}
	if !bytes.Equal(b, got) {
		return fmt.Errorf("kmsg writes other bytes\nschema %x\nkmsg   %x", b, got)
	}
	return nil
}

func throughKmsg(m *Message, v int16, b []byte) ([]byte, error) {
	if m.Kind == "request" {
		req := kmsg.RequestForKey(m.Key)
		if req == nil {
			return nil, fmt.Errorf("kmsg has no request %d", m.Key)
		}
		req.SetVersion(v)
		err := req.ReadFrom(b)
		return req.AppendTo(nil), err
	}
	resp := kmsg.ResponseForKey(m.Key)
	if resp == nil {
		return nil, fmt.Errorf("kmsg has no response %d", m.Key)
	}
	resp.SetVersion(v)
	err := resp.ReadFrom(b)
	return resp.AppendTo(nil), err
}

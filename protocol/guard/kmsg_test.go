package guard

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/internal/fill"
	"github.com/kbroker/kbroker/protocol/schema/dynamic"
)

// eachRequest calls f for every request and version that has a definition.
func eachRequest(f func(key, version int16)) {
	for key := range apis {
		for v := apis[key].min; v <= apis[key].max; v++ {
			f(int16(key), v)
		}
	}
}

// random makes a request with random content, and now and then with tagged fields that nobody knows.
func random(r *rand.Rand, key, version int16) kmsg.Request {
	req := kmsg.RequestForKey(key)
	req.SetVersion(version)
	fill.Value(r, req, "Version", "UnknownTags")
	if r.IntN(3) == 0 {
		tagSome(r, reflect.ValueOf(req).Elem())
	}
	for _, d := range dynamic.KmsgDifferences {
		if d.What == dynamic.UngatedTag && d.Versions.Contains(version) && reflect.TypeOf(req).Elem().Name() == d.Message {
			fill.Reset(req, d.Field)
		}
	}
	return req
}

func tagSome(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if tags, ok := v.Addr().Interface().(*kmsg.Tags); ok {
			for range r.IntN(3) {
				tags.Set(uint32(20+r.IntN(1000)), make([]byte, r.IntN(5)))
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				tagSome(r, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			tagSome(r, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			tagSome(r, v.Elem())
		}
	}
}

// Whatever a correct client can say is let through.
func TestEveryValidRequestPasses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	eachRequest(func(key, version int16) {
		for range 40 {
			req := random(r, key, version)
			body := req.AppendTo(nil)
			if err := Check(key, version, body, AfterLogin(len(body))); err != nil {
				t.Fatalf("%T: %v\n%x\n%+v", req, err, body, req)
			}
		}
	})
}

// What is let through decodes: no mutation of a valid request may slip past the guard and then fail in the decoder.
func TestWhatPassesDecodes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	passed, refused := 0, 0
	eachRequest(func(key, version int16) {
		for range 60 {
			body := mutate(r, random(r, key, version).AppendTo(nil))
			if Check(key, version, body, AfterLogin(len(body))) != nil {
				refused++
				continue
			}
			passed++
			decodes(t, key, version, body)
		}
	})
	if passed == 0 || refused == 0 {
		t.Errorf("%d passed, %d refused: the test proves nothing", passed, refused)
	}
}

func decodes(t *testing.T, key, version int16, body []byte) {
	t.Helper()
	req := kmsg.RequestForKey(key)
	req.SetVersion(version)
	if err := req.ReadFrom(body); err != nil {
		t.Fatalf("%T version %d passed and does not decode: %v\n%x", req, version, err, body)
	}
}

func mutate(r *rand.Rand, b []byte) []byte {
	for range 1 + r.IntN(3) {
		switch at := r.IntN(len(b) + 1); {
		case at == len(b):
			b = append(b, byte(r.Uint32()))
		case r.IntN(8) == 0:
			b = b[:at]
		case r.IntN(4) == 0:
			b[at] = [...]byte{0, 1, 0x7f, 0x80, 0xff, 0xfe}[r.IntN(6)]
		default:
			b[at] = byte(r.Uint32())
		}
	}
	return b
}

// The memory of what passed stays within what was charged, and that within the limits.
func TestDecodedMemoryStaysWithinTheCharge(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	eachRequest(func(key, version int16) {
		for range 5 {
			body := random(r, key, version).AppendTo(nil)
			generous := Limits{MaxElements: 1 << 20, MaxDecodedBytes: 1 << 30}
			w := walker{b: body, elements: generous.MaxElements, bytes: generous.MaxDecodedBytes}
			if !w.run(programs[apis[key].first+uint16(version-apis[key].min)]) {
				t.Fatalf("key %d version %d: %s", key, version, w.reason)
			}
			charged := generous.MaxDecodedBytes - w.bytes
			if got := decodedSize(key, version, body); got > charged+charged/4+512 {
				t.Errorf("key %d version %d: %d bytes charged, %d taken for %x", key, version, charged, got, body)
			}
		}
	})
}

// decodedSize is how many bytes the decoding of a body allocates; the request itself is among them.
func decodedSize(key, version int16, body []byte) int {
	least := -1
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		req := kmsg.RequestForKey(key)
		req.SetVersion(version)
		_ = req.(interface{ UnsafeReadFrom([]byte) error }).UnsafeReadFrom(body)
		runtime.ReadMemStats(&after)
		if n := int(after.TotalAlloc - before.TotalAlloc); least < 0 || n < least {
			least = n
		}
	}
	return least
}

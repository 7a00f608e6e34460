package protocol

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Golden bytes of both headers for every key and version: a byte too many or too few here is a client that crashes.
func TestTrap011GoldenHeadersForEveryKeyAndVersion(t *testing.T) {
	var out strings.Builder
	id := "c-1"
	for key := int16(0); key < NumKeys; key++ {
		api := Lookup(key)
		if api == nil {
			continue
		}
		for v := api.Min; v <= api.Max; v++ {
			request := AppendRequestHeader(nil, key, v, 0x01020304, &id)
			response := AppendResponseHeader(nil, key, v, 0x01020304)
			fmt.Fprintf(&out, "%-38s v%-2d request %s response %s\n", api.Name, v, hex.EncodeToString(request), hex.EncodeToString(response))

			req := kmsg.RequestForKey(key)
			req.SetVersion(v)
			f := kmsg.NewRequestFormatter(kmsg.FormatterClientID(id))
			if whole := f.AppendRequest(nil, req, 0x01020304); !bytes.HasPrefix(whole[4:], request) {
				t.Errorf("%s v%d: kmsg begins a request with %x, the table with %x", api.Name, v, whole[4:], request)
			}
		}
	}
	const file = "testdata/headers.golden"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != out.String() {
		t.Errorf("headers differ from %s:\n%s", file, out.String())
	}
}

func TestParseRequestHeaderReadsWhatIsWritten(t *testing.T) {
	id, empty := "client", ""
	for key := int16(0); key < NumKeys; key++ {
		api := Lookup(key)
		if api == nil {
			continue
		}
		for v := api.Min; v <= api.Max; v++ {
			for _, clientID := range []*string{nil, &empty, &id} {
				frame := append(AppendRequestHeader(nil, key, v, -7, clientID), "body"...)
				h, body, err := ParseRequestHeader(frame)
				if err != nil || string(body) != "body" || h.Key != key || h.Version != v || h.CorrelationID != -7 {
					t.Fatalf("%s v%d: %+v body %q err %v", api.Name, v, h, body, err)
				}
				if h.HasClientID != (clientID != nil) || (clientID != nil && h.ClientID != *clientID) {
					t.Fatalf("%s v%d: client id %q %v", api.Name, v, h.ClientID, h.HasClientID)
				}
				corr, rest, err := ParseResponseHeader(append(AppendResponseHeader(nil, key, v, 9), 'x'), key, v)
				if corr != 9 || string(rest) != "x" || err != nil {
					t.Fatalf("%s v%d: response header %d %q %v", api.Name, v, corr, rest, err)
				}
			}
		}
	}
}

func TestTrap010UnknownRequestsAreReadNoFurtherThanTheFixedPart(t *testing.T) {
	// Behind the client id stand bytes that would be refused as tags.
	tail := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	for _, kv := range [][2]int16{{200, 0}, {18, 6}, {1, 19}, {-1, 3}, {4, 1}} {
		id := "x"
		frame := append(AppendRequestHeader(nil, kv[0], -1, 5, &id), tail...)
		frame[2], frame[3] = byte(kv[1]>>8), byte(kv[1])
		h, body, err := ParseRequestHeader(frame)
		if err != nil || body != nil || h.CorrelationID != 5 || h.ClientID != "x" {
			t.Errorf("key %d v%d: %+v body %x err %v", kv[0], kv[1], h, body, err)
		}
	}
}

func TestParseRequestHeaderRefusesDamage(t *testing.T) {
	fixed := AppendRequestHeader(nil, 1, 12, 1, nil)
	fixed = fixed[:len(fixed)-1] // without the tags
	for _, c := range []struct {
		name string
		tail []byte
		want error
	}{
		{"no tags at all", nil, ErrHeaderTags},
		{"a count of 2^32-1", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, ErrHeaderTags},
		{"a count of 33 bits", []byte{0xff, 0xff, 0xff, 0xff, 0x1f}, ErrHeaderTags},
		{"a count that never ends", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, ErrHeaderTags},
		{"more tags than bytes", []byte{3, 0, 0, 1, 0}, ErrHeaderTags},
		{"a tag larger than the frame", []byte{1, 0, 9, 1, 2}, ErrHeaderTags},
		{"one tag", []byte{1, 0, 2, 1, 2}, nil},
	} {
		_, _, err := ParseRequestHeader(append(bytes.Clone(fixed), c.tail...))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for n := range PrefixSize + 2 {
		if _, _, err := ParseRequestHeader(fixed[:n]); !errors.Is(err, ErrShortHeader) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, _, err := ParseRequestHeader([]byte{0, 1, 0, 4, 0, 0, 0, 0, 0xff, 0xfe}); !errors.Is(err, ErrHeaderClient) {
		t.Errorf("client id of length -2: %v", err)
	}
	if _, _, err := ParseRequestHeader([]byte{0, 1, 0, 4, 0, 0, 0, 0, 0, 3, 'a', 'b'}); !errors.Is(err, ErrShortHeader) {
		t.Errorf("client id past the end: %v", err)
	}
}

func TestParseRequestHeaderDoesNotAllocate(t *testing.T) {
	id := "client"
	frame := AppendRequestHeader(nil, 1, 12, 1, &id)
	if n := testing.AllocsPerRun(100, func() { _, _, _ = ParseRequestHeader(frame) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParseRequestHeader(f *testing.F) {
	id := "client"
	f.Add(AppendRequestHeader(nil, 1, 12, 1, &id))
	f.Add(AppendRequestHeader(nil, 17, 1, 1, nil))
	f.Add([]byte{0, 18, 0, 3, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, frame []byte) {
		h, body, err := ParseRequestHeader(frame)
		if err != nil {
			return
		}
		if len(body) > len(frame)-PrefixSize-2 || len(h.ClientID) > len(frame) {
			t.Fatalf("%+v with a body of %d bytes from a frame of %d", h, len(body), len(frame))
		}
		answers := &ApiVersions{Table: &Table{}, ClusterID: "c"}
		if h.Key == KeyApiVersions {
			_, _, _ = answers.Answer(h.Version, body)
		}
		if h.Key == KeyProduce && h.Version < 3 {
			if r, err := RefuseProduce(h.Version, body); err == nil {
				if out := r.AppendTo(nil); len(out) > 4*len(body)+8 {
					t.Fatalf("an answer of %d bytes to %d", len(out), len(body))
				}
			}
		}
	})
}

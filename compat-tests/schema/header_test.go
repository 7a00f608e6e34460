package schema

import (
	"bytes"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestHeadersAreThoseThatKmsgWrites holds the header of every request against the one of kmsg's own formatter, with a
// client id and without, and reads a response behind the header that kmsg says it has.
func TestHeadersAreThoseThatKmsgWrites(t *testing.T) {
	n := 0
	for _, m := range All() {
		for v := m.Versions.Min; m.Kind == "request" && v <= m.Versions.Max; v++ {
			n++
			req := kmsg.RequestForKey(m.Key)
			req.SetVersion(v)
			body := req.AppendTo(nil)
			for _, id := range []any{nil, "", "client"} {
				var opts []kmsg.RequestFormatterOpt
				if s, ok := id.(string); ok {
					opts = append(opts, kmsg.FormatterClientID(s))
				}
				want := kmsg.NewRequestFormatter(opts...).AppendRequest(nil, req, 0x01020304)[4:]
				if got := append(RequestHeader(m, v, 0x01020304, id), body...); !bytes.Equal(got, want) {
					t.Errorf("%s v%d with the client id %v begins %x, kmsg's %x", m.Name, v, id, got[:12], want[:12])
				}
			}
			resp := req.ResponseKind()
			answer := []byte{1, 2, 3, 4}
			if resp.IsFlexible() && m.Key != kmsg.ApiVersions.Int16() {
				answer = append(answer, 1, 9, 2, 0xaa, 0xbb) // one tag that nobody knows
			}
			answer = append(answer, 0xcc, 0xdd)
			rm, _ := Response(m.Key)
			correlation, rest, err := ResponseBody(rm, v, answer)
			if err != nil || correlation != 0x01020304 || !bytes.Equal(rest, []byte{0xcc, 0xdd}) {
				t.Errorf("%s v%d is read as correlation id %x and body %x, %v", rm.Name, v, correlation, rest, err)
			}
		}
	}
	if n < 250 {
		t.Errorf("only %d headers were compared", n)
	}
}

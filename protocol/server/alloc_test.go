//go:build !race

package server

import (
	"io"
	"testing"

	"github.com/kbroker/kbroker/protocol"
)

// A frame that is read, served and answered costs no allocation. (The race detector makes pools forget on purpose.)
func TestFramesDoNotAllocate(t *testing.T) {
	answer := &constant{make([]byte, 52)}
	for name, h := range map[string]handlerFunc{
		"inline": func(_ *protocol.Request, reply protocol.Reply) { reply.Send(answer) },
		"silent and inline": func(req *protocol.Request, reply protocol.Reply) {
			if req.CorrelationID == 1 {
				reply.Nothing()
				return
			}
			reply.Send(answer)
		},
	} {
		for _, size := range []int{100, 16 << 10, 900 << 10} {
			_, addr := startTCP(t, h, nil)
			c := dialTCP(t, addr)
			frames := append(frameOf(0, 9, 1, make([]byte, size)), frameOf(12, 0, 2, make([]byte, 100))...)
			got := make([]byte, 2*61-1)
			if name != "inline" {
				got = got[:60]
			}
			n := testing.AllocsPerRun(200, func() {
				if _, err := c.Write(frames); err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadFull(c, got); err != nil {
					t.Fatal(err)
				}
			})
			if n != 0 {
				t.Errorf("%s, %d bytes: %v allocations", name, size, n)
			}
		}
	}
}

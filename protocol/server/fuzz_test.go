package server

import (
	"bytes"
	"encoding/binary"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/memnet"
)

// FuzzStream feeds a connection arbitrary bytes in arbitrary pieces, with the real guard. Whatever they are, the server
// neither panics nor hangs, each frame that it answers is answered in order, and nothing stays charged (invariant X2).
func FuzzStream(f *testing.F) {
	f.Add(frameOf(18, 0, 1, nil), uint8(3))
	f.Add(append(frameOf(12, 0, 1, []byte("x")), frameOf(18, 3, 2, []byte{4, 'k', 'g', 'o', 2, '1', 0})...), uint8(40))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), uint8(1))
	f.Add(frameOf(0, 2, 1, []byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0}), uint8(9))
	f.Add(binary.BigEndian.AppendUint32(nil, 90<<20), uint8(4))
	f.Add(frameOf(3, 9, 1, []byte{0xff, 0xff, 0xff, 0xff, 0x0f}), uint8(7))
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8) {
		n := memnet.New(1)
		l, err := n.Listen(address)
		if err != nil {
			t.Fatal(err)
		}
		h := handlerFunc(func(req *protocol.Request, reply protocol.Reply) {
			own := bytes.Clone(req.Body)
			if req.CorrelationID%2 == 0 {
				reply.Send(raw(own))
				return
			}
			go func() {
				if !bytes.Equal(own, req.Body) {
					t.Error("a request's bytes changed before it was answered")
				}
				reply.Send(raw(own))
			}()
		})
		s, err := New(Config{Handler: h, Logger: slog.New(slog.DiscardHandler), MaxInFlight: 4})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Serve(ListenerConfig{Listener: l, ApiVersions: testVersions(t)}); err != nil {
			t.Fatal(err)
		}
		c, err := n.Host("a").Dial(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for rest := stream; len(rest) > 0; {
				k := min(len(rest), int(piece)+1)
				if _, err := c.Write(rest[:k]); err != nil {
					return
				}
				rest = rest[k:]
			}
			_ = c.(*memnet.Conn).CloseWrite()
		}()
		if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Fatalf("the connection did not end: %v", err)
		}
		c.Close()
		s.Close()
		if st := s.Stats(); st.Panics != 0 || st.Connections != 0 {
			t.Fatalf("%+v", st)
		}
	})
}

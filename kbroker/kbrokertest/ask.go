package kbrokertest

import (
	"encoding/binary"
	"io"
	"testing"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Ask sends one request, at the version that it carries, over a connection of its own and returns the answer. A client
// library would choose the version; here the test does.
func (b *Broker) Ask(t testing.TB, req kmsg.Request) kmsg.Response {
	t.Helper()
	conn, err := b.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	frame := protocol.AppendRequestHeader(make([]byte, 4), req.Key(), req.GetVersion(), 1, kmsg.StringPtr("kbrokertest"))
	frame = req.AppendTo(frame)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		t.Fatalf("%s v%d: %v", kmsg.NameForKey(req.Key()), req.GetVersion(), err)
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		t.Fatal(err)
	}
	_, body, err := protocol.ParseResponseHeader(answer, req.Key(), req.GetVersion())
	if err != nil {
		t.Fatal(err)
	}
	resp := req.ResponseKind()
	resp.SetVersion(req.GetVersion())
	if err := resp.ReadFrom(body); err != nil {
		t.Fatalf("%s v%d: %v", kmsg.NameForKey(req.Key()), req.GetVersion(), err)
	}
	return resp
}

package server

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

// Handlers of large requests run one after the other, whatever the number of connections; small requests and Produce
// pass them, and a peer that gives up waiting leaves the turn to others.
func TestInvX2LargeRequestsTakeTurns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const most, senders = 2, 10
		var running, peak, served atomic.Int32
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if len(req.Body) > heavySize && req.Key != protocol.KeyProduce {
				peak.Store(max(peak.Load(), running.Add(1)))
				time.Sleep(time.Second)
				running.Add(-1)
				served.Add(1)
			}
			reply.Send(raw("x"))
		}, func(c *Config, _ *ListenerConfig) { c.MaxHeavy = most })
		defer b.Close()
		large := make([]byte, heavySize+1)
		conns := make([]*peerConn, senders)
		for i := range conns {
			conns[i] = b.dial("a")
			conns[i].send(frameOf(12, 0, 1, large))
		}
		synctest.Wait()
		began := time.Now()
		other := b.dial("b")
		other.send(frameOf(12, 0, 2, large[:heavySize]))
		other.receive()
		other.send(frameOf(protocol.KeyProduce, 9, 3, large))
		other.receive()
		if waited := time.Since(began); waited != 0 {
			t.Errorf("others waited for %v", waited)
		}
		conns[senders-1].Close()
		for _, c := range conns[:senders-1] {
			c.receive()
			c.Close()
		}
		other.Close()
		synctest.Wait()
		if p, n := peak.Load(), served.Load(); p != most || n < senders-1 {
			t.Errorf("%d of them at a time, %d served", p, n)
		}
	})
}

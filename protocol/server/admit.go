package server

import (
	"net"
	"time"
)

// rateWindow is how long a burst of new connections may run ahead of its rate: Kafka averages over eleven samples of a
// second, of which the last is running.
const rateWindow = 10 * time.Second

// maxRememberedPeers bounds the addresses whose rate is remembered while they have no connection.
const maxRememberedPeers = 10_000

// peer is an address that connects. Fields are guarded by Server.mu unless they say otherwise.
type peer struct {
	host   string
	open   int // connections
	tokens bucket

	held account // guarded by memory.mu
}

// bucket is a rate: level connections may be made at once, and it fills with time.
type bucket struct {
	level float64
	at    time.Time // when level was right; zero before the first use
}

// take takes one connection and returns how far the rate has been overrun: how long until it is kept again.
func (b *bucket) take(rate float64, now time.Time) time.Duration {
	full := rate * rateWindow.Seconds()
	if b.at.IsZero() {
		b.level = full
	} else {
		b.level = min(full, b.level+rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	b.level--
	if b.level >= 0 {
		return 0
	}
	return time.Duration(-b.level / rate * float64(time.Second))
}

// admit decides about an accepted connection, waiting on the accept loop where the limits say so: for a free place, or
// for the creation rate. A peer beyond its own limits is sent away without holding anybody up.
func (s *Server) admit(l *listener, nc net.Conn) {
	host := hostOf(nc.RemoteAddr())
	for {
		verdict, wait, p, left := s.tryAdmit(l, host)
		switch verdict {
		case admitted:
			if wait > 0 && !s.sleep(wait) {
				s.giveBack(l, p)
				nc.Close()
				return
			}
			s.start(l, nc, p)
			return
		case tooMany:
			s.stats.refused.Add(1)
			s.note("perip", "too many connections from one address", "listener", l.Name, "peer", nc.RemoteAddr())
			nc.Close()
			return
		case tooFast:
			s.stats.refused.Add(1)
			s.note("iprate", "connections from one address come too fast", "listener", l.Name, "peer", nc.RemoteAddr())
			s.closeLater(nc, wait)
			return
		}
		select {
		case <-left:
		case <-s.stop:
			nc.Close()
			return
		}
	}
}

type admission uint8

const (
	admitted admission = iota
	full               // wait for somebody to leave
	tooMany            // per address
	tooFast            // per address
)

func (s *Server) tryAdmit(l *listener, host string) (admission, time.Duration, *peer, <-chan struct{}) {
	limits := s.limits.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.MaxConnections > 0 && l.open >= l.MaxConnections ||
		limits.MaxConnections > 0 && s.open >= limits.MaxConnections && !l.Privileged {
		return full, 0, nil, s.left
	}
	p := s.peers[host]
	if p == nil {
		p = &peer{host: host}
		s.peers[host] = p
	}
	if max, limited := limits.perIP(host); limited && p.open >= max {
		s.forgetPeer(p)
		return tooMany, 0, nil, nil
	}
	now := time.Now()
	if rate := limits.rateOf(host); rate > 0 {
		if wait := p.tokens.take(rate, now); wait > 0 {
			p.tokens.level++ // not taken
			s.forgetPeer(p)
			return tooFast, wait, nil, nil
		}
	}
	var wait time.Duration
	if limits.CreationRate > 0 {
		wait = s.tokens.take(limits.CreationRate, now)
	}
	p.open++
	l.open++
	s.open++
	return admitted, wait, p, nil
}

func (s *Server) giveBack(l *listener, p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(l, p)
}

// forgetPeer drops an address without connections, unless its rate has to be remembered. The caller holds s.mu.
func (s *Server) forgetPeer(p *peer) {
	if p.open == 0 && (p.tokens.at.IsZero() || len(s.peers) > maxRememberedPeers) {
		delete(s.peers, p.host)
	}
}

// maxDelayedCloses bounds the connections that wait to be sent away; beyond it they are closed at once.
const maxDelayedCloses = 256

// closeLater closes nc after d, as Kafka does with an address that connects too fast: closing it at once would only make
// its next attempt come sooner.
func (s *Server) closeLater(nc net.Conn, d time.Duration) {
	if s.stats.delayed.Add(1) > maxDelayedCloses {
		s.stats.delayed.Add(-1)
		nc.Close()
		return
	}
	s.wg.Go(func() {
		s.sleep(min(d, rateWindow))
		nc.Close()
		s.stats.delayed.Add(-1)
	})
}

func (l *Limits) perIP(host string) (n int, limited bool) {
	if n, ok := l.PerIPOverrides[host]; ok {
		return n, true
	}
	return l.MaxPerIP, l.MaxPerIP > 0
}

func (l *Limits) rateOf(host string) float64 {
	if l.PerIPRateOfHost != nil {
		if rate, ok := l.PerIPRateOfHost(host); ok {
			return rate
		}
	}
	return l.PerIPRate
}

// hostOf is the address of a peer without its port.
func hostOf(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.IP.String()
	}
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

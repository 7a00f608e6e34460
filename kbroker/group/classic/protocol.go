package classic

import (
	"encoding/binary"
	"iter"
)

// supportsAny reports whether a joiner speaks the group's protocol type and shares a protocol with every member.
func (g *Group) supportsAny(protocolType string, ps []Protocol) bool {
	if g.state == Empty {
		return protocolType != "" && len(ps) > 0
	}
	if g.protocolType != protocolType {
		return false
	}
	for _, p := range ps {
		if g.supportedByAll(p.Name) {
			return true
		}
	}
	return false
}

func (g *Group) supportedByAll(protocol string) bool {
	n, _ := g.supports.get(protocol)
	return n == g.members.len()
}

// names passes the names of protocols, each once. Clients name one or two.
func names(ps []Protocol) iter.Seq[string] {
	return func(yield func(string) bool) {
		if len(ps) == 0 {
			return
		}
		if len(ps) == 1 {
			yield(ps[0].Name)
			return
		}
		seen := make(map[string]struct{}, len(ps))
		for _, p := range ps {
			if _, ok := seen[p.Name]; ok {
				continue
			}
			seen[p.Name] = struct{}{}
			if !yield(p.Name) {
				return
			}
		}
	}
}

// selectProtocol takes the protocol that most members prefer among those that all support. A tie is decided by the
// leader's preference.
func (g *Group) selectProtocol() string {
	votes := map[string]int{}
	for _, m := range g.members.all() {
		for _, p := range m.Protocols {
			if g.supportedByAll(p.Name) {
				votes[p.Name]++
				break
			}
		}
	}
	best := ""
	for _, p := range g.Member(g.leader).Protocols {
		if votes[p.Name] > votes[best] {
			best = p.Name
		}
	}
	return best
}

// learnSubscriptions collects the topics that consumers subscribe to. Only the part of the metadata that all versions of
// the consumer protocol share is read.
func (g *Group) learnSubscriptions() {
	g.subscribed, g.knowsSubscribed = nil, false
	if !g.usesConsumerProtocol() {
		return
	}
	if g.members.len() == 0 {
		g.knowsSubscribed = true
		return
	}
	topics := map[string]struct{}{}
	for _, m := range g.members.all() {
		b, ok := m.metadata(g.protocol)
		if !ok || !readTopics(b, topics) {
			return
		}
	}
	g.subscribed, g.knowsSubscribed = topics, true
}

// readTopics reads version int16, topics [string], user data bytes.
func readTopics(b []byte, into map[string]struct{}) bool {
	if len(b) < 6 || int16(binary.BigEndian.Uint16(b)) < 0 {
		return false
	}
	n := int32(binary.BigEndian.Uint32(b[2:]))
	b = b[6:]
	if n < 0 || int(n) > len(b)/2 {
		return false
	}
	for range n {
		if len(b) < 2 {
			return false
		}
		l := int(int16(binary.BigEndian.Uint16(b)))
		b = b[2:]
		if l < 0 || l > len(b) {
			return false
		}
		into[string(b[:l])] = struct{}{}
		b = b[l:]
	}
	if len(b) < 4 {
		return false
	}
	l := int32(binary.BigEndian.Uint32(b))
	return l < 0 || int(l) <= len(b)-4
}

// SubscribedTo reports whether members may be consuming the topic: a consumer group whose subscriptions are not known
// counts as subscribed to everything.
func (g *Group) SubscribedTo(topic string) bool {
	if !g.knowsSubscribed {
		return g.usesConsumerProtocol()
	}
	_, ok := g.subscribed[topic]
	return ok
}

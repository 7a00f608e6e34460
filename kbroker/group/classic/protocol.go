package classic

import "encoding/binary"

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
	for _, m := range g.members {
		if !m.supports(protocol) {
			return false
		}
	}
	return true
}

// selectProtocol takes the protocol that most members prefer among those that all support. A tie is decided by the
// leader's preference.
func (g *Group) selectProtocol() string {
	votes := map[string]int{}
	common := map[string]bool{}
	for _, m := range g.members {
		for _, p := range m.Protocols {
			ok, seen := common[p.Name]
			if !seen {
				ok = g.supportedByAll(p.Name)
				common[p.Name] = ok
			}
			if ok {
				votes[p.Name]++
				break
			}
		}
	}
	best := ""
	for _, p := range g.members[g.leader].Protocols {
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
	if len(g.members) == 0 {
		g.knowsSubscribed = true
		return
	}
	topics := map[string]struct{}{}
	for _, m := range g.members {
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

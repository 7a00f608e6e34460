package consumer

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// A reconciliation moves one member one step towards its target.
type reconciliation struct {
	g          *Group
	m          *Member
	epoch      int32 // of the target
	target     assignor.Partitions
	subscribed map[TopicID]bool
	// changed says that the member has another subscription since its last heartbeat: what it does not subscribe to any
	// more is taken away even if there is no new target yet.
	changed bool
	// claims is what the member says it owns; nil when it does not say.
	claims []kmsg.ConsumerGroupHeartbeatRequestTopic
}

// step returns the member after the step, or the same one when there is none to take.
func (r *reconciliation) step() (*Member, error) {
	switch r.m.State {
	case Stable:
		if r.m.Epoch == r.epoch {
			return r.shrink(), nil
		}
	case UnrevokedPartitions:
		if r.stillClaims(r.m.Revoking) {
			if r.changed {
				return r.shrink(), nil
			}
			return r.m, nil
		}
	case UnreleasedPartitions:
	default:
		if r.claims == nil || len(r.claims) > 0 {
			return nil, refuse(kerr.FencedMemberEpoch, "The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.")
		}
	}
	return r.next(), nil
}

// next compares what the member has with what it shall have.
func (r *reconciliation) next() *Member {
	keeps, gives, gets := Owned{}, Owned{}, Owned{}
	waits := false
	for topic, list := range r.m.Assigned {
		for _, p := range list {
			if r.subscribed[topic] && r.target.Has(topic, p.Partition) {
				keeps.add(topic, p)
			} else {
				gives.add(topic, p)
			}
		}
	}
	for topic, list := range r.target {
		for _, n := range list {
			switch {
			case !r.subscribed[topic] || keeps.has(topic, n):
			case r.g.ownedByOther(r.m, topic, n):
				waits = true
			default:
				gets.add(topic, Part{Partition: n, Epoch: r.epoch})
			}
		}
	}
	if len(gives) > 0 && r.stillClaims(gives) {
		return r.m.as(func(m *Member) { m.advance(UnrevokedPartitions, m.Epoch, keeps, gives) })
	}
	keeps.addAll(gets)
	state := Stable
	if waits {
		state = UnreleasedPartitions
	}
	return r.m.as(func(m *Member) { m.advance(state, r.epoch, keeps, Owned{}) })
}

func (m *Member) advance(s State, epoch int32, assigned, revoking Owned) {
	m.State, m.PreviousEpoch, m.Epoch = s, m.Epoch, epoch
	m.Assigned, m.Revoking = assigned, revoking
}

// shrink takes away what the member does not subscribe to any more, and leaves everything else.
func (r *reconciliation) shrink() *Member {
	keeps, gives := Owned{}, Owned{}
	gives.addAll(r.m.Revoking)
	shrunk := false
	for topic, list := range r.m.Assigned {
		if r.subscribed[topic] {
			keeps[topic] = list
			continue
		}
		shrunk = true
		for _, p := range list {
			gives.add(topic, p)
		}
	}
	switch {
	case !shrunk:
		return r.m
	case r.stillClaims(gives):
		return r.m.as(func(m *Member) { m.advance(UnrevokedPartitions, m.Epoch, keeps, gives) })
	default:
		return r.m.as(func(m *Member) { m.advance(m.State, m.Epoch, keeps, m.Revoking) })
	}
}

// stillClaims reports whether the member may still be working on any of these partitions. A member that does not say what
// it owns may.
func (r *reconciliation) stillClaims(o Owned) bool {
	if r.claims == nil {
		return true
	}
	for _, t := range r.claims {
		for _, n := range t.Partitions {
			if o.has(t.TopicID, n) {
				return true
			}
		}
	}
	return false
}

// subset reports whether a member claims nothing but what is in o; one that does not say may claim anything.
func subset(claims []kmsg.ConsumerGroupHeartbeatRequestTopic, o Owned) bool {
	if claims == nil {
		return false
	}
	for _, t := range claims {
		for _, n := range t.Partitions {
			if !o.has(t.TopicID, n) {
				return false
			}
		}
	}
	return true
}

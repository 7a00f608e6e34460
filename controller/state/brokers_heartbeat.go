package state

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// checkBrokerEpoch refuses who is not the incarnation that is registered.
func checkBrokerEpoch(img *metadata.Image, id int32, epoch int64) *apiError {
	b := img.Broker(id)
	switch {
	case b == nil:
		return fail(kerr.StaleBrokerEpoch, "No broker registration found for broker id %d", id)
	case b.Epoch != epoch:
		return fail(kerr.StaleBrokerEpoch, "Expected broker epoch %d, but got broker epoch %d", b.Epoch, epoch)
	}
	return nil
}

// control is where a broker stands between coming and going.
//
//	fenced --caught up--> unfenced --wants to shut down, leads something--> controlled shutdown
//	  ^ |                    |                                                    |
//	  | +--wants to shut down, or leads nothing that could move-------------------+--> shutdown now
//	  +--wants to be fenced, or its session has run out--+
type control int8

const (
	fenced control = iota
	unfenced
	leaving // controlled shutdown
	gone    // may shut down now
)

func controlOf(b *metadata.Broker) control {
	switch {
	case b.Fenced:
		return fenced
	case b.InControlledShutdown:
		return leaving
	}
	return unfenced
}

// BrokerHeartbeat decides what becomes of a broker that says that it lives.
func (s *State) BrokerHeartbeat(in In, req *kmsg.BrokerHeartbeatRequest) (Records, *kmsg.BrokerHeartbeatResponse) {
	resp := req.ResponseKind().(*kmsg.BrokerHeartbeatResponse)
	resp.IsFenced = true
	if err := checkBrokerEpoch(in.Image, req.BrokerID, req.BrokerEpoch); err != nil {
		resp.ErrorCode = err.code
		return nil, resp
	}
	b := in.Image.Broker(req.BrokerID)
	session := s.sessions.touch(b.ID, b.Epoch, in.NowMs, req.CurrentMetadataOffset)
	now := controlOf(b)
	next := s.nextControl(in.Image, b, session, req, now)
	var out Records
	if next != now {
		out = s.move(in, b, session, next)
	}
	out = append(out, s.directoryChanges(in.Image, b, req)...)
	if next == gone {
		delete(s.sessions.brokers, b.ID) // its successor need not wait
	}
	resp.IsCaughtUp = req.CurrentMetadataOffset >= b.Epoch
	resp.IsFenced = next == fenced || next == gone
	resp.ShouldShutdown = next == gone
	return out, resp
}

func (s *State) nextControl(img *metadata.Image, b *metadata.Broker, ses *session, req *kmsg.BrokerHeartbeatRequest, now control) control {
	switch now {
	case fenced:
		switch {
		case req.WantShutdown:
			return gone
		case !req.WantFence && req.CurrentMetadataOffset >= b.Epoch: // M21: it has applied its own registration
			return unfenced
		}
	case unfenced:
		switch {
		case req.WantShutdown && (req.WantFence || !leadsAnything(img, b.ID)):
			return gone
		case req.WantShutdown:
			return leaving
		case req.WantFence:
			return fenced
		}
	case leaving:
		// The brokers that took over must have heard of it before their predecessor goes.
		if !leadsAnything(img, b.ID) && ses.leaveAt <= s.sessions.lowest(img) {
			return gone
		}
	}
	return now
}

func leadsAnything(img *metadata.Image, broker int32) bool {
	for _, t := range img.Topics() {
		if slices.ContainsFunc(t.Partitions, func(p *metadata.Partition) bool { return p != nil && p.Leader == broker }) {
			return true
		}
	}
	return false
}

func (s *State) move(in In, b *metadata.Broker, ses *session, next control) Records {
	switch next {
	case unfenced:
		return s.unfence(in.Image, b)
	case leaving:
		recs := s.leave(in.Image, b)
		ses.leaveAt = in.Next + int64(len(recs)) - 1
		return recs
	}
	return s.fence(in.Image, b)
}

func registrationChange(b *metadata.Broker) *metarec.BrokerRegistrationChange {
	r := metarec.NewBrokerRegistrationChange()
	r.BrokerID, r.BrokerEpoch = b.ID, b.Epoch
	return r
}

// fence takes a broker out of ISRs and leaderships and marks it (M16).
func (s *State) fence(img *metadata.Image, b *metadata.Broker) Records {
	r := registrationChange(b)
	r.Fenced = 1
	return append(s.withoutBroker(img, b.ID), r)
}

func (s *State) withoutBroker(img *metadata.Image, id int32) Records {
	return s.reshuffle(img, reshuffle{remove: id, add: -1, unclean: -1}, func(p *metadata.Partition) bool { return slices.Contains(p.ISR, id) })
}

// unfence lets a broker lead what nobody leads.
func (s *State) unfence(img *metadata.Image, b *metadata.Broker) Records {
	r := registrationChange(b)
	r.Fenced = -1
	return append(Records{r}, s.reshuffle(img, reshuffle{remove: -1, add: b.ID, unclean: -1},
		func(p *metadata.Partition) bool { return p.Leader == metadata.NoLeader })...)
}

// leave begins a controlled shutdown: others lead from now on.
func (s *State) leave(img *metadata.Image, b *metadata.Broker) Records {
	r := registrationChange(b)
	r.InControlledShutdown = 1
	return append(Records{r}, s.withoutBroker(img, b.ID)...)
}

// directoryChanges notes which log directories a broker has lost or cordoned.
func (s *State) directoryChanges(img *metadata.Image, b *metadata.Broker, req *kmsg.BrokerHeartbeatRequest) Records {
	r := registrationChange(b)
	online := slices.DeleteFunc(slices.Clone(b.LogDirs), func(d metadata.UUID) bool { return slices.Contains(req.OfflineLogDirs, d) })
	changed := false
	if len(online) > 0 && len(online) != len(b.LogDirs) {
		r.LogDirs, changed = online, true
	}
	if req.Version >= 2 && req.CordonedLogDirs != nil && !sameDirs(req.CordonedLogDirs, b.CordonedLogDirs) {
		r.CordonedLogDirs, changed = req.CordonedLogDirs, true
	}
	if !changed {
		return nil
	}
	out := Records{r}
	if r.LogDirs == nil {
		return out
	}
	// Replicas in a lost directory are out of sync, whatever their broker says.
	return append(out, s.reshuffle(img, reshuffle{remove: b.ID, add: -1, unclean: -1}, func(p *metadata.Partition) bool {
		return slices.Contains(p.ISR, b.ID) && slices.Contains(req.OfflineLogDirs, p.Directory(b.ID))
	})...)
}

func sameDirs(a, b []metadata.UUID) bool {
	if len(a) != len(b) {
		return false
	}
	for _, d := range a {
		if !slices.Contains(b, d) {
			return false
		}
	}
	return true
}

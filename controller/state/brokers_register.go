package state

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// RegisterBroker decides about a broker that wants to be part of the cluster. A new incarnation gets the offset of its
// registration record as its epoch, is fenced, and leaves the ISRs that its predecessor was in; the same incarnation
// keeps its epoch (M15).
func (s *State) RegisterBroker(in In, req *kmsg.BrokerRegistrationRequest) (Records, *kmsg.BrokerRegistrationResponse) {
	resp := req.ResponseKind().(*kmsg.BrokerRegistrationResponse)
	resp.BrokerEpoch = -1
	old := in.Image.Broker(req.BrokerID)
	if err := s.checkRegistration(in, req, old); err != nil {
		resp.ErrorCode = err.code
		return nil, resp
	}
	r := registrationOf(req)
	if old != nil && old.Incarnation == req.IncarnationID {
		r.BrokerEpoch, r.Fenced, r.InControlledShutdown = old.Epoch, old.Fenced, old.InControlledShutdown
		resp.BrokerEpoch = r.BrokerEpoch
		return Records{r}, resp
	}
	r.BrokerEpoch, r.Fenced = in.Next, true
	resp.BrokerEpoch = r.BrokerEpoch
	out := Records{r}
	if old != nil {
		out = append(out, s.succeed(in.Image, old, old.Epoch == req.PreviousBrokerEpoch)...)
	}
	return out, resp
}

// succeed takes a broker's predecessor out of ISRs and leaderships. Without proof of a clean shutdown (the epoch that its
// shutdown marker holds) it may have lost records, and leaves the ELRs too (R18).
func (s *State) succeed(img *metadata.Image, old *metadata.Broker, clean bool) Records {
	if clean || !elr(img) {
		return s.reshuffle(img, reshuffle{remove: old.ID, add: -1, unclean: -1}, func(p *metadata.Partition) bool { return slices.Contains(p.ISR, old.ID) })
	}
	return s.reshuffle(img, reshuffle{remove: -1, add: -1, unclean: old.ID}, func(p *metadata.Partition) bool {
		return slices.Contains(p.ISR, old.ID) || slices.Contains(p.ELR, old.ID)
	})
}

func (s *State) checkRegistration(in In, req *kmsg.BrokerRegistrationRequest, old *metadata.Broker) *apiError {
	switch {
	case req.ClusterID != s.cfg.ClusterID: // M23
		return fail(kerr.InconsistentClusterID, "Expected cluster ID %s, but got cluster ID %s", s.cfg.ClusterID, req.ClusterID)
	case old != nil && old.Incarnation != req.IncarnationID && !old.InControlledShutdown &&
		s.sessions.valid(old.ID, old.Epoch, in.NowMs, s.cfg.SessionTimeoutMs):
		return fail(kerr.DuplicateBrokerRegistration, "Another broker is registered with that broker id. If the broker was recently restarted this should self-resolve once the heartbeat manager expires the broker's session.")
	case req.IsMigratingZkBroker:
		return fail(kerr.BrokerIDNotRegistered, "Unable to register broker %d in the ZK migration: there is no ZooKeeper.", req.BrokerID)
	case req.BrokerID < 0:
		return fail(kerr.InvalidRequest, "Broker id %d is negative.", req.BrokerID)
	}
	if err := checkLogDirs(in.Image, req); err != nil {
		return err
	}
	return s.checkBrokerFeatures(in.Image, req)
}

func checkLogDirs(img *metadata.Image, req *kmsg.BrokerRegistrationRequest) *apiError {
	if len(req.LogDirs) == 0 {
		return fail(kerr.InvalidRegistration, "No directories specified in request")
	}
	for i, d := range req.LogDirs {
		switch {
		case reserved(d):
			return fail(kerr.InvalidRegistration, "Reserved directory ID in request")
		case slices.Contains(req.LogDirs[:i], d):
			return fail(kerr.InvalidRegistration, "Duplicate directory ID in request")
		}
		for _, b := range img.Brokers() {
			if b.ID != req.BrokerID && slices.Contains(b.LogDirs, d) {
				return fail(kerr.InvalidRegistration, "Broker %d is already registered with directory %s", b.ID, metadata.FormatUUID(d))
			}
		}
	}
	return nil
}

// reserved ids have a meaning of their own: Kafka keeps the first hundred.
func reserved(d metadata.UUID) bool {
	return slices.Equal(d[:15], make([]byte, 15)) && d[15] < 100
}

// checkBrokerFeatures refuses a broker that cannot run what the cluster has finalized.
func (s *State) checkBrokerFeatures(img *metadata.Image, req *kmsg.BrokerRegistrationRequest) *apiError {
	levels := img.Features()
	for _, name := range sortedKeys(levels) {
		level := levels[name]
		i := slices.IndexFunc(req.Features, func(f kmsg.BrokerRegistrationRequestFeature) bool { return f.Name == name })
		if i < 0 && name != metadata.MetadataVersionFeature {
			continue
		}
		if i < 0 {
			return fail(kerr.UnsupportedVersion, "Unable to register because the broker does not support finalized version %d of %s.", level, name)
		}
		if f := req.Features[i]; level < f.MinSupportedVersion || level > f.MaxSupportedVersion {
			return fail(kerr.UnsupportedVersion, "Unable to register because the broker does not support finalized version %d of %s. The broker wants a version between %d and %d, inclusive.",
				level, name, f.MinSupportedVersion, f.MaxSupportedVersion)
		}
	}
	return nil
}

func registrationOf(req *kmsg.BrokerRegistrationRequest) *metarec.RegisterBroker {
	r := metarec.NewRegisterBroker()
	r.BrokerID, r.IncarnationID, r.Rack, r.LogDirs = req.BrokerID, req.IncarnationID, req.Rack, req.LogDirs
	for _, l := range req.Listeners {
		r.EndPoints = append(r.EndPoints, metarec.BrokerEndpoint{Name: l.Name, Host: l.Host, Port: l.Port, SecurityProtocol: l.SecurityProtocol})
	}
	for _, f := range req.Features {
		r.Features = append(r.Features, metarec.BrokerFeature{Name: f.Name, MinSupportedVersion: f.MinSupportedVersion, MaxSupportedVersion: f.MaxSupportedVersion})
	}
	return r
}

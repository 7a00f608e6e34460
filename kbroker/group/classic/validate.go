package classic

import "github.com/twmb/franz-go/pkg/kerr"

// validateMember checks that a member id belongs to the group and, if an instance id is given, that it is the one that
// holds it now (G2).
func (g *Group) validateMember(id string, instanceID *string) *kerr.Error {
	if instanceID != nil {
		holder, ok := g.static.get(*instanceID)
		switch {
		case !ok:
			return kerr.UnknownMemberID
		case holder != id:
			return kerr.FencedInstanceID
		}
	}
	if !g.members.has(id) {
		return kerr.UnknownMemberID
	}
	return nil
}

// ValidateCommit says whether such a member may commit offsets now, nil if it may (G2, T85). Transactional commits may do
// without a member, and are taken in the middle of a rebalance.
func (g *Group) ValidateCommit(id string, instanceID *string, generation int32, transactional bool) *kerr.Error {
	switch {
	case generation < 0 && g.state == Empty:
		return nil // an administrator, or a consumer that assigns itself
	case generation >= 0 || id != "" || instanceID != nil:
		if err := g.validateMember(id, instanceID); err != nil {
			return err
		}
		if generation != g.generation {
			return kerr.IllegalGeneration
		}
	case !transactional && g.state != Empty:
		return kerr.UnknownMemberID
	}
	if !transactional && g.state == CompletingRebalance {
		return kerr.RebalanceInProgress
	}
	return nil
}

// ValidateOffsetDelete refuses to delete offsets under a group that is not a consumer group while it has members.
func (g *Group) ValidateOffsetDelete() *kerr.Error {
	if g.state != Empty && !g.usesConsumerProtocol() {
		return kerr.NonEmptyGroup
	}
	return nil
}

// ValidateDelete refuses to delete a group that is in use.
func (g *Group) ValidateDelete() *kerr.Error {
	if g.state != Empty {
		return kerr.NonEmptyGroup
	}
	return nil
}

// ExpiryBase says from when the retention of an offset committed at commitTimestamp counts; ok is false while offsets of
// the group do not expire at all (G5).
func (g *Group) ExpiryBase(commitTimestamp int64) (base int64, ok bool) {
	switch {
	case g.protocolType == "":
		return commitTimestamp, true
	case g.state == Empty && g.since >= 0:
		return g.since, true
	case g.state == Empty:
		return commitTimestamp, true
	case g.state == Stable && g.usesConsumerProtocol() && g.knowsSubscribed:
		return commitTimestamp, true
	}
	return 0, false
}

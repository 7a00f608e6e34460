package metadata

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/kbroker/kbroker/protocol/metarec"
)

// errSealed is what replaying into an applied delta gives.
var errSealed = errors.New("metadata: the delta has been applied")

// A ReplayError is a committed record that does not fit the image it is applied to. Whoever meets one stops (M11): the
// log and this node disagree about what exists.
type ReplayError struct {
	Record metarec.Record
	Err    error
}

func (e *ReplayError) Error() string {
	return fmt.Sprintf("metadata: record %T cannot be applied: %v", e.Record, e.Err)
}

func (e *ReplayError) Unwrap() error { return e.Err }

// Replay applies one record. The record and its slices are given away: the image keeps them. Records that begin, end or
// abort a transaction are the loader's business and change nothing here. Errors are *ReplayError.
func (d *Delta) Replay(rec metarec.Record) error {
	if d.sealed {
		return errSealed
	}
	d.records++
	if err := d.replay(rec); err != nil {
		return &ReplayError{Record: rec, Err: err}
	}
	return nil
}

func (d *Delta) replay(rec metarec.Record) error {
	switch r := rec.(type) {
	case *metarec.Topic:
		return d.createTopic(r.Name, r.TopicID)
	case *metarec.RemoveTopic:
		return d.removeTopic(r.TopicID)
	case *metarec.Partition:
		return d.setPartition(r.TopicID, r.PartitionID, partitionOf(r))
	case *metarec.PartitionChange:
		return d.changePartition(r)
	case *metarec.ClearELR:
		return d.clearELR(r.TopicName)
	case *metarec.RegisterBroker:
		d.brokers.set(r.BrokerID, brokerOf(r))
		return nil
	case *metarec.UnregisterBroker:
		return d.unregisterBroker(r)
	case *metarec.FenceBroker:
		return d.changeBroker(r.ID, r.Epoch, func(b *Broker) { b.Fenced = true })
	case *metarec.UnfenceBroker:
		return d.changeBroker(r.ID, r.Epoch, func(b *Broker) { b.Fenced = false })
	case *metarec.BrokerRegistrationChange:
		return d.changeRegistration(r)
	case *metarec.RegisterController:
		d.controllers.set(r.ControllerID, controllerOf(r))
		return nil
	case *metarec.UnregisterController:
		d.controllers.delete(r.ControllerID)
		return nil
	case *metarec.Config:
		d.setConfig(Resource{ResourceType(r.ResourceType), r.ResourceName}, r.Name, r.Value)
		return nil
	case *metarec.FeatureLevel:
		if r.FeatureLevel == 0 {
			d.features.delete(r.Name)
		} else {
			d.features.set(r.Name, r.FeatureLevel)
		}
		return nil
	case *metarec.ProducerIDs:
		d.nextProducerID = r.NextProducerID
		return nil
	case *metarec.NoOp, *metarec.ZKMigrationState,
		*metarec.BeginTransaction, *metarec.EndTransaction, *metarec.AbortTransaction:
		return nil
	}
	return d.replaySecurity(rec)
}

func partitionOf(r *metarec.Partition) *Partition {
	p := &Partition{
		Replicas:         r.Replicas,
		Directories:      r.Directories,
		ISR:              shareIfEqual(r.ISR, r.Replicas),
		ELR:              emptyAsNil(r.EligibleLeaderReplicas),
		LastKnownELR:     emptyAsNil(r.LastKnownELR),
		AddingReplicas:   emptyAsNil(r.AddingReplicas),
		RemovingReplicas: emptyAsNil(r.RemovingReplicas),
		Leader:           r.Leader,
		LeaderEpoch:      r.LeaderEpoch,
		PartitionEpoch:   r.PartitionEpoch,
		RecoveryState:    r.LeaderRecoveryState,
	}
	if len(p.Directories) == 0 && len(p.Replicas) > 0 {
		// Written before directories were known (metadata.version below 3.7-IV2).
		p.Directories = slices.Repeat([]UUID{DirMigrating}, len(p.Replicas))
	}
	return p
}

// shareIfEqual lets the commonest ISR, all replicas in order, take no memory of its own.
func shareIfEqual(s, with []int32) []int32 {
	if slices.Equal(s, with) {
		return with
	}
	return s
}

func emptyAsNil(s []int32) []int32 {
	if len(s) == 0 {
		return nil
	}
	return s
}

// noLeaderChange is the default of PartitionChange.Leader: the leader and its epoch stay.
const noLeaderChange int32 = -2

func (d *Delta) changePartition(r *metarec.PartitionChange) error {
	old := d.topic(r.TopicID).Partition(r.PartitionID)
	if old == nil {
		return fmt.Errorf("there is no partition %d of the topic with id %s", r.PartitionID, FormatUUID(r.TopicID))
	}
	return d.setPartition(r.TopicID, r.PartitionID, Merge(old, r))
}

// Merge returns the partition that a change makes of old: the partition epoch grows by one, the leader epoch when the
// record names a leader (M19).
func Merge(old *Partition, r *metarec.PartitionChange) *Partition {
	p := *old
	if r.Replicas != nil {
		p.Replicas = r.Replicas
		if r.Directories == nil {
			p.Directories = directoriesFor(old, r.Replicas)
		}
	}
	if r.Directories != nil {
		p.Directories = r.Directories
	}
	if r.ISR != nil {
		p.ISR = shareIfEqual(r.ISR, p.Replicas)
	}
	if r.AddingReplicas != nil {
		p.AddingReplicas = emptyAsNil(r.AddingReplicas)
	}
	if r.RemovingReplicas != nil {
		p.RemovingReplicas = emptyAsNil(r.RemovingReplicas)
	}
	if r.EligibleLeaderReplicas != nil {
		p.ELR = emptyAsNil(r.EligibleLeaderReplicas)
	}
	if r.LastKnownELR != nil {
		p.LastKnownELR = emptyAsNil(r.LastKnownELR)
	}
	if r.Leader != noLeaderChange {
		p.Leader = r.Leader
		p.LeaderEpoch++
	}
	if r.LeaderRecoveryState >= 0 {
		p.RecoveryState = r.LeaderRecoveryState
	}
	p.PartitionEpoch++
	return &p
}

// directoriesFor keeps the directories of replicas that stay and leaves those of new ones to be assigned.
func directoriesFor(old *Partition, replicas []int32) []UUID {
	out := make([]UUID, len(replicas))
	for i, b := range replicas {
		out[i] = old.Directory(b)
	}
	return out
}

// clearELR forgets the eligible leaders of a topic, of all topics when name is empty.
func (d *Delta) clearELR(name string) error {
	if name != "" {
		t := d.topicNamed(name)
		if t == nil {
			return fmt.Errorf("there is no topic %q", name)
		}
		return d.clearTopicELR(t)
	}
	for _, t := range d.base.Topics() {
		if now := d.topic(t.ID); now != nil {
			if err := d.clearTopicELR(now); err != nil {
				return err
			}
		}
	}
	for _, e := range d.topics {
		if e.base == nil && e.next != nil {
			if err := d.clearTopicELR(e.next); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Delta) clearTopicELR(t *Topic) error {
	for id, p := range t.Partitions {
		if p == nil || len(p.ELR) == 0 && len(p.LastKnownELR) == 0 {
			continue
		}
		next := *p
		next.ELR, next.LastKnownELR = nil, nil
		next.PartitionEpoch++
		if err := d.setPartition(t.ID, int32(id), &next); err != nil {
			return err
		}
	}
	return nil
}

func brokerOf(r *metarec.RegisterBroker) *Broker {
	b := &Broker{
		ID:                   r.BrokerID,
		Epoch:                r.BrokerEpoch,
		Incarnation:          r.IncarnationID,
		Features:             make(map[string]VersionRange, len(r.Features)),
		Fenced:               r.Fenced,
		InControlledShutdown: r.InControlledShutdown,
		LogDirs:              sortedUUIDs(r.LogDirs),
		CordonedLogDirs:      sortedUUIDs(r.CordonedLogDirs),
	}
	if r.Rack != nil {
		b.Rack, b.HasRack = *r.Rack, true
	}
	for _, e := range r.EndPoints {
		b.Endpoints = append(b.Endpoints, Endpoint(e))
	}
	for _, f := range r.Features {
		b.Features[f.Name] = VersionRange{f.MinSupportedVersion, f.MaxSupportedVersion}
	}
	return b
}

func sortedUUIDs(ids []UUID) []UUID {
	if ids == nil {
		return nil
	}
	return slices.SortedFunc(slices.Values(ids), compareUUIDs)
}

func controllerOf(r *metarec.RegisterController) *Controller {
	c := &Controller{
		ID:               r.ControllerID,
		Incarnation:      r.IncarnationID,
		ZKMigrationReady: r.ZKMigrationReady,
		Features:         make(map[string]VersionRange, len(r.Features)),
	}
	for _, e := range r.EndPoints {
		c.Endpoints = append(c.Endpoints, Endpoint(e))
	}
	for _, f := range r.Features {
		c.Features[f.Name] = VersionRange{f.MinSupportedVersion, f.MaxSupportedVersion}
	}
	return c
}

func (d *Delta) unregisterBroker(r *metarec.UnregisterBroker) error {
	if _, err := d.brokerAt(r.BrokerID, r.BrokerEpoch); err != nil {
		return err
	}
	d.brokers.delete(r.BrokerID)
	return nil
}

// brokerAt returns the registration of a broker at an epoch; another epoch is another incarnation.
func (d *Delta) brokerAt(id int32, epoch int64) (*Broker, error) {
	b, ok := d.brokers.get(id)
	if !ok {
		return nil, fmt.Errorf("broker %d is not registered", id)
	}
	if b.Epoch != epoch {
		return nil, fmt.Errorf("broker %d has epoch %d, not %d", id, b.Epoch, epoch)
	}
	return b, nil
}

func (d *Delta) changeBroker(id int32, epoch int64, change func(*Broker)) error {
	old, err := d.brokerAt(id, epoch)
	if err != nil {
		return err
	}
	next := *old
	change(&next)
	d.brokers.set(id, &next)
	return nil
}

// Values of BrokerRegistrationChange.Fenced; 0 leaves things as they are.
const (
	changeFence   int8 = 1
	changeUnfence int8 = -1
)

func (d *Delta) changeRegistration(r *metarec.BrokerRegistrationChange) error {
	if r.Fenced < changeUnfence || r.Fenced > changeFence || r.InControlledShutdown < 0 || r.InControlledShutdown > 1 {
		return fmt.Errorf("broker %d: unknown change fenced=%d inControlledShutdown=%d", r.BrokerID, r.Fenced, r.InControlledShutdown)
	}
	return d.changeBroker(r.BrokerID, r.BrokerEpoch, func(b *Broker) {
		switch r.Fenced {
		case changeFence:
			b.Fenced = true
		case changeUnfence:
			b.Fenced = false
		}
		if r.InControlledShutdown == 1 {
			b.InControlledShutdown = true
		}
		if len(r.LogDirs) > 0 {
			b.LogDirs = sortedUUIDs(r.LogDirs)
		}
		if r.CordonedLogDirs != nil {
			b.CordonedLogDirs = sortedUUIDs(r.CordonedLogDirs)
		}
	})
}

func (d *Delta) replaySecurity(rec metarec.Record) error {
	switch r := rec.(type) {
	case *metarec.AccessControlEntry:
		d.acls.set(r.ID, &ACL{r.ID, r.ResourceType, r.ResourceName, r.PatternType, r.Principal, r.Host, r.Operation, r.PermissionType})
	case *metarec.RemoveAccessControlEntry:
		if _, ok := d.acls.get(r.ID); !ok {
			return fmt.Errorf("no access control entry has id %s", FormatUUID(r.ID))
		}
		d.acls.delete(r.ID)
	case *metarec.UserScramCredential:
		d.scram.set(ScramKey{r.Name, r.Mechanism}, &Scram{r.Salt, r.StoredKey, r.ServerKey, r.Iterations})
	case *metarec.RemoveUserScramCredential:
		d.scram.delete(ScramKey{r.Name, r.Mechanism})
	case *metarec.DelegationToken:
		d.tokens.set(r.TokenID, &Token{r.TokenID, r.Owner, r.Requester, r.Renewers, r.IssueTimestamp, r.MaxTimestamp, r.ExpirationTimestamp})
	case *metarec.RemoveDelegationToken:
		d.tokens.delete(r.TokenID)
	case *metarec.ClientQuota:
		d.changeQuota(r)
	default:
		return fmt.Errorf("nothing knows what record type %d means", rec.APIKey())
	}
	return nil
}

func (d *Delta) changeQuota(r *metarec.ClientQuota) {
	entity := make([]QuotaEntity, len(r.Entity))
	for i, e := range r.Entity {
		entity[i].Type = e.EntityType
		if e.EntityName == nil {
			entity[i].Default = true
		} else {
			entity[i].Name = *e.EntityName
		}
	}
	key := quotaKey(entity)
	next := &ClientQuota{Entity: entity, Limits: make(map[string]float64)}
	if old, ok := d.quotas.get(key); ok {
		next.Entity = old.Entity
		maps.Copy(next.Limits, old.Limits)
	}
	if r.Remove {
		delete(next.Limits, r.Key)
	} else {
		next.Limits[r.Key] = r.Value
	}
	if len(next.Limits) == 0 {
		d.quotas.delete(key)
		return
	}
	d.quotas.set(key, next)
}

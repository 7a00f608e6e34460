package metadata

import (
	"iter"
	"maps"
	"slices"

	"github.com/kbroker/kbroker/protocol/metarec"
)

// Records yields the records that make an image equal to i out of Empty, in a fixed order (M9): the order in which Kafka
// writes a snapshot, metadata.version first, because it decides the versions of the encodings behind it. The records share
// their slices with the image.
func (i *Image) Records() iter.Seq[metarec.Record] {
	return func(yield func(metarec.Record) bool) {
		_ = i.featureRecords(yield) && i.clusterRecords(yield) && i.topicRecords(yield) && i.configRecords(yield) &&
			i.quotaRecords(yield) && i.producerIDRecords(yield) && i.securityRecords(yield)
	}
}

func (i *Image) featureRecords(yield func(metarec.Record) bool) bool {
	if level, ok := i.features[MetadataVersionFeature]; ok {
		if !yield(&metarec.FeatureLevel{Name: MetadataVersionFeature, FeatureLevel: level}) {
			return false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(i.features)) {
		if name == MetadataVersionFeature {
			continue
		}
		if !yield(&metarec.FeatureLevel{Name: name, FeatureLevel: i.features[name]}) {
			return false
		}
	}
	return true
}

func (i *Image) clusterRecords(yield func(metarec.Record) bool) bool {
	for _, b := range i.Brokers() {
		if !yield(b.Record()) {
			return false
		}
	}
	for _, c := range i.Controllers() {
		if !yield(c.Record()) {
			return false
		}
	}
	return true
}

// Record returns the registration as the record that makes it.
func (b *Broker) Record() *metarec.RegisterBroker {
	r := metarec.NewRegisterBroker()
	r.BrokerID, r.BrokerEpoch, r.IncarnationID = b.ID, b.Epoch, b.Incarnation
	r.Fenced, r.InControlledShutdown = b.Fenced, b.InControlledShutdown
	r.LogDirs, r.CordonedLogDirs = b.LogDirs, b.CordonedLogDirs
	if b.HasRack {
		r.Rack = &b.Rack
	}
	for _, e := range b.Endpoints {
		r.EndPoints = append(r.EndPoints, metarec.BrokerEndpoint(e))
	}
	for _, name := range slices.Sorted(maps.Keys(b.Features)) {
		v := b.Features[name]
		r.Features = append(r.Features, metarec.BrokerFeature{Name: name, MinSupportedVersion: v.Min, MaxSupportedVersion: v.Max})
	}
	return r
}

// Record returns the registration as the record that makes it.
func (c *Controller) Record() *metarec.RegisterController {
	r := metarec.NewRegisterController()
	r.ControllerID, r.IncarnationID, r.ZKMigrationReady = c.ID, c.Incarnation, c.ZKMigrationReady
	for _, e := range c.Endpoints {
		r.EndPoints = append(r.EndPoints, metarec.ControllerEndpoint(e))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Features)) {
		v := c.Features[name]
		r.Features = append(r.Features, metarec.ControllerFeature{Name: name, MinSupportedVersion: v.Min, MaxSupportedVersion: v.Max})
	}
	return r
}

func (i *Image) topicRecords(yield func(metarec.Record) bool) bool {
	for _, t := range i.Topics() {
		if !yield(&metarec.Topic{Name: t.Name, TopicID: t.ID}) {
			return false
		}
		for id, p := range t.Partitions {
			if p != nil && !yield(p.Record(t.ID, int32(id))) {
				return false
			}
		}
	}
	return true
}

// Record returns the partition as the record that makes it.
func (p *Partition) Record(topic UUID, id int32) *metarec.Partition {
	r := metarec.NewPartition()
	r.PartitionID, r.TopicID = id, topic
	r.Replicas, r.Directories, r.ISR = p.Replicas, p.Directories, p.ISR
	r.AddingReplicas, r.RemovingReplicas = p.AddingReplicas, p.RemovingReplicas
	r.EligibleLeaderReplicas, r.LastKnownELR = p.ELR, p.LastKnownELR
	r.Leader, r.LeaderEpoch, r.PartitionEpoch, r.LeaderRecoveryState = p.Leader, p.LeaderEpoch, p.PartitionEpoch, p.RecoveryState
	return r
}

func (i *Image) configRecords(yield func(metarec.Record) bool) bool {
	var resources []Resource
	i.configs.all(func(r Resource, _ map[string]string) bool {
		resources = append(resources, r)
		return true
	})
	slices.SortFunc(resources, compareResources)
	for _, r := range resources {
		set := i.Configs(r)
		for _, name := range slices.Sorted(maps.Keys(set)) {
			value := set[name]
			if !yield(&metarec.Config{ResourceType: int8(r.Type), ResourceName: r.Name, Name: name, Value: &value}) {
				return false
			}
		}
	}
	return true
}

func (i *Image) quotaRecords(yield func(metarec.Record) bool) bool {
	for _, q := range i.ClientQuotas() {
		entity := make([]metarec.EntityData, len(q.Entity))
		for n, e := range q.Entity {
			entity[n].EntityType = e.Type
			if !e.Default {
				entity[n].EntityName = &e.Name
			}
		}
		for _, key := range slices.Sorted(maps.Keys(q.Limits)) {
			if !yield(&metarec.ClientQuota{Entity: entity, Key: key, Value: q.Limits[key]}) {
				return false
			}
		}
	}
	return true
}

func (i *Image) producerIDRecords(yield func(metarec.Record) bool) bool {
	if i.nextProducerID == 0 {
		return true
	}
	r := metarec.NewProducerIDs()
	r.BrokerID, r.NextProducerID = -1, i.nextProducerID
	return yield(r)
}

func (i *Image) securityRecords(yield func(metarec.Record) bool) bool {
	for _, a := range i.ACLs() {
		if !yield(&metarec.AccessControlEntry{ID: a.ID, ResourceType: a.ResourceType, ResourceName: a.ResourceName, PatternType: a.PatternType,
			Principal: a.Principal, Host: a.Host, Operation: a.Operation, PermissionType: a.PermissionType}) {
			return false
		}
	}
	for _, k := range i.ScramKeys() {
		s := i.scram[k]
		if !yield(&metarec.UserScramCredential{Name: k.User, Mechanism: k.Mechanism, Salt: s.Salt, StoredKey: s.StoredKey,
			ServerKey: s.ServerKey, Iterations: s.Iterations}) {
			return false
		}
	}
	for _, t := range i.Tokens() {
		if !yield(&metarec.DelegationToken{Owner: t.Owner, Requester: t.Requester, Renewers: t.Renewers, IssueTimestamp: t.IssueMs,
			MaxTimestamp: t.MaxMs, ExpirationTimestamp: t.ExpiryMs, TokenID: t.ID}) {
			return false
		}
	}
	return true
}

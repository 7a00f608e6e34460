package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// CreateTopics decides about new topics. A topic is created whole or not at all; one that cannot be created does not
// keep the others from it. Answers come in the order of the request, names that appear twice at the end.
func (s *State) CreateTopics(in In, req *kmsg.CreateTopicsRequest) (Records, *kmsg.CreateTopicsResponse) {
	resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
	once, twice := uniqueBy(req.Topics, func(t *kmsg.CreateTopicsRequestTopic) string { return t.Topic })
	resp.Topics = make([]kmsg.CreateTopicsResponseTopic, 0, len(once)+len(twice)+1)
	var out Records
	tooMany := s.tooManyPartitions(once)
	pl := newPlacer(in.Image, s.cfg.Rand)
	for _, t := range once {
		if t.Topic == MetadataTopic {
			continue
		}
		row, recs := failedTopic(t.Topic, tooMany), Records(nil)
		if tooMany == nil {
			row, recs = s.createTopic(in, pl, t)
		}
		resp.Topics = append(resp.Topics, row)
		out = append(out, recs...)
	}
	for _, name := range twice {
		resp.Topics = append(resp.Topics, failedTopic(name, fail(kerr.InvalidRequest, "Duplicate topic name.")))
	}
	if slices.ContainsFunc(once, func(t *kmsg.CreateTopicsRequestTopic) bool { return t.Topic == MetadataTopic }) {
		resp.Topics = append(resp.Topics, failedTopic(MetadataTopic, fail(kerr.InvalidRequest, "Creation of internal topic %s is prohibited.", MetadataTopic)))
	}
	if req.ValidateOnly {
		return nil, resp
	}
	return out, resp
}

// uniqueBy returns the items whose key appears once, and the keys that appear more often, both in order.
func uniqueBy[T any](list []T, key func(*T) string) (once []*T, twice []string) {
	count := make(map[string]int, len(list))
	once = make([]*T, 0, len(list))
	for i := range list {
		count[key(&list[i])]++
	}
	for i := range list {
		switch k := key(&list[i]); {
		case count[k] == 1:
			once = append(once, &list[i])
		case count[k] > 1:
			twice = append(twice, k)
			count[k] = 0
		}
	}
	return once, twice
}

func failedTopic(name string, err *apiError) kmsg.CreateTopicsResponseTopic {
	row := kmsg.NewCreateTopicsResponseTopic()
	row.Topic, row.NumPartitions, row.ReplicationFactor = name, -1, -1
	row.Configs = []kmsg.CreateTopicsResponseTopicConfig{} // empty, not null, as Apache Kafka writes it
	row.ErrorCode, row.ErrorMessage = told(err)
	return row
}

func (s *State) tooManyPartitions(topics []*kmsg.CreateTopicsRequestTopic) *apiError {
	total := 0
	for _, t := range topics {
		switch {
		case len(t.ReplicaAssignment) > 0:
			total += len(t.ReplicaAssignment)
		case t.NumPartitions > 0:
			total += int(t.NumPartitions)
		default:
			total += int(s.cfg.DefaultPartitions)
		}
		if total > MaxPartitionsPerRequest {
			return fail(kerr.PolicyViolation, "Excessively large number of partitions per request.")
		}
	}
	return nil
}

func (s *State) createTopic(in In, pl *placer, t *kmsg.CreateTopicsRequestTopic) (kmsg.CreateTopicsResponseTopic, Records) {
	configs, changes, err := s.newTopic(in, t)
	if err != nil {
		return failedTopic(t.Topic, err), nil
	}
	partitions, err := s.newPartitions(in, pl, t)
	if err != nil {
		return failedTopic(t.Topic, err), nil
	}
	id := s.newTopicID(in.Image)
	recs := make(Records, 0, 1+len(changes)+len(partitions))
	recs = append(recs, &metarec.Topic{Name: t.Topic, TopicID: id})
	recs = append(recs, changes...) // before the partitions, so that a log is made with its configs
	for n, p := range partitions {
		recs = append(recs, p.Record(id, int32(n)))
	}
	row := kmsg.NewCreateTopicsResponseTopic()
	row.Topic, row.TopicID = t.Topic, id
	row.NumPartitions, row.ReplicationFactor = int32(len(partitions)), int16(len(partitions[0].Replicas))
	row.Configs = s.effectiveTopicConfigs(in.Image, configs)
	return row, recs
}

// newTopic checks name and configs.
func (s *State) newTopic(in In, t *kmsg.CreateTopicsRequestTopic) (configs map[string]string, changes Records, err *apiError) {
	if err := checkTopicName(t.Topic); err != nil {
		return nil, nil, err
	}
	if in.Image.Topic(t.Topic) != nil {
		return nil, nil, fail(kerr.TopicAlreadyExists, "Topic '%s' already exists.", t.Topic)
	}
	if other, ok := in.Image.Colliding(t.Topic); ok {
		return nil, nil, fail(kerr.InvalidTopicException, "Topic '%s' collides with existing topic: %s", t.Topic, other)
	}
	configs, err = creationConfigs(t)
	if err != nil {
		return nil, nil, err
	}
	if aerr := kafka.ValidateTopic(configs); aerr != nil {
		return nil, nil, configError(aerr)
	}
	for _, name := range sortedKeys(configs) {
		value := configs[name]
		changes = append(changes, &metarec.Config{ResourceType: int8(metadata.ResourceTopic), ResourceName: t.Topic, Name: name, Value: &value})
	}
	return configs, changes, nil
}

func creationConfigs(t *kmsg.CreateTopicsRequestTopic) (map[string]string, *apiError) {
	configs := make(map[string]string, len(t.Configs))
	var null []string
	for _, c := range t.Configs {
		if c.Value == nil {
			null = append(null, c.Name)
			continue
		}
		configs[c.Name] = *c.Value
	}
	if len(null) > 0 {
		slices.Sort(null)
		return nil, fail(kerr.InvalidConfig, "Null value not supported for topic configs: %s", strings.Join(null, ","))
	}
	return configs, nil
}

func (s *State) newTopicID(img *metadata.Image) metadata.UUID {
	for {
		if id := s.cfg.NewID(); img.TopicByID(id) == nil {
			return id
		}
	}
}

// newPartitions decides where the replicas of a new topic go.
func (s *State) newPartitions(in In, pl *placer, t *kmsg.CreateTopicsRequestTopic) ([]*metadata.Partition, *apiError) {
	switch {
	case len(t.ReplicaAssignment) > 0:
		return assignedPartitions(in.Image, t)
	case t.ReplicationFactor < -1 || t.ReplicationFactor == 0:
		return nil, fail(kerr.InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.")
	case t.NumPartitions < -1 || t.NumPartitions == 0:
		return nil, fail(kerr.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.")
	}
	count, replicas := t.NumPartitions, t.ReplicationFactor
	if count == -1 {
		count = s.cfg.DefaultPartitions
	}
	if replicas == -1 {
		replicas = s.cfg.DefaultReplicationFactor
	}
	return placedPartitions(in.Image, pl, int(count), int(replicas))
}

func placedPartitions(img *metadata.Image, pl *placer, count, replicas int) ([]*metadata.Partition, *apiError) {
	prefix := fmt.Sprintf("Unable to replicate the partition %d time(s): ", replicas)
	if err := pl.check(replicas); err != nil {
		return nil, fail(kerr.InvalidReplicationFactor, "%s%s", prefix, *err.message)
	}
	out := make([]*metadata.Partition, count)
	for n := range out {
		p := newPartition(img, pl.place(replicas))
		if len(p.ISR) == 0 {
			return nil, fail(kerr.InvalidReplicationFactor, "%sAll brokers are currently fenced or in controlled shutdown.", prefix)
		}
		out[n] = p
	}
	return out, nil
}

// newPartition is a partition whose active replicas are in sync, because there is nothing yet to be behind of.
func newPartition(img *metadata.Image, replicas []int32) *metadata.Partition {
	p := &metadata.Partition{Replicas: replicas, Leader: metadata.NoLeader, Directories: make([]metadata.UUID, len(replicas))}
	for i, id := range replicas {
		b := img.Broker(id)
		p.Directories[i] = defaultDirectory(b)
		if b.Active() {
			p.ISR = append(p.ISR, id)
		}
	}
	if len(p.ISR) > 0 {
		p.Leader = p.ISR[0]
	}
	return p
}

// defaultDirectory is the directory of a new replica: the only one that is not cordoned, otherwise the broker chooses.
func defaultDirectory(b *metadata.Broker) metadata.UUID {
	if b == nil {
		return metadata.DirUnassigned
	}
	found := metadata.DirUnassigned
	for _, d := range b.LogDirs {
		if slices.Contains(b.CordonedLogDirs, d) {
			continue
		}
		if found != metadata.DirUnassigned {
			return metadata.DirUnassigned
		}
		found = d
	}
	return found
}

func assignedPartitions(img *metadata.Image, t *kmsg.CreateTopicsRequestTopic) ([]*metadata.Partition, *apiError) {
	if t.ReplicationFactor != -1 {
		return nil, fail(kerr.InvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.")
	}
	if t.NumPartitions != -1 {
		return nil, fail(kerr.InvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.")
	}
	byID := make(map[int32]*metadata.Partition, len(t.ReplicaAssignment))
	factor := -1
	for _, a := range t.ReplicaAssignment {
		if byID[a.Partition] != nil {
			return nil, fail(kerr.InvalidReplicaAssignment, "Found multiple manual partition assignments for partition %d", a.Partition)
		}
		if err := checkAssignment(img, a.Replicas, factor); err != nil {
			return nil, err
		}
		factor = len(a.Replicas)
		p := newPartition(img, a.Replicas)
		if len(p.ISR) == 0 {
			return nil, noActiveReplica(a.Partition)
		}
		byID[a.Partition] = p
	}
	out := make([]*metadata.Partition, len(byID))
	for n := range out {
		if out[n] = byID[int32(n)]; out[n] == nil {
			return nil, fail(kerr.InvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence")
		}
	}
	return out, nil
}

func noActiveReplica(partition int32) *apiError {
	return fail(kerr.InvalidReplicaAssignment, "All brokers specified in the manual partition assignment for partition %d are fenced or in controlled shutdown.", partition)
}

// checkAssignment checks a replica list that somebody wrote by hand. factor is the length that the others have, -1 for any.
func checkAssignment(img *metadata.Image, replicas []int32, factor int) *apiError {
	if len(replicas) == 0 {
		return fail(kerr.InvalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
	}
	sorted := slices.Sorted(slices.Values(replicas))
	for i, id := range sorted {
		if img.Broker(id) == nil {
			return fail(kerr.InvalidReplicaAssignment, "The manual partition assignment includes broker %d, but no such broker is registered.", id)
		}
		if i > 0 && sorted[i-1] == id {
			return fail(kerr.InvalidReplicaAssignment, "The manual partition assignment includes the broker %d more than once.", id)
		}
	}
	if factor >= 0 && len(replicas) != factor {
		return fail(kerr.InvalidReplicaAssignment, "The manual partition assignment includes a partition with %d replica(s), but this is not consistent with previous partitions, which have %d replica(s).", len(replicas), factor)
	}
	return nil
}

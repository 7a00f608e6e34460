package null

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// request handles one frame, behind its length.
func (c *conn) request(frame []byte) error {
	r := &reader{b: frame, ok: true}
	key, version, correlation := r.i16(), r.i16(), r.i32()
	if n := r.i16(); n > 0 { // client id
		r.take(int(n))
	}
	switch {
	case key == keyProduce && version >= flexibleProduce && version <= lastNamedProduce:
		r.tags()
		return c.produce(r, correlation)
	case key == keyFetch && version == onlyFetch:
		r.tags()
		return c.fetch(r, correlation)
	}
	return c.admin(r, key, version, correlation)
}

// admin handles what is not worth doing by hand.
func (c *conn) admin(r *reader, key, version int16, correlation int32) error {
	req := kmsg.RequestForKey(key)
	if req == nil {
		return errFrame
	}
	req.SetVersion(version)
	if req.IsFlexible() {
		r.tags()
	}
	if !r.ok || req.ReadFrom(r.b) != nil {
		return errFrame
	}
	resp := req.ResponseKind()
	resp.SetVersion(version)
	switch q := req.(type) {
	case *kmsg.ApiVersionsRequest:
		apiVersions(resp.(*kmsg.ApiVersionsResponse))
	case *kmsg.MetadataRequest:
		c.b.metadata(q, resp.(*kmsg.MetadataResponse))
	case *kmsg.CreateTopicsRequest:
		c.b.createTopics(q, resp.(*kmsg.CreateTopicsResponse))
	case *kmsg.DeleteTopicsRequest:
		c.b.deleteTopics(q, resp.(*kmsg.DeleteTopicsResponse))
	default:
		return errFrame
	}
	at := len(c.out)
	c.out = append(c.out, 0, 0, 0, 0)
	c.out = binary.BigEndian.AppendUint32(c.out, uint32(correlation))
	if resp.IsFlexible() && key != 18 {
		c.out = append(c.out, 0)
	}
	c.out = resp.AppendTo(c.out)
	finish(c.out, at, 0)
	return nil
}

func apiVersions(resp *kmsg.ApiVersionsResponse) {
	for _, k := range [][3]int16{{keyProduce, flexibleProduce, lastNamedProduce}, {keyFetch, onlyFetch, onlyFetch}, {3, 0, 12}, {18, 0, 4}, {19, 0, 7}, {20, 0, 5}} {
		a := kmsg.NewApiVersionsResponseApiKey()
		a.ApiKey, a.MinVersion, a.MaxVersion = k[0], k[1], k[2]
		resp.ApiKeys = append(resp.ApiKeys, a)
	}
}

func (b *Broker) metadata(q *kmsg.MetadataRequest, resp *kmsg.MetadataResponse) {
	n := kmsg.NewMetadataResponseBroker()
	n.Host, n.Port, n.NodeID = "127.0.0.1", b.port, 1
	resp.Brokers, resp.ControllerID = append(resp.Brokers, n), 1
	b.mu.RLock()
	defer b.mu.RUnlock()
	var names []string
	for _, t := range q.Topics {
		if t.Topic != nil {
			names = append(names, *t.Topic)
		}
	}
	if q.Topics == nil {
		for name := range b.topics {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	for _, name := range names {
		resp.Topics = append(resp.Topics, b.describe(name))
	}
}

func (b *Broker) describe(name string) kmsg.MetadataResponseTopic {
	x := kmsg.NewMetadataResponseTopic()
	x.Topic = &name
	t := b.topics[name]
	if t == nil {
		x.ErrorCode = codeUnknownPartition
		return x
	}
	x.TopicID = t.id
	for i := range t.parts {
		p := kmsg.NewMetadataResponseTopicPartition()
		p.Partition, p.Leader, p.LeaderEpoch = int32(i), 1, 0
		p.Replicas, p.ISR = []int32{1}, []int32{1}
		x.Partitions = append(x.Partitions, p)
	}
	return x
}

func (b *Broker) createTopics(q *kmsg.CreateTopicsRequest, resp *kmsg.CreateTopicsResponse) {
	for _, t := range q.Topics {
		x := kmsg.NewCreateTopicsResponseTopic()
		x.Topic, x.NumPartitions, x.ReplicationFactor = t.Topic, max(1, t.NumPartitions), 1
		if strings.ContainsAny(t.Topic, "/\x00") {
			x.ErrorCode = 17
		} else if made, err := b.create(t.Topic, int(x.NumPartitions), has(t.Configs, ConfigWalk, "true"), has(t.Configs, ConfigFlush, "1")); err != nil {
			x.ErrorCode = codeStorage
		} else {
			x.TopicID = made.id
		}
		resp.Topics = append(resp.Topics, x)
	}
}

func (b *Broker) deleteTopics(q *kmsg.DeleteTopicsRequest, resp *kmsg.DeleteTopicsResponse) {
	for _, name := range q.TopicNames {
		b.remove(name)
		x := kmsg.NewDeleteTopicsResponseTopic()
		x.Topic = &name
		resp.Topics = append(resp.Topics, x)
	}
}

func has(configs []kmsg.CreateTopicsRequestTopicConfig, name, value string) bool {
	for _, c := range configs {
		if c.Name == name && c.Value != nil && *c.Value == value {
			return true
		}
	}
	return false
}

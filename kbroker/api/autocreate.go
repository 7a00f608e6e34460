package api

import (
	"strconv"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// autoCreate creates topics with the broker's defaults, or with their own shape if they are the broker's. It returns one
// error per name; a topic that somebody else created meanwhile is no error (trap T29).
func (b *Broker) autoCreate(req *protocol.Request, names []string) []error {
	q := kmsg.NewPtrCreateTopicsRequest()
	q.Version, q.TimeoutMillis = 7, int32(b.Config().Broker().RequestTimeout.Milliseconds())
	errs := make([]error, len(names))
	for i, name := range names {
		if !validTopicName(name) {
			errs[i] = kerr.InvalidTopicException
			continue
		}
		q.Topics = append(q.Topics, b.newTopic(name))
	}
	if len(q.Topics) == 0 {
		return errs
	}
	kresp, err := b.forward(req, q)
	failed := make(map[string]error)
	if err == nil {
		for _, t := range kresp.(*kmsg.CreateTopicsResponse).Topics {
			if t.ErrorCode != kerr.TopicAlreadyExists.Code {
				failed[t.Topic] = kerr.ErrorForCode(t.ErrorCode)
			}
		}
	}
	for i, name := range names {
		switch {
		case errs[i] != nil:
		case err != nil:
			errs[i] = err
		default:
			errs[i] = failed[name]
		}
	}
	return errs
}

func (b *Broker) newTopic(name string) kmsg.CreateTopicsRequestTopic {
	l := b.Config().Broker()
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = name, l.NumPartitions, int16(l.DefaultReplicationFactor)
	set := func(key, value string) {
		c := kmsg.NewCreateTopicsRequestTopicConfig()
		c.Name, c.Value = key, &value
		t.Configs = append(t.Configs, c)
	}
	switch name {
	case OffsetsTopic:
		t.NumPartitions, t.ReplicationFactor = l.OffsetsTopicPartitions, l.OffsetsTopicReplicationFactor
		set("cleanup.policy", "compact")
		set("segment.bytes", strconv.Itoa(int(l.OffsetsTopicSegmentBytes)))
		set("compression.type", "producer")
	case TxnTopic:
		t.NumPartitions, t.ReplicationFactor = l.TransactionTopicPartitions, l.TransactionTopicReplicationFactor
		set("unclean.leader.election.enable", "false")
		set("compression.type", "uncompressed")
		set("cleanup.policy", "compact")
		set("min.insync.replicas", strconv.Itoa(int(l.TransactionTopicMinISR)))
		set("segment.bytes", strconv.Itoa(int(l.TransactionTopicSegmentBytes)))
	}
	return t
}

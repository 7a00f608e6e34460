package bench

import (
	"fmt"
	"net"
	"strconv"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// MakeTopic creates a topic with one replica, unless it exists, and waits until its partitions have leaders.
func MakeTopic(addr, name string, partitions int, configs map[string]string) error {
	c, err := dial(addr)
	if err != nil {
		return err
	}
	defer c.close()
	return c.createTopic(name, partitions, configs)
}

// RemoveTopic deletes a topic.
func RemoveTopic(addr, name string) error {
	c, err := dial(addr)
	if err != nil {
		return err
	}
	defer c.close()
	return c.deleteTopic(name)
}

// Leaders returns the address of the leader of each partition of a topic.
func Leaders(addr, topic string) ([]string, error) {
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(metadataVersion)
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = &topic
	req.Topics = append(req.Topics, t)
	resp, err := c.call(req)
	if err != nil {
		return nil, err
	}
	m := resp.(*kmsg.MetadataResponse)
	brokers := make(map[int32]string)
	for _, b := range m.Brokers {
		brokers[b.NodeID] = net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port)))
	}
	for _, t := range m.Topics {
		out := make([]string, len(t.Partitions))
		for _, p := range t.Partitions {
			if p.Partition < 0 || int(p.Partition) >= len(out) || brokers[p.Leader] == "" {
				return nil, fmt.Errorf("partition %d of %s has no leader", p.Partition, topic)
			}
			out[p.Partition] = brokers[p.Leader]
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, fmt.Errorf("there is no topic %s", topic)
}

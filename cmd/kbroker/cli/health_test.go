package cli

import (
	"net/netip"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// A partition whose only replica is offline is no health, led or not; each command names it.
func TestHealthNamesOfflinePartitions(t *testing.T) {
	for _, c := range []struct {
		leader  int32
		offline []int32
		health  int
		cluster string
	}{
		{0, nil, exitOK, ""},
		{0, []int32{0}, exitUnhealthy, "1 partitions with an offline log: seeded-1"},
		{-1, []int32{0}, exitUnhealthy, "1 partitions without leader: seeded-1"},
	} {
		s := newShell(t)
		port := s.fake.ListenAddrs()[0]
		s.fake.ControlKey(int16(kmsg.Metadata), func(req kmsg.Request) (kmsg.Response, error, bool) {
			s.fake.KeepControl()
			return worldWith(req.(*kmsg.MetadataRequest), port, c.leader, c.offline), nil, true
		})
		if c.health == exitOK {
			s.ok("health")
			s.ok("cluster health")
			continue
		}
		s.fails("health", c.health, "seeded-1")
		s.fails("cluster health", c.health, c.cluster)
	}
}

// worldWith is a cluster of one broker in which partition 1 of the topic seeded is as told.
func worldWith(req *kmsg.MetadataRequest, addr string, leader int32, offline []int32) *kmsg.MetadataResponse {
	resp := req.ResponseKind().(*kmsg.MetadataResponse)
	host, port := splitAddr(addr)
	resp.ControllerID = 0
	resp.Brokers = []kmsg.MetadataResponseBroker{{NodeID: 0, Host: host, Port: port}}
	name := "seeded"
	topic := kmsg.NewMetadataResponseTopic()
	topic.Topic = &name
	for i := range int32(2) {
		p := kmsg.NewMetadataResponseTopicPartition()
		p.Partition, p.Replicas, p.ISR = i, []int32{0}, []int32{0}
		if i == 1 {
			p.Leader, p.OfflineReplicas = leader, offline
		}
		topic.Partitions = append(topic.Partitions, p)
	}
	resp.Topics = append(resp.Topics, topic)
	return resp
}

func splitAddr(addr string) (string, int32) {
	ap := netip.MustParseAddrPort(addr)
	return ap.Addr().String(), int32(ap.Port())
}

package api

// ElectLeaders, key 43, versions 0 to 2. The controller elects.
//
//	v1 unclean elections (KIP-460), top-level error; v2 flexible

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) electLeaders(req *protocol.Request, q *kmsg.ElectLeadersRequest) kmsg.Response {
	resp := kmsg.NewPtrElectLeadersResponse()
	err := error(kerr.ClusterAuthorizationFailed)
	if b.allowedCluster(req.Conn, OpAlter) {
		var kresp kmsg.Response
		if kresp, err = b.forward(req, q); err == nil {
			return kresp
		}
	}
	resp.ErrorCode = code(err)
	for _, t := range q.Topics { // below v1 only the partitions can tell
		rt := kmsg.NewElectLeadersResponseTopic()
		rt.Topic = t.Topic
		for _, p := range t.Partitions {
			rp := kmsg.NewElectLeadersResponseTopicPartition()
			rp.Partition, rp.ErrorCode, rp.ErrorMessage = p, code(err), text(sentence(wireError(err)))
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

package api

// DescribeQuorum, key 55, versions 0 to 2. The controller answers: it knows the voters and observers of the metadata log.
//
//	v1 fetch and caught-up timestamps (KIP-836); v2 directory ids and nodes (KIP-853)

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeQuorum(req *protocol.Request, q *kmsg.DescribeQuorumRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeQuorumResponse()
	if !b.allowedCluster(req.Conn, OpDescribe) {
		resp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
		return resp
	}
	kresp, err := b.forward(req, q)
	if err != nil {
		resp.ErrorCode, resp.ErrorMessage = code(err), text(sentence(wireError(err)))
		return resp
	}
	return kresp
}

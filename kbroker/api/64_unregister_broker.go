package api

// UnregisterBroker, key 64, version 0. The controller forgets a broker that is gone for good (KIP-500).

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) unregisterBroker(req *protocol.Request, q *kmsg.UnregisterBrokerRequest) kmsg.Response {
	resp := kmsg.NewPtrUnregisterBrokerResponse()
	err := error(kerr.ClusterAuthorizationFailed)
	if b.allowedCluster(req.Conn, OpAlter) {
		var kresp kmsg.Response
		if kresp, err = b.forward(req, q); err == nil {
			return kresp
		}
	}
	resp.ErrorCode, resp.ErrorMessage = code(err), text(sentence(wireError(err)))
	return resp
}

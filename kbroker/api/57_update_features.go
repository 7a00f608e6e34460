package api

// UpdateFeatures, key 57, versions 0 to 2. The controller decides whether every registered node can run the levels.
//
//	v1 upgrade types and validation (KIP-778); v2 one answer for all features

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) updateFeatures(req *protocol.Request, q *kmsg.UpdateFeaturesRequest) kmsg.Response {
	resp := kmsg.NewPtrUpdateFeaturesResponse()
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

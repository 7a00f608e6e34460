package api

// DeleteAcls, key 31, versions 1 to 3. Without an authorizer every filter is refused with SECURITY_DISABLED (trap T25).
//
//	v1 pattern types (KIP-290); v2 flexible; v3 user resources

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) deleteACLs(_ *protocol.Request, q *kmsg.DeleteACLsRequest) kmsg.Response {
	resp := kmsg.NewPtrDeleteACLsResponse()
	for range q.Filters {
		r := kmsg.NewDeleteACLsResponseResult()
		r.ErrorCode, r.ErrorMessage = kerr.SecurityDisabled.Code, text(noAuthorizer)
		resp.Results = append(resp.Results, r)
	}
	return resp
}

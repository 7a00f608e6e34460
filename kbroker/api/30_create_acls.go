package api

// CreateAcls, key 30, versions 1 to 3. Without an authorizer every entry is refused with SECURITY_DISABLED (trap T25).
//
//	v1 pattern types (KIP-290); v2 flexible; v3 user resources

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const noAuthorizer = "No Authorizer is configured."

func (b *Broker) createACLs(_ *protocol.Request, q *kmsg.CreateACLsRequest) kmsg.Response {
	resp := kmsg.NewPtrCreateACLsResponse()
	for range q.Creations {
		r := kmsg.NewCreateACLsResponseResult()
		r.ErrorCode, r.ErrorMessage = kerr.SecurityDisabled.Code, text(noAuthorizer)
		resp.Results = append(resp.Results, r)
	}
	return resp
}

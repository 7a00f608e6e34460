package api

// DescribeAcls, key 29, versions 1 to 3. Without an authorizer there is no access control list to tell of, and saying that it
// is empty would be a lie: SECURITY_DISABLED (trap T25).
//
//	v1 pattern types (KIP-290); v2 flexible; v3 user resources

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeACLs(*protocol.Request, *kmsg.DescribeACLsRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeACLsResponse()
	resp.ErrorCode, resp.ErrorMessage = kerr.SecurityDisabled.Code, text("No Authorizer is configured on the broker")
	return resp
}

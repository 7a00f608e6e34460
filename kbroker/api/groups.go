package api

// The group APIs: OffsetCommit (8, versions 2-10), OffsetFetch (9, 1-10), JoinGroup (11, 0-9), Heartbeat (12, 0-4),
// LeaveGroup (13, 0-5), SyncGroup (14, 0-5), DescribeGroups (15, 0-6), ListGroups (16, 0-5), DeleteGroups (42, 0-3),
// OffsetDelete (47, 0), ConsumerGroupHeartbeat (68, 0-1) and ConsumerGroupDescribe (69, 0-1). Each is decoded and handed to the group coordinators as it is (see grouped in call.go): what a
// version means is the coordinator's knowledge, because one version may be answered from several of its partitions.

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// finishGroups adds what only this room knows to a coordinator's answer.
func (b *Broker) finishGroups(req *protocol.Request, q kmsg.Request, resp kmsg.Response) {
	switch resp := resp.(type) {
	case *kmsg.JoinGroupResponse:
		// v7 made the protocol's name nullable, and from then on no protocol is null (KIP-559).
		if resp.Version >= 7 && resp.Protocol != nil && *resp.Protocol == "" {
			resp.Protocol = nil
		}
	case *kmsg.DescribeGroupsResponse:
		if !q.(*kmsg.DescribeGroupsRequest).IncludeAuthorizedOperations {
			return
		}
		for i := range resp.Groups {
			if g := &resp.Groups[i]; g.ErrorCode == 0 {
				g.AuthorizedOperations = b.operations(req.Conn, ResGroup, g.Group)
			}
		}
	case *kmsg.ConsumerGroupDescribeResponse:
		if !q.(*kmsg.ConsumerGroupDescribeRequest).IncludeAuthorizedOperations {
			return
		}
		for i := range resp.Groups {
			if g := &resp.Groups[i]; g.ErrorCode == 0 {
				g.AuthorizedOperations = b.operations(req.Conn, ResGroup, g.Group)
			}
		}
	}
}

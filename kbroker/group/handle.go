package group

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// GroupOf returns the group that a request of one group is about; ok is false for other requests.
func GroupOf(req kmsg.Request) (group string, ok bool) {
	switch r := req.(type) {
	case *kmsg.JoinGroupRequest:
		return r.Group, true
	case *kmsg.SyncGroupRequest:
		return r.Group, true
	case *kmsg.HeartbeatRequest:
		return r.Group, true
	case *kmsg.LeaveGroupRequest:
		return r.Group, true
	case *kmsg.OffsetCommitRequest:
		return r.Group, true
	case *kmsg.OffsetDeleteRequest:
		return r.Group, true
	case *kmsg.TxnOffsetCommitRequest:
		return r.Group, true
	case *kmsg.ConsumerGroupHeartbeatRequest:
		return r.Group, true
	}
	return "", false
}

// Handle makes the handler of a request of one group. Its response is the kmsg.Response, or an error that Refuse turns into
// one. What the request lends is copied where it is kept.
func Handle(req kmsg.Request, ctx RequestContext) coordinator.Handler {
	client := ctx.client()
	return func(cm coordinator.Machine, now time.Time, to *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		switch r := req.(type) {
		case *kmsg.JoinGroupRequest:
			return m.joinGroup(now, r, client, to)
		case *kmsg.SyncGroupRequest:
			return m.syncGroup(now, r, to)
		case *kmsg.HeartbeatRequest:
			return m.heartbeat(r)
		case *kmsg.LeaveGroupRequest:
			return m.leaveGroup(now, r)
		case *kmsg.OffsetCommitRequest:
			return m.offsetCommit(now, r)
		case *kmsg.OffsetDeleteRequest:
			return m.offsetDelete(r)
		case *kmsg.TxnOffsetCommitRequest:
			return m.txnOffsetCommit(now, r, ctx.TxnGuard)
		case *kmsg.ConsumerGroupHeartbeatRequest:
			return m.consumerGroupHeartbeat(now, r, client)
		}
		return coordinator.Result{}, kerr.UnsupportedVersion
	}
}

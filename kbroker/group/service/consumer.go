package service

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

func (s *Service) consumerProtocol() bool {
	return s.cfg.ConsumerProtocol == nil || s.cfg.ConsumerProtocol()
}

func (s *Service) consumerHeartbeat(req *kmsg.ConsumerGroupHeartbeatRequest, ctx Context, done func(kmsg.Response)) {
	refuse := func(err error) { done(group.Refuse(req, err)) }
	switch {
	case !s.consumerProtocol():
		refuse(kerr.UnsupportedVersion)
		return
	case !ctx.group(req.Group):
		refuse(kerr.GroupAuthorizationFailed)
		return
	}
	for _, name := range req.SubscribedTopicNames {
		if !ctx.topic(name) {
			refuse(kerr.TopicAuthorizationFailed)
			return
		}
	}
	if err := consumer.ValidateRequest(&s.cfg.Group.Consumer, req); err != nil {
		refuse(err)
		return
	}
	s.one(req, req.Group, ctx, done)
}

// hiddenTopics is why a group is not described to somebody who may not know of all its topics.
const hiddenTopics = "The group has described topic(s) that the client is not authorized to describe."

func (s *Service) describeConsumerGroups(req *kmsg.ConsumerGroupDescribeRequest, ctx Context, done func(kmsg.Response)) {
	resp := kmsg.NewPtrConsumerGroupDescribeResponse()
	resp.Groups = make([]kmsg.ConsumerGroupDescribeResponseGroup, len(req.Groups))
	refuse := func(i int, err *kerr.Error) {
		resp.Groups[i] = kmsg.NewConsumerGroupDescribeResponseGroup()
		resp.Groups[i].Group, resp.Groups[i].ErrorCode = req.Groups[i], err.Code
	}
	ps := s.passes(len(req.Groups), func(i int) string { return req.Groups[i] }, func(i int) bool {
		switch {
		case !s.consumerProtocol():
			refuse(i, kerr.UnsupportedVersion)
		case !ctx.group(req.Groups[i]):
			refuse(i, kerr.GroupAuthorizationFailed)
		case req.Groups[i] == "":
			refuse(i, kerr.InvalidGroupID)
		default:
			return true
		}
		return false
	})
	s.spread(ps,
		func(p pass) coordinator.Handler { return group.DescribeConsumerGroups(named(req.Groups, p.which)) },
		func(p pass, got any) {
			settle(resp.Groups, p.which, got.([]kmsg.ConsumerGroupDescribeResponseGroup))
		},
		func(p pass, err *kerr.Error) {
			for _, i := range p.which {
				refuse(int(i), err)
			}
		},
		func() {
			for i := range resp.Groups {
				g := &resp.Groups[i]
				hideTopics(g, &ctx)
				if req.IncludeAuthorizedOperations && g.ErrorCode == 0 && ctx.GroupOperations != nil {
					g.AuthorizedOperations = ctx.GroupOperations(g.Group)
				}
			}
			done(resp)
		},
	)
}

// hideTopics keeps a group to itself if one of its topics may not be known.
func hideTopics(g *kmsg.ConsumerGroupDescribeResponseGroup, ctx *Context) {
	if ctx.TopicAllowed == nil {
		return
	}
	for _, m := range g.Members {
		for _, a := range []kmsg.Assignment{m.Assignment, m.TargetAssignment} {
			for _, tp := range a.TopicPartitions {
				if !ctx.TopicAllowed(tp.Topic) {
					why := hiddenTopics
					g.ErrorCode, g.ErrorMessage, g.Members = kerr.TopicAuthorizationFailed.Code, &why, nil
					return
				}
			}
		}
	}
}

package service

import (
	"cmp"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group"
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

func (s *Service) describeGroups(req *kmsg.DescribeGroupsRequest, ctx Context, done func(kmsg.Response)) {
	resp := kmsg.NewPtrDescribeGroupsResponse()
	resp.Groups = make([]kmsg.DescribeGroupsResponseGroup, len(req.Groups))
	refuse := func(i int, err *kerr.Error) {
		g := kmsg.NewDescribeGroupsResponseGroup()
		g.Group, g.ErrorCode = req.Groups[i], err.Code
		if err != kerr.GroupAuthorizationFailed {
			g.State = classic.Dead
		}
		resp.Groups[i] = g
	}
	ps := s.passes(len(req.Groups), func(i int) string { return req.Groups[i] }, func(i int) bool {
		if ctx.group(req.Groups[i]) {
			return true
		}
		refuse(i, kerr.GroupAuthorizationFailed)
		return false
	})
	s.spread(ps,
		func(p pass) coordinator.Handler { return group.DescribeGroups(named(req.Groups, p.which), req.Version) },
		func(p pass, got any) { settle(resp.Groups, p.which, got.([]kmsg.DescribeGroupsResponseGroup)) },
		func(p pass, err *kerr.Error) {
			for _, i := range p.which {
				refuse(int(i), err)
			}
		},
		func() {
			for i := range resp.Groups {
				if g := &resp.Groups[i]; req.IncludeAuthorizedOperations && g.ErrorCode == 0 && ctx.GroupOperations != nil {
					g.AuthorizedOperations = ctx.GroupOperations(g.Group)
				}
			}
			done(resp)
		},
	)
}

// listGroups asks every partition that is led. One that has just been lost lists nothing; any other failure fails the
// whole, as a list with holes would tell that groups do not exist.
func (s *Service) listGroups(req *kmsg.ListGroupsRequest, ctx Context, done func(kmsg.Response)) {
	resp := kmsg.NewPtrListGroupsResponse()
	led := s.rt.Led()
	lists := make([][]kmsg.ListGroupsResponseGroup, len(led))
	failed := make([]*kerr.Error, len(led))
	ps := make([]pass, len(led))
	for i, p := range led {
		ps[i] = pass{partition: p, which: []int32{int32(i)}}
	}
	s.spread(ps,
		func(pass) coordinator.Handler { return group.ListGroups(req.StatesFilter, req.TypesFilter) },
		func(p pass, got any) { lists[p.which[0]] = got.([]kmsg.ListGroupsResponseGroup) },
		func(p pass, err *kerr.Error) { failed[p.which[0]] = err },
		func() {
			for i, list := range lists {
				if err := failed[i]; err != nil && err != kerr.NotCoordinator {
					resp.Groups, resp.ErrorCode = nil, err.Code
					break
				}
				for _, g := range list {
					if ctx.group(g.Group) {
						resp.Groups = append(resp.Groups, g)
					}
				}
			}
			slices.SortFunc(resp.Groups, func(a, b kmsg.ListGroupsResponseGroup) int { return cmp.Compare(a.Group, b.Group) })
			done(resp)
		},
	)
}

func (s *Service) deleteGroups(req *kmsg.DeleteGroupsRequest, ctx Context, done func(kmsg.Response)) {
	resp := kmsg.NewPtrDeleteGroupsResponse()
	ids := distinct(req.Groups)
	resp.Groups = make([]kmsg.DeleteGroupsResponseGroup, len(ids))
	refuse := func(i int, err *kerr.Error) {
		resp.Groups[i] = kmsg.NewDeleteGroupsResponseGroup()
		resp.Groups[i].Group, resp.Groups[i].ErrorCode = ids[i], err.Code
	}
	ps := s.passes(len(ids), func(i int) string { return ids[i] }, func(i int) bool {
		if ctx.group(ids[i]) {
			return true
		}
		refuse(i, kerr.GroupAuthorizationFailed)
		return false
	})
	s.spread(ps,
		func(p pass) coordinator.Handler { return group.DeleteGroups(named(ids, p.which)) },
		func(p pass, got any) { settle(resp.Groups, p.which, got.([]kmsg.DeleteGroupsResponseGroup)) },
		func(p pass, err *kerr.Error) {
			for _, i := range p.which {
				refuse(int(i), err)
			}
		},
		func() { done(resp) },
	)
}

// named picks the ids of a pass.
func named(ids []string, which []int32) []string {
	out := make([]string, len(which))
	for n, i := range which {
		out[n] = ids[i]
	}
	return out
}

// settle puts the answers of a pass where their questions were.
func settle[T any](out []T, which []int32, got []T) {
	for n, i := range which {
		out[i] = got[n]
	}
}

// distinct keeps the first of each id.
func distinct(ids []string) []string {
	seen := make(map[string]struct{}, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if _, dup := seen[id]; !dup {
			seen[id] = struct{}{}
			out = append(out, id)
		}
	}
	return out
}

package service

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group"
)

// Versions of OffsetFetch that brought something.
const (
	fetchTopLevelError = 2
	fetchGroups        = 8
	fetchTopicIDs      = 10
)

// offsetFetch fetches for all groups of the request, one pass per partition (X2).
func (s *Service) offsetFetch(req *kmsg.OffsetFetchRequest, ctx Context, done func(kmsg.Response)) {
	asked := req.Groups
	if req.Version < fetchGroups {
		asked = []kmsg.OffsetFetchRequestGroup{onlyGroup(req)}
	}
	f := &fetching{s: s, ctx: ctx, version: req.Version, topics: s.cfg.Topics()}
	f.groups = make([]kmsg.OffsetFetchRequestGroup, len(asked))
	f.out = make([]kmsg.OffsetFetchResponseGroup, len(asked))
	f.refused = make([]*kerr.Error, len(asked))
	for i := range asked {
		f.groups[i], f.refused[i] = f.prepare(asked[i])
	}
	ps := s.passes(len(asked), func(i int) string { return asked[i].Group }, func(i int) bool { return f.refused[i] == nil })
	s.spread(ps,
		func(p pass) coordinator.Handler {
			return group.FetchOffsets(f.groups, p.which, f.out, req.RequireStable)
		},
		func(pass, any) {},
		func(p pass, err *kerr.Error) {
			for _, i := range p.which {
				f.refused[i] = fetchCode(err)
			}
		},
		func() { done(f.response(asked)) },
	)
}

// fetchCode keeps from consumers before 3.9 what they do not know as an answer to OffsetFetch.
func fetchCode(err *kerr.Error) *kerr.Error {
	if err == kerr.CoordinatorNotAvailable {
		return kerr.NotCoordinator
	}
	return err
}

// onlyGroup is the request of versions before 8 in the form of later ones.
func onlyGroup(req *kmsg.OffsetFetchRequest) kmsg.OffsetFetchRequestGroup {
	g := kmsg.NewOffsetFetchRequestGroup()
	g.Group = req.Group
	if req.Topics != nil {
		g.Topics = make([]kmsg.OffsetFetchRequestGroupTopic, len(req.Topics))
		for i, t := range req.Topics {
			g.Topics[i].Topic, g.Topics[i].Partitions = t.Topic, t.Partitions
		}
	}
	return g
}

// fetching is one OffsetFetch under way. groups, out and refused have an element for each group asked; passes that run at
// the same time write different elements.
type fetching struct {
	s       *Service
	ctx     Context
	version int16
	topics  Topics
	groups  []kmsg.OffsetFetchRequestGroup // what the groups are asked: named topics that may be read
	out     []kmsg.OffsetFetchResponseGroup
	refused []*kerr.Error
}

// prepare takes the topics out that cannot be asked for. Usually that is none, and nothing is copied.
func (f *fetching) prepare(g kmsg.OffsetFetchRequestGroup) (kmsg.OffsetFetchRequestGroup, *kerr.Error) {
	if !f.ctx.group(g.Group) {
		return g, kerr.GroupAuthorizationFailed
	}
	byID := f.version >= fetchTopicIDs
	if len(g.Topics) == 0 || !byID && f.ctx.TopicAllowed == nil {
		return g, nil
	}
	kept := make([]kmsg.OffsetFetchRequestGroupTopic, 0, len(g.Topics))
	for _, t := range g.Topics {
		if f.s.topicError(f.topics, &f.ctx, byID, &t.Topic, t.TopicID) == nil {
			kept = append(kept, t)
		}
	}
	g.Topics = kept
	return g, nil
}

// finish puts back the topics that prepare took out, with their errors, and drops those that may not be seen.
func (f *fetching) finish(asked kmsg.OffsetFetchRequestGroup, out *kmsg.OffsetFetchResponseGroup) {
	byID := f.version >= fetchTopicIDs
	if asked.Topics == nil {
		f.finishAll(byID, out)
		return
	}
	if len(out.Topics) == len(asked.Topics) {
		return
	}
	got := out.Topics
	out.Topics = make([]kmsg.OffsetFetchResponseGroupTopic, 0, len(asked.Topics))
	for _, t := range asked.Topics {
		if err := f.s.topicError(f.topics, &f.ctx, byID, &t.Topic, t.TopicID); err != nil {
			out.Topics = append(out.Topics, refusedTopic(t, err))
			continue
		}
		out.Topics = append(out.Topics, got[0])
		got = got[1:]
	}
}

func (f *fetching) finishAll(byID bool, out *kmsg.OffsetFetchResponseGroup) {
	if !byID && f.ctx.TopicAllowed == nil {
		return
	}
	kept := out.Topics[:0]
	for _, t := range out.Topics {
		ok := true
		if byID {
			t.TopicID, ok = f.topics.TopicID(t.Topic)
		}
		if ok && f.ctx.topic(t.Topic) {
			kept = append(kept, t)
		}
	}
	out.Topics = kept
}

func refusedTopic(t kmsg.OffsetFetchRequestGroupTopic, err *kerr.Error) kmsg.OffsetFetchResponseGroupTopic {
	out := kmsg.OffsetFetchResponseGroupTopic{Topic: t.Topic, TopicID: t.TopicID}
	for _, p := range t.Partitions {
		op := kmsg.OffsetFetchResponseGroupTopicPartition{Partition: p, Offset: -1, LeaderEpoch: -1, Metadata: new(string), ErrorCode: err.Code}
		out.Partitions = append(out.Partitions, op)
	}
	return out
}

// response puts the answer together in the form of its version.
func (f *fetching) response(asked []kmsg.OffsetFetchRequestGroup) *kmsg.OffsetFetchResponse {
	resp := kmsg.NewPtrOffsetFetchResponse()
	for i := range asked {
		out := &f.out[i]
		if err := f.refused[i]; err != nil {
			*out = kmsg.OffsetFetchResponseGroup{Group: asked[i].Group, ErrorCode: err.Code}
			if f.version < fetchTopLevelError {
				for _, t := range asked[i].Topics {
					out.Topics = append(out.Topics, refusedTopic(t, err))
				}
			}
			continue
		}
		f.finish(asked[i], out)
	}
	if f.version >= fetchGroups {
		resp.Groups = f.out
		return resp
	}
	return single(resp, &f.out[0])
}

// single is the answer of versions before 8.
func single(resp *kmsg.OffsetFetchResponse, g *kmsg.OffsetFetchResponseGroup) *kmsg.OffsetFetchResponse {
	resp.ErrorCode = g.ErrorCode
	for _, t := range g.Topics {
		out := kmsg.OffsetFetchResponseTopic{Topic: t.Topic}
		for _, p := range t.Partitions {
			out.Partitions = append(out.Partitions, kmsg.OffsetFetchResponseTopicPartition{
				Partition: p.Partition, Offset: p.Offset, LeaderEpoch: p.LeaderEpoch, Metadata: p.Metadata, ErrorCode: p.ErrorCode,
			})
		}
		resp.Topics = append(resp.Topics, out)
	}
	return resp
}

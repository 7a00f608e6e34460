package state

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// deletion is a topic to delete as the request names it.
type deletion struct {
	name  *string
	id    metadata.UUID
	topic *metadata.Topic
	err   *apiError
}

// DeleteTopics decides about the end of topics, by name or, from version 6 on, by id (trap T40). Answers come in the order
// of the request, one for what is named twice.
func (s *State) DeleteTopics(in In, req *kmsg.DeleteTopicsRequest) (Records, *kmsg.DeleteTopicsResponse) {
	resp := req.ResponseKind().(*kmsg.DeleteTopicsResponse)
	var out Records
	all := s.deletions(in.Image, req)
	resp.Topics = make([]kmsg.DeleteTopicsResponseTopic, 0, len(all))
	for _, d := range all {
		row := kmsg.NewDeleteTopicsResponseTopic()
		row.Topic, row.TopicID = d.name, d.id
		if d.topic != nil && d.err == nil {
			row.Topic, row.TopicID = &d.topic.Name, d.topic.ID
			out = append(out, &metarec.RemoveTopic{TopicID: d.topic.ID})
		}
		row.ErrorCode, row.ErrorMessage = told(d.err)
		resp.Topics = append(resp.Topics, row)
	}
	return out, resp
}

func (s *State) deletions(img *metadata.Image, req *kmsg.DeleteTopicsRequest) []deletion {
	all := make([]deletion, 0, len(req.TopicNames)+len(req.Topics))
	if req.Version < 6 {
		for i := range req.TopicNames {
			all = append(all, deletion{name: &req.TopicNames[i]})
		}
	} else {
		for _, t := range req.Topics {
			all = append(all, deletion{name: t.Topic, id: t.TopicID})
		}
	}
	if !s.cfg.DeleteTopics {
		code := kerr.TopicDeletionDisabled
		if req.Version < 3 {
			code = kerr.InvalidRequest
		}
		for i := range all {
			all[i].err = silent(code)
		}
		return all
	}
	return resolve(img, all)
}

// resolve finds the topics and refuses what is named in two ways or more than once.
func resolve(img *metadata.Image, all []deletion) []deletion {
	names, ids := make(map[string]int, len(all)), map[metadata.UUID]int{}
	for _, d := range all {
		switch {
		case d.name != nil && d.id != metadata.UUID{}, d.name == nil && d.id == metadata.UUID{}:
		case d.name != nil:
			names[*d.name]++
		default:
			ids[d.id]++
		}
	}
	out := all[:0]
	for _, d := range all {
		switch {
		case d.name != nil && d.id != metadata.UUID{}:
			d.err = fail(kerr.InvalidRequest, "You may not specify both topic name and topic id.")
		case d.name == nil && d.id == metadata.UUID{}:
			d.err = fail(kerr.InvalidRequest, "Neither topic name nor id were specified.")
		case d.name != nil:
			if names[*d.name] == 0 {
				continue // answered already
			}
			d.byName(img, names[*d.name], ids)
			names[*d.name] = 0
		default:
			n := ids[d.id]
			if n == 0 {
				continue
			}
			d.byID(img, n)
			ids[d.id] = 0
		}
		out = append(out, d)
	}
	return out
}

func (d *deletion) byName(img *metadata.Image, times int, ids map[metadata.UUID]int) {
	if times > 1 {
		d.err = fail(kerr.InvalidRequest, "Duplicate topic name.")
		return
	}
	if d.topic = img.Topic(*d.name); d.topic == nil {
		d.err = fail(kerr.UnknownTopicOrPartition, "This server does not host this topic-partition.")
		return
	}
	if ids[d.topic.ID] > 0 {
		d.id = d.topic.ID
		d.err = fail(kerr.InvalidRequest, "The provided topic name maps to an ID that was already supplied.")
		ids[d.topic.ID] = 0
	}
}

func (d *deletion) byID(img *metadata.Image, times int) {
	if times > 1 {
		d.err = fail(kerr.InvalidRequest, "Duplicate topic id.")
		return
	}
	if d.topic = img.TopicByID(d.id); d.topic == nil {
		d.err = fail(kerr.UnknownTopicID, "This server does not host this topic ID.")
	}
}

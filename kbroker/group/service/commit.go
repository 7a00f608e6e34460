package service

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/group"
)

// Versions from which topics are named by their id.
const (
	commitTopicIDs    = 10
	txnCommitTopicIDs = 6
	// Producers before 2.0 do not know COORDINATOR_LOAD_IN_PROGRESS as an answer to TxnOffsetCommit.
	txnCommitKnowsLoading = 2
)

// topicError says why nothing is done to a topic, and names one that is given by its id.
func (s *Service) topicError(topics Topics, ctx *Context, byID bool, name *string, id [16]byte) *kerr.Error {
	if byID {
		var ok bool
		if *name, ok = topics.TopicName(id); !ok {
			return kerr.UnknownTopicID
		}
	}
	if !ctx.topic(*name) {
		return kerr.TopicAuthorizationFailed
	}
	return nil
}

// A place is where in a response the outcome of one partition belongs.
type place struct{ topic, partition int }

// sift parts what is asked of one topic: keep can be done, and its places are noted; codes says of each partition why it
// cannot (T82), or 0.
func sift[P any](slots *[]place, topic int, asked []P, number func(P) int32, refused *kerr.Error, count int32) (keep []P, codes []int16) {
	codes = make([]int16, len(asked))
	for i, p := range asked {
		switch n := number(p); {
		case refused != nil:
			codes[i] = refused.Code
		case n < 0 || n >= count:
			codes[i] = kerr.UnknownTopicOrPartition.Code
		default:
			keep = append(keep, p)
			*slots = append(*slots, place{topic, i})
		}
	}
	return keep, codes
}

// offsetCommit takes out what cannot be committed, commits the rest, and puts both together in the order asked.
func (s *Service) offsetCommit(req *kmsg.OffsetCommitRequest, ctx Context, done func(kmsg.Response)) {
	if !ctx.group(req.Group) {
		done(group.Refuse(req, kerr.GroupAuthorizationFailed))
		return
	}
	topics := s.cfg.Topics()
	sub := *req
	sub.Topics = nil
	resp := kmsg.NewPtrOffsetCommitResponse()
	var slots []place
	number := func(p kmsg.OffsetCommitRequestTopicPartition) int32 { return p.Partition }
	for _, t := range req.Topics {
		out := kmsg.NewOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		refused := s.topicError(topics, &ctx, req.Version >= commitTopicIDs, &t.Topic, t.TopicID)
		keep, codes := sift(&slots, len(resp.Topics), t.Partitions, number, refused, topics.Partitions(t.Topic))
		for i, p := range t.Partitions {
			out.Partitions = append(out.Partitions, kmsg.OffsetCommitResponseTopicPartition{Partition: p.Partition, ErrorCode: codes[i]})
		}
		resp.Topics = append(resp.Topics, out)
		if t.Partitions = keep; len(keep) > 0 {
			sub.Topics = append(sub.Topics, t)
		}
	}
	if len(slots) == 0 && len(req.Topics) > 0 {
		done(resp)
		return
	}
	s.one(&sub, req.Group, ctx, func(r kmsg.Response) {
		n := 0
		for _, t := range r.(*kmsg.OffsetCommitResponse).Topics {
			for _, p := range t.Partitions {
				resp.Topics[slots[n].topic].Partitions[slots[n].partition].ErrorCode = p.ErrorCode
				n++
			}
		}
		done(resp)
	})
}

func (s *Service) txnOffsetCommit(req *kmsg.TxnOffsetCommitRequest, ctx Context, reply func(kmsg.Response)) {
	done := func(resp kmsg.Response) {
		if req.Version < txnCommitKnowsLoading {
			hideLoading(resp.(*kmsg.TxnOffsetCommitResponse))
		}
		reply(resp)
	}
	if !ctx.group(req.Group) {
		done(group.Refuse(req, kerr.GroupAuthorizationFailed))
		return
	}
	topics := s.cfg.Topics()
	sub := *req
	sub.Topics = nil
	resp := kmsg.NewPtrTxnOffsetCommitResponse()
	var slots []place
	number := func(p kmsg.TxnOffsetCommitRequestTopicPartition) int32 { return p.Partition }
	for _, t := range req.Topics {
		out := kmsg.NewTxnOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		refused := s.topicError(topics, &ctx, req.Version >= txnCommitTopicIDs, &t.Topic, t.TopicID)
		keep, codes := sift(&slots, len(resp.Topics), t.Partitions, number, refused, topics.Partitions(t.Topic))
		for i, p := range t.Partitions {
			out.Partitions = append(out.Partitions, kmsg.TxnOffsetCommitResponseTopicPartition{Partition: p.Partition, ErrorCode: codes[i]})
		}
		if at := unnamed(resp.Topics, t.TopicID, refused); at >= 0 {
			resp.Topics[at].Partitions = append(resp.Topics[at].Partitions, out.Partitions...)
			continue
		}
		resp.Topics = append(resp.Topics, out)
		if t.Partitions = keep; len(keep) > 0 {
			sub.Topics = append(sub.Topics, t)
		}
	}
	if len(slots) == 0 && len(req.Topics) > 0 {
		done(resp)
		return
	}
	if req.Group == "" {
		done(group.Refuse(req, kerr.InvalidGroupID))
		return
	}
	s.verified(&sub, func(r kmsg.Response) {
		n := 0
		for _, t := range r.(*kmsg.TxnOffsetCommitResponse).Topics {
			for _, p := range t.Partitions {
				resp.Topics[slots[n].topic].Partitions[slots[n].partition].ErrorCode = p.ErrorCode
				n++
			}
		}
		done(resp)
	}, ctx)
}

// unnamed finds the answer about a topic id that is not known, which is given once however often the id is asked for.
func unnamed(topics []kmsg.TxnOffsetCommitResponseTopic, id [16]byte, err *kerr.Error) int {
	if err != kerr.UnknownTopicID {
		return -1
	}
	return slices.IndexFunc(topics, func(t kmsg.TxnOffsetCommitResponseTopic) bool { return t.TopicID == id })
}

// verified commits once the transaction is known to be ongoing.
func (s *Service) verified(req *kmsg.TxnOffsetCommitRequest, done func(kmsg.Response), ctx Context) {
	if s.cfg.VerifyTxn == nil {
		s.one(req, req.Group, ctx, done)
		return
	}
	s.cfg.VerifyTxn(TxnCommit{
		TransactionalID: req.TransactionalID, ProducerID: req.ProducerID, ProducerEpoch: req.ProducerEpoch,
		Partition: s.PartitionOf(req.Group), Version: req.Version,
	}, func(guard uint64, err error) {
		if err != nil {
			done(group.Refuse(req, group.CodeOf(err)))
			return
		}
		ctx.TxnGuard = guard
		s.one(req, req.Group, ctx, done)
	})
}

func hideLoading(resp *kmsg.TxnOffsetCommitResponse) {
	for i := range resp.Topics {
		for j := range resp.Topics[i].Partitions {
			if p := &resp.Topics[i].Partitions[j]; p.ErrorCode == kerr.CoordinatorLoadInProgress.Code {
				p.ErrorCode = kerr.CoordinatorNotAvailable.Code
			}
		}
	}
}

func (s *Service) offsetDelete(req *kmsg.OffsetDeleteRequest, ctx Context, done func(kmsg.Response)) {
	switch {
	case !ctx.group(req.Group):
		done(group.Refuse(req, kerr.GroupAuthorizationFailed))
		return
	case req.Group == "":
		done(group.Refuse(req, kerr.InvalidGroupID))
		return
	}
	topics := s.cfg.Topics()
	sub := *req
	sub.Topics = nil
	resp := kmsg.NewPtrOffsetDeleteResponse()
	var slots []place
	number := func(p kmsg.OffsetDeleteRequestTopicPartition) int32 { return p.Partition }
	for _, t := range req.Topics {
		out := kmsg.NewOffsetDeleteResponseTopic()
		out.Topic = t.Topic
		refused := s.topicError(topics, &ctx, false, &t.Topic, [16]byte{})
		keep, codes := sift(&slots, len(resp.Topics), t.Partitions, number, refused, topics.Partitions(t.Topic))
		for i, p := range t.Partitions {
			out.Partitions = append(out.Partitions, kmsg.OffsetDeleteResponseTopicPartition{Partition: p.Partition, ErrorCode: codes[i]})
		}
		resp.Topics = append(resp.Topics, out)
		if t.Partitions = keep; len(keep) > 0 {
			sub.Topics = append(sub.Topics, t)
		}
	}
	if len(slots) == 0 && len(req.Topics) > 0 {
		done(resp)
		return
	}
	s.one(&sub, req.Group, ctx, func(r kmsg.Response) {
		dr := r.(*kmsg.OffsetDeleteResponse)
		if dr.ErrorCode != 0 {
			done(dr)
			return
		}
		n := 0
		for _, t := range dr.Topics {
			for _, p := range t.Partitions {
				resp.Topics[slots[n].topic].Partitions[slots[n].partition].ErrorCode = p.ErrorCode
				n++
			}
		}
		done(resp)
	})
}

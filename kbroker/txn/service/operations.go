package service

import (
	"errors"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
)

// InitProducerID gives a producer its id and epoch.
func (s *Service) InitProducerID(q txn.Init, reply func(txn.Outcome)) {
	s.writeWithID(q.TransactionalID, func(newID int64) coordinator.Handler {
		q.NewID = newID
		return txn.InitProducerID(q)
	}, outcome(reply))
}

// EndTxn commits or aborts.
func (s *Service) EndTxn(q txn.End, reply func(txn.Outcome)) {
	s.writeWithID(q.TransactionalID, func(newID int64) coordinator.Handler {
		q.NewID = newID
		return txn.EndTxn(q)
	}, outcome(reply))
}

func outcome(reply func(txn.Outcome)) func(any, error) {
	return func(resp any, err error) {
		o, ok := resp.(txn.Outcome)
		if err != nil || !ok {
			o = txn.Outcome{Err: codeOf(err), ProducerID: txn.NoProducerID, Epoch: txn.NoEpoch}
		}
		reply(o)
	}
}

// AddPartitions adds partitions to the transaction of a client that speaks that transaction version.
func (s *Service) AddPartitions(p txn.Producer, list []txn.Partition, clientVersion int16, reply func(*kerr.Error)) {
	s.write(p.TransactionalID, txn.AddPartitions(p, list, clientVersion), func(_ any, err error) {
		if err == nil {
			reply(nil)
			return
		}
		reply(codeOf(err))
	})
}

// Verify tells of each partition whether it belongs to the open transaction.
func (s *Service) Verify(p txn.Producer, list []txn.Partition, reply func(each []*kerr.Error)) {
	s.write(p.TransactionalID, txn.Verify(p, list), func(resp any, err error) {
		each, ok := resp.([]*kerr.Error)
		if err != nil || !ok {
			each = make([]*kerr.Error, len(list))
			for i := range each {
				each[i] = codeOf(err)
			}
		}
		reply(each)
	})
}

// Describe tells what is known of an id.
func (s *Service) Describe(id string, reply func(txn.Transaction, *kerr.Error)) {
	s.write(id, txn.Describe(id), func(resp any, err error) {
		t, ok := resp.(txn.Transaction)
		if err != nil || !ok {
			reply(txn.Transaction{}, codeOf(err))
			return
		}
		reply(t, nil)
	})
}

// List lists what all partitions led here know. One that is still loading fails the whole.
func (s *Service) List(f txn.Filter, reply func([]txn.Listing, *kerr.Error)) {
	led := s.rt.Led()
	if len(led) == 0 {
		reply(nil, nil)
		return
	}
	var mu sync.Mutex
	var failure *kerr.Error
	lists := make([][]txn.Listing, len(led))
	left := len(led)
	for i, p := range led {
		s.rt.Write(p, "", txn.List(f), func(resp any, err error) {
			mu.Lock()
			lists[i], _ = resp.([]txn.Listing)
			if err != nil && !errors.Is(err, kerr.NotCoordinator) && failure == nil {
				failure = codeOf(err)
			}
			left--
			last := left == 0
			mu.Unlock()
			if !last {
				return
			}
			if failure != nil {
				reply(nil, failure)
				return
			}
			var all []txn.Listing
			for _, l := range lists {
				all = append(all, l...)
			}
			reply(all, nil)
		})
	}
}

// codeOf names an error in the codes that clients of transactions know.
func codeOf(err error) *kerr.Error {
	var ke *kerr.Error
	if !errors.As(err, &ke) {
		return kerr.UnknownServerError
	}
	switch ke {
	case kerr.UnknownTopicOrPartition, kerr.NotEnoughReplicas, kerr.NotEnoughReplicasAfterAppend, kerr.RequestTimedOut:
		return kerr.CoordinatorNotAvailable
	case kerr.NotLeaderForPartition, kerr.KafkaStorageError:
		return kerr.NotCoordinator
	case kerr.MessageTooLarge, kerr.RecordListTooLarge:
		return kerr.UnknownServerError
	}
	return ke
}

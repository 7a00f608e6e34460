package api

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Transactions is the transaction coordinators of this broker (kbroker/txn/service). Each reply is called exactly once, at
// once or from another goroutine.
type Transactions interface {
	InitProducerID(q txn.Init, reply func(txn.Outcome))
	AddPartitions(p txn.Producer, list []txn.Partition, clientVersion int16, reply func(*kerr.Error))
	Verify(p txn.Producer, list []txn.Partition, reply func(each []*kerr.Error))
	EndTxn(q txn.End, reply func(txn.Outcome))
	Describe(id string, reply func(txn.Transaction, *kerr.Error))
	List(f txn.Filter, reply func([]txn.Listing, *kerr.Error))
}

// Markers ends transactions in partitions that are led here, those of __consumer_offsets included. done is called exactly
// once: nil when the marker is committed.
type Markers interface {
	WriteMarker(topic string, partition int32, m coordinator.Marker, done func(error))
}

// deferred makes a handler of a function that answers later, from any goroutine.
func deferred[Q kmsg.Request](fn func(b *Broker, req *protocol.Request, q Q, done func(kmsg.Response))) handler {
	return func(b *Broker, req *protocol.Request, reply protocol.Reply) {
		q, err := decode[Q](req)
		if err != nil {
			reply.Close(protocol.APIName(req.Key) + ": " + err.Error())
			return
		}
		version := req.Version // the request is the connection's again once the handler has returned
		fn(b, req, q, func(resp kmsg.Response) {
			resp.SetVersion(version)
			reply.Send(resp)
		})
	}
}

// fencedCode is the code of err for a request whose clients know PRODUCER_FENCED from version since on (trap T95).
func fencedCode(err *kerr.Error, version, since int16) int16 {
	switch {
	case err == nil:
		return 0
	case err == kerr.ProducerFenced && version < since:
		return kerr.InvalidProducerEpoch.Code
	}
	return err.Code
}

// An enlistment is what a partition leader asks the transaction coordinator before a transaction writes its first batch to
// some partitions here: whether they belong to it, or, for clients of version 2, to add them (KIP-890).
type enlistment struct {
	producer txn.Producer
	list     []txn.Partition
	adds     bool // version 2
	generic  bool // the client knows TRANSACTION_ABORTABLE
}

// enlist asks. each has one error per partition, nil where the transaction may write.
func (b *Broker) enlist(e enlistment, reply func(each []*kerr.Error)) {
	all := func(err *kerr.Error) {
		each := make([]*kerr.Error, len(e.list))
		for i := range each {
			each[i] = e.code(err)
		}
		reply(each)
	}
	switch {
	case b.Image().Topic(TxnTopic) == nil:
		all(kerr.CoordinatorNotAvailable)
	case e.adds:
		b.Transactions.AddPartitions(e.producer, e.list, txn.Version2, all)
	default:
		b.Transactions.Verify(e.producer, e.list, func(each []*kerr.Error) {
			for i := range each {
				each[i] = e.code(each[i])
			}
			reply(each)
		})
	}
}

// code turns the coordinator's answer into what the leader tells its client.
func (e *enlistment) code(err *kerr.Error) *kerr.Error {
	switch {
	case err == kerr.ProducerFenced:
		return kerr.InvalidProducerEpoch
	case err == kerr.TransactionAbortable && !e.generic:
		return kerr.InvalidTxnState
	}
	return err
}

// enlistAndWait is enlist for the reader goroutine of a connection: what the client pipelined behind must not overtake. A
// transaction of version 2 that follows close upon another is asked for again while the markers of that are written; an
// answer that does not come within request.timeout.ms is NETWORK_EXCEPTION.
func (b *Broker) enlistAndWait(e enlistment) []*kerr.Error {
	cfg := b.Config().Broker()
	limit := time.NewTimer(cfg.RequestTimeout)
	defer limit.Stop()
	start := time.Now()
	for {
		answer := make(chan []*kerr.Error, 1)
		b.enlist(e, func(each []*kerr.Error) { answer <- each })
		select {
		case each := <-answer:
			again := e.adds && len(each) > 0 && each[0] == kerr.ConcurrentTransactions
			if !again || time.Since(start) >= min(cfg.AddPartitionsRetryMax, cfg.RequestTimeout) {
				return each
			}
		case <-limit.C:
			each := make([]*kerr.Error, len(e.list))
			for i := range each {
				each[i] = kerr.NetworkException
			}
			return each
		}
		time.Sleep(cfg.AddPartitionsRetryBackoff)
	}
}

package kbroker

import (
	"context"
	"errors"

	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/service"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/kbroker/txn/marker"
	txnservice "github.com/kbroker/kbroker/kbroker/txn/service"
	"github.com/twmb/franz-go/pkg/kerr"
)

// newTransactions makes the transaction coordinators of this node.
func (n *Node) newTransactions() *txnservice.Service {
	b := n.config.Load().Broker()
	return txnservice.New(txnservice.Config{
		Settings: n.txnSettings, Log: n.replicas.CoordinatorLog(api.TxnTopic), Logger: n.loggers.For("txn"),
		Partitions: func() int32 {
			return n.partitionsOf(api.TxnTopic, func(b *config.Broker) int32 { return b.TransactionTopicPartitions })
		},
		ProducerID: func(ctx context.Context) (int64, error) { return n.ids.Next(ctx) }, IDTimeout: b.RequestTimeout,
		Self: n.static.NodeID, Place: n.place, Write: n.writeMarker,
		LoadBytes: int(b.TransactionLoadBufferSize),
	})
}

func (n *Node) txnSettings() txn.Settings {
	b := n.config.Load().Broker()
	return txn.Settings{
		Version:      n.world.upcoming.Load().Feature(transactionVersion),
		MaxTimeoutMs: int32(b.TransactionMaxTimeout.Milliseconds()), Expiration: b.TransactionalIDExpiration,
		AbortInterval: b.TransactionAbortInterval, ExpiryInterval: b.TransactionExpiryInterval,
	}
}

// place tells where a partition is led. While the node still replays the metadata log, a partition that it does not know
// may yet come: only later is it one that was deleted (trap T97).
func (n *Node) place(p txn.Partition) marker.Place {
	part := n.world.upcoming.Load().Partition(p.Topic, p.Index)
	switch {
	case part != nil:
		return marker.Place{Exists: true, Leader: part.Leader}
	case !n.caughtUp.Load():
		return marker.Place{Exists: true, Leader: -1}
	}
	return marker.Place{}
}

// writeMarker ends a transaction in a partition that is led here. The group coordinators end what was committed to
// __consumer_offsets.
func (n *Node) writeMarker(p txn.Partition, m coordinator.Marker, done func(error)) {
	if p.Topic != api.OffsetsTopic {
		n.replicas.WriteMarker(p.Topic, p.Index, m, n.config.Load().Broker().RequestTimeout, done)
		return
	}
	n.groups.EndTxn(p.Index, m, func(err error) {
		for _, moved := range []*kerr.Error{kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress, kerr.NotCoordinator} {
			if errors.Is(err, moved) {
				err = kerr.NotLeaderForPartition
			}
		}
		done(err)
	})
}

// markerDoor is writeMarker as the API room sees it.
type markerDoor struct{ n *Node }

// WriteMarker implements api.Markers.
func (d markerDoor) WriteMarker(topic string, partition int32, m coordinator.Marker, done func(error)) {
	d.n.writeMarker(txn.Partition{Topic: topic, Index: partition}, m, done)
}

// verifyTxnCommit asks for the group coordinators whether a transaction may commit offsets.
func (n *Node) verifyTxnCommit(t service.TxnCommit, done func(guard uint64, err error)) {
	p := txn.Producer{TransactionalID: t.TransactionalID, ID: t.ProducerID, Epoch: t.ProducerEpoch}
	n.broker.VerifyTxnCommit(p, t.Partition, t.Version, done)
}

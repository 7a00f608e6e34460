package txn

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// encode makes the record of a state, in the version of the value that the cluster's transaction version asks for.
func encode(t *Transaction, valueVersion int16) coordinator.Record {
	v := coordrec.NewTransactionLogValue()
	v.ProducerID, v.ProducerEpoch = t.ProducerID, t.Epoch
	v.PreviousProducerID, v.NextProducerID = t.PrevProducerID, t.NextProducerID
	v.TransactionTimeoutMs, v.TransactionStatus = t.TimeoutMs, int8(t.State)
	v.TransactionLastUpdateTimestampMs, v.TransactionStartTimestampMs = t.UpdatedMs, t.StartMs
	v.ClientTransactionVersion = t.ClientVersion
	v.TransactionPartitions = nil
	if t.State != Empty {
		v.TransactionPartitions = byTopic(t.Partitions)
	}
	return coordinator.Record{Key: encodeKey(t.ID), Value: coordrec.MarshalValue(nil, v, valueVersion)}
}

func encodeKey(id string) []byte {
	return coordrec.MarshalKey(nil, &coordrec.TransactionLogKey{TransactionalID: id})
}

func byTopic(set Partitions) []coordrec.TransactionLogPartitionsSchema {
	out := []coordrec.TransactionLogPartitionsSchema{}
	for _, p := range set {
		if n := len(out); n == 0 || out[n-1].Topic != p.Topic {
			out = append(out, coordrec.TransactionLogPartitionsSchema{Topic: p.Topic})
		}
		last := &out[len(out)-1]
		last.PartitionIDs = append(last.PartitionIDs, p.Index)
	}
	return out
}

// decode reads a record. A nil transaction with a known id is a tombstone; an empty id is a record of something newer,
// which is passed over as Apache Kafka does.
func decode(rec coordinator.Record) (id string, t *Transaction, err error) {
	r, err := coordrec.Unmarshal(coordrec.Transaction, rec.Key, rec.Value)
	var newer *coordrec.UnknownTypeError
	var version *coordrec.VersionError
	if errors.As(err, &newer) || errors.As(err, &version) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	key, ok := r.Key.(*coordrec.TransactionLogKey)
	if !ok {
		return "", nil, nil
	}
	v, ok := r.Value.(*coordrec.TransactionLogValue)
	if !ok || v == nil {
		return key.TransactionalID, nil, nil
	}
	state := State(v.TransactionStatus)
	if !state.logged() {
		return "", nil, fmt.Errorf("transactional id %q: unknown transaction state %d", key.TransactionalID, v.TransactionStatus)
	}
	return key.TransactionalID, &Transaction{
		ID: key.TransactionalID, ProducerID: v.ProducerID, PrevProducerID: v.PreviousProducerID, NextProducerID: v.NextProducerID,
		Epoch: v.ProducerEpoch, LastEpoch: NoEpoch, TimeoutMs: v.TransactionTimeoutMs, State: state,
		Partitions: fromTopics(v), StartMs: v.TransactionStartTimestampMs, UpdatedMs: v.TransactionLastUpdateTimestampMs,
		ClientVersion: v.ClientTransactionVersion,
	}, nil
}

func fromTopics(v *coordrec.TransactionLogValue) Partitions {
	if State(v.TransactionStatus) == Empty {
		return nil
	}
	var list []Partition
	for _, t := range v.TransactionPartitions {
		for _, p := range t.PartitionIDs {
			list = append(list, Partition{t.Topic, p})
		}
	}
	return NewPartitions(list...)
}

package coordinator

// A PartitionLog is the internal topic under the machines, as the replica room offers it. All methods may be called from
// any goroutine, and none waits for other replicas.
type PartitionLog interface {
	// Append appends one whole batch of format v2 (a record.Batch, given away for the call) as leader of leaderEpoch,
	// control batches (transaction markers) included. It returns the offset of the batch's last record, which is not yet
	// committed. After an error nothing of the batch is in the log. Errors are *kerr.Error, among them
	// NotLeaderForPartition (also when leaderEpoch is not the current one), NotEnoughReplicas, MessageTooLarge,
	// KafkaStorageError, TransactionCoordinatorFenced, InvalidProducerEpoch.
	Append(partition int32, leaderEpoch int32, batch []byte) (lastOffset int64, err error)
	// Read returns whole batches from the one that contains offset on, up to the log end (committed or not), at most
	// maxBytes of them but at least one batch. The bytes are a copy that the caller owns. Nothing left: no bytes.
	Read(partition int32, offset int64, maxBytes int) (batches []byte, err error)
	// Bounds returns the first offset, the high watermark and the log end.
	Bounds(partition int32) (logStart, highWatermark, logEnd int64, err error)
	// OnHighWatermark asks for fn to be called after each advance of the high watermark, outside every lock, possibly
	// from within Append; fn does not block. nil removes it. There is one fn per partition.
	OnHighWatermark(partition int32, fn func(highWatermark int64))
}

// A TxnLog is a PartitionLog that holds transactional batches to verification and knows the versions of transactions. A
// runtime uses it where it is offered.
type TxnLog interface {
	PartitionLog
	// AppendTxn is Append for a transactional batch: one that begins its transaction in the partition is refused with
	// InvalidTxnState unless guard stands for the coordinator's consent (T6, T7).
	AppendTxn(partition int32, leaderEpoch int32, batch []byte, guard uint64) (lastOffset int64, err error)
	// AppendMarker is Append for a marker of that transaction version.
	AppendMarker(partition int32, leaderEpoch int32, batch []byte, txnVersion int16) (lastOffset int64, err error)
}

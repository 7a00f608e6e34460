package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// transactionKeys: broker keys for transactions and producer ids.
func transactionKeys() []cd.Key {
	return []cd.Key{
		broker("transaction.state.log.min.isr", cd.Int, cd.Text("2"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Fewest in-sync replicas of the transaction topic for a write."),
		broker("transaction.state.log.load.buffer.size", cd.Int, cd.Text("5242880"), cd.High, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Bytes read at once while transaction state is loaded."),
		broker("transaction.state.log.replication.factor", cd.Short, cd.Text("3"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Replication factor of the transaction topic."),
		broker("transaction.state.log.num.partitions", cd.Int, cd.Text("50"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Number of partitions of the transaction topic; it must not change later."),
		broker("transaction.state.log.segment.bytes", cd.Int, cd.Text("104857600"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Segment size in bytes of the transaction topic."),
		broker("transaction.partition.verification.enable", cd.Boolean, cd.Text("true"), cd.Low, cd.ClusterWide, cd.Honour, nil, "Whether a partition asks the coordinator if a transaction is really open before it accepts the first write of it."),
		broker("producer.id.expiration.ms", cd.Int, cd.Text("86400000"), cd.Low, cd.ClusterWide, cd.Honour, cd.AtLeast(1), "Milliseconds after its last write at which the state of a producer id is forgotten."),
		internal(broker("producer.id.expiration.check.interval.ms", cd.Int, cd.Text("600000"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds between two looks for expired producer ids.")),
		broker("transactional.id.expiration.ms", cd.Int, cd.Text("604800000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds without use after which a transactional id is forgotten."),
		broker("transaction.max.timeout.ms", cd.Int, cd.Text("900000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Longest transaction timeout in milliseconds that a producer may ask for."),
		broker("transaction.abort.timed.out.transaction.cleanup.interval.ms", cd.Int, cd.Text("10000"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Milliseconds between two looks for transactions that have timed out."),
		broker("transaction.remove.expired.transaction.cleanup.interval.ms", cd.Int, cd.Text("3600000"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Milliseconds between two looks for transactional ids that have expired."),
		broker("transaction.two.phase.commit.enable", cd.Boolean, cd.Text("false"), cd.Low, cd.ReadOnly, cd.Honour, nil, "Whether producers may take part in two-phase commits that never time out."),
		broker("add.partitions.to.txn.retry.backoff.max.ms", cd.Int, cd.Text("100"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Most milliseconds that a request to add partitions is retried by the broker itself."),
		broker("add.partitions.to.txn.retry.backoff.ms", cd.Int, cd.Text("20"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds between two retries of a request to add partitions."),
	}
}

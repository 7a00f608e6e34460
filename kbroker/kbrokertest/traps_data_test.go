package kbrokertest_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// batchOf makes one batch; each record's time is its index above 1000.
func batchOf(codec record.Codec, values ...string) []byte {
	bld := record.NewBuilder(record.BuilderOptions{Codec: codec, ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1})
	for i, v := range values {
		bld.Append(1000+int64(i), nil, []byte(v))
	}
	return bld.Build()
}

func put(t *testing.T, b *kbrokertest.Broker, version, acks int16, topic string, records []byte) kmsg.ProduceResponseTopicPartition {
	t.Helper()
	req := kmsg.NewPtrProduceRequest()
	req.Version, req.Acks, req.TimeoutMillis = version, acks, 10_000
	rt := kmsg.NewProduceRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewProduceRequestTopicPartition()
	rp.Records = records
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	return b.Ask(t, req).(*kmsg.ProduceResponse).Topics[0].Partitions[0]
}

func mustPut(t *testing.T, b *kbrokertest.Broker, topic string, records []byte) int64 {
	t.Helper()
	r := put(t, b, 9, -1, topic, records)
	if r.ErrorCode != 0 {
		t.Fatal(kerr.ErrorForCode(r.ErrorCode))
	}
	return r.BaseOffset
}

// fetchRequest reads partition 0 from offset on, and waits for at most wait.
func fetchRequest(version int16, topic string, id [16]byte, offset int64, wait time.Duration) *kmsg.FetchRequest {
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.ReplicaID, req.MaxWaitMillis, req.MinBytes, req.MaxBytes = version, -1, int32(wait.Milliseconds()), 1, 50<<20
	req.SessionEpoch = -1
	rt := kmsg.NewFetchRequestTopic()
	rt.Topic, rt.TopicID = topic, id
	rp := kmsg.NewFetchRequestTopicPartition()
	rp.FetchOffset, rp.PartitionMaxBytes, rp.CurrentLeaderEpoch = offset, 50<<20, -1
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	return req
}

func get(t *testing.T, b *kbrokertest.Broker, req *kmsg.FetchRequest) kmsg.FetchResponseTopicPartition {
	t.Helper()
	r := b.Ask(t, req).(*kmsg.FetchResponse)
	if r.ErrorCode != 0 || len(r.Topics) != 1 || len(r.Topics[0].Partitions) != 1 {
		t.Fatalf("fetch: code %d, %d topics", r.ErrorCode, len(r.Topics))
	}
	return r.Topics[0].Partitions[0]
}

func listOffset(t *testing.T, b *kbrokertest.Broker, version int16, topic string, isolation int8, timestamp int64) kmsg.ListOffsetsResponseTopicPartition {
	t.Helper()
	req := kmsg.NewPtrListOffsetsRequest()
	req.Version, req.ReplicaID, req.IsolationLevel = version, -1, isolation
	rt := kmsg.NewListOffsetsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewListOffsetsRequestTopicPartition()
	rp.Timestamp, rp.CurrentLeaderEpoch = timestamp, -1
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	return b.Ask(t, req).(*kmsg.ListOffsetsResponse).Topics[0].Partitions[0]
}

func deleteBelow(t *testing.T, b *kbrokertest.Broker, topic string, offset int64) {
	t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.Version, req.TimeoutMillis = 2, 10_000
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewDeleteRecordsRequestTopicPartition()
	rp.Offset = offset
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	if r := b.Ask(t, req).(*kmsg.DeleteRecordsResponse).Topics[0].Partitions[0]; r.ErrorCode != 0 {
		t.Fatal(kerr.ErrorForCode(r.ErrorCode))
	}
}

func TestTrap054AFetchFromTheMiddleGetsTheWholeBatch(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		mustPut(t, b, "a", batchOf(record.None, "0", "1", "2", "3"))
		for offset := int64(0); offset < 4; offset++ {
			got := record.Batch(get(t, b, fetchRequest(12, "a", [16]byte{}, offset, 0)).RecordBatches)
			if len(got) < record.HeaderSize || got.BaseOffset() != 0 || got.LastOffset() != 3 {
				t.Errorf("from %d: %d bytes", offset, len(got))
			}
		}
	})
}

func TestTrap055ManyBatchesInManySegmentsAreAllReturned(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1, "segment.bytes=1048576"))
		const batches = 60
		value := string(bytes.Repeat([]byte("v"), 60_000))
		for i := range int64(batches) {
			if base := mustPut(t, b, "a", batchOf(record.None, value, "second")); base != 2*i {
				t.Fatalf("batch %d is at %d", i, base)
			}
		}
		next, rounds := int64(0), 0
		for next < 2*batches && rounds < 2*batches {
			rounds++
			got := get(t, b, fetchRequest(12, "a", [16]byte{}, next, 0))
			for rest := got.RecordBatches; len(rest) > 0; {
				batch, tail, err := record.Next(rest)
				if err != nil {
					t.Fatal(err)
				}
				if batch.BaseOffset() != next {
					t.Fatalf("batch at %d, want %d", batch.BaseOffset(), next)
				}
				next, rest = batch.NextOffset(), tail
			}
		}
		if next != 2*batches {
			t.Fatalf("read to %d of %d in %d fetches", next, 2*batches, rounds)
		}
	})
}

func TestTrap057AnIncrementalFetchWithoutChangesWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		open := fetchRequest(12, "a", [16]byte{}, 0, 0)
		open.SessionEpoch = 0
		first := b.Ask(t, open).(*kmsg.FetchResponse)
		if first.SessionID == 0 {
			t.Fatal("no session")
		}
		again := kmsg.NewPtrFetchRequest()
		again.Version, again.ReplicaID, again.MaxWaitMillis, again.MinBytes, again.MaxBytes = 12, -1, 5000, 1, 1<<20
		again.SessionID, again.SessionEpoch = first.SessionID, 1
		start := time.Now()
		if r := b.Ask(t, again).(*kmsg.FetchResponse); r.ErrorCode != 0 || len(r.Topics) != 0 {
			t.Fatalf("code %d, %d topics", r.ErrorCode, len(r.Topics))
		}
		if took := time.Since(start); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("answered after %v", took)
		}
		again.SessionEpoch = 2
		go func() {
			time.Sleep(time.Second)
			put(t, b, 9, 1, "a", batchOf(record.None, "x"))
		}()
		start = time.Now()
		if r := b.Ask(t, again).(*kmsg.FetchResponse); len(r.Topics) != 1 {
			t.Errorf("%d topics", len(r.Topics))
		}
		if took := time.Since(start); took < time.Second || took > 2*time.Second {
			t.Errorf("woken after %v", took)
		}
	})
}

func TestTrap059LogStartOffsetsAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		mustPut(t, b, "a", batchOf(record.None, "0", "1", "2", "3"))
		deleteBelow(t, b, "a", 3)
		id := topicID(t, b, "a")
		for v := int16(5); v <= 12; v++ {
			if r := put(t, b, v, 1, "a", batchOf(record.None, "x")); r.ErrorCode != 0 || r.LogStartOffset != 3 {
				t.Errorf("Produce v%d: code %d, start %d", v, r.ErrorCode, r.LogStartOffset)
			}
		}
		for v := int16(5); v <= 18; v++ {
			if r := get(t, b, fetchRequest(v, "a", id, 3, 0)); r.ErrorCode != 0 || r.LogStartOffset != 3 {
				t.Errorf("Fetch v%d: code %d, start %d", v, r.ErrorCode, r.LogStartOffset)
			}
		}
		if r := get(t, b, fetchRequest(12, "a", id, 2, 0)); r.ErrorCode != kerr.OffsetOutOfRange.Code {
			t.Errorf("below the start: code %d", r.ErrorCode)
		}
	})
}

func TestTrap060TheLimitIsOfTheCompressedBatch(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1, "max.message.bytes=1000"))
		value := string(make([]byte, 20_000))
		if r := put(t, b, 9, -1, "a", batchOf(record.None, value)); r.ErrorCode != kerr.MessageTooLarge.Code || r.BaseOffset != -1 {
			t.Errorf("as it is: code %d at %d", r.ErrorCode, r.BaseOffset)
		}
		for _, c := range []record.Codec{record.Gzip, record.Lz4} {
			if r := put(t, b, 9, -1, "a", batchOf(c, value)); r.ErrorCode != 0 {
				t.Errorf("%v: %v", c, kerr.ErrorForCode(r.ErrorCode))
			}
		}
	})
}

func TestTrap063ListOffsets(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1, "message.timestamp.before.max.ms=9223372036854775807"))
		if r := listOffset(t, b, 7, "a", 0, -3); r.ErrorCode != 0 || r.Offset != -1 || r.Timestamp != -1 {
			t.Errorf("the largest time of an empty log: %+v", r)
		}
		mustPut(t, b, "a", batchOf(record.None, "0", "1", "2")) // times 1000, 1001, 1002
		mustPut(t, b, "a", batchOf(record.Gzip, "3", "4"))      // times 1000, 1001
		deleteBelow(t, b, "a", 1)
		for _, c := range []struct {
			name              string
			timestamp         int64
			offset, at        int64
			epoch             int32
			version           int16
			unsupportedBefore int16
		}{
			{"earliest", -2, 1, -1, 0, 1, 0},
			{"latest", -1, 5, -1, 0, 1, 0},
			{"a record's own time", 1002, 2, 1002, 0, 1, 0},
			{"a time between", 1001, 1, 1001, 0, 1, 0},
			{"later than all", 1003, -1, -1, -1, 1, 0},
			{"largest time", -3, 2, 1002, 0, 7, 7},
			{"earliest local", -4, 1, -1, 0, 8, 8},
			{"latest tiered", -5, -1, -1, -1, 9, 9},
		} {
			r := listOffset(t, b, c.version, "a", 0, c.timestamp)
			if r.ErrorCode != 0 || r.Offset != c.offset || r.Timestamp != c.at {
				t.Errorf("%s: code %d, offset %d, time %d", c.name, r.ErrorCode, r.Offset, r.Timestamp)
			}
			if c.version < 4 {
				r = listOffset(t, b, 4, "a", 0, c.timestamp)
			}
			if r.LeaderEpoch != c.epoch {
				t.Errorf("%s: epoch %d", c.name, r.LeaderEpoch)
			}
			if c.unsupportedBefore > 0 {
				if r := listOffset(t, b, c.unsupportedBefore-1, "a", 0, c.timestamp); r.ErrorCode != kerr.UnsupportedVersion.Code {
					t.Errorf("%s before its version: code %d", c.name, r.ErrorCode)
				}
			}
		}
	})
}

// openTransaction leaves: 0 committed, 1 its marker, 2 aborted, 3 its marker, 4 open.
func openTransaction(t *testing.T, ctx context.Context, b *kbrokertest.Broker) {
	t.Helper()
	create(t, b, createRequest("a", 1, 1))
	done := b.Client(t, kgo.TransactionalID("done"))
	inTxn(t, ctx, done, kgo.TryCommit, "a", "committed")
	inTxn(t, ctx, done, kgo.TryAbort, "a", "aborted")
	open := b.Client(t, kgo.TransactionalID("open"))
	if err := open.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, ctx, open, "a", "open")
}

func checkIsolation(t *testing.T, b *kbrokertest.Broker) {
	t.Helper()
	id := topicID(t, b, "a")
	for v := int16(4); v <= 18; v++ {
		req := fetchRequest(v, "a", id, 0, 0)
		all := get(t, b, req)
		if all.HighWatermark != 5 || all.LastStableOffset != 4 || all.AbortedTransactions != nil || lastOffset(t, all.RecordBatches) != 4 {
			t.Errorf("v%d uncommitted: to %d, %+v", v, lastOffset(t, all.RecordBatches), all.AbortedTransactions)
		}
		req.IsolationLevel = 1
		stable := get(t, b, req)
		if stable.HighWatermark != 5 || stable.LastStableOffset != 4 || lastOffset(t, stable.RecordBatches) != 3 ||
			len(stable.AbortedTransactions) != 1 || stable.AbortedTransactions[0].FirstOffset != 2 {
			t.Errorf("v%d committed: to %d, %+v", v, lastOffset(t, stable.RecordBatches), stable.AbortedTransactions)
		}
		req.Topics[0].Partitions[0].FetchOffset = 4
		if end := get(t, b, req); len(end.RecordBatches) != 0 || end.AbortedTransactions == nil || len(end.AbortedTransactions) != 0 {
			t.Errorf("v%d at the last stable offset: %d bytes, %v", v, len(end.RecordBatches), end.AbortedTransactions)
		}
	}
	if r := listOffset(t, b, 7, "a", 1, -1); r.Offset != 4 {
		t.Errorf("latest of a committed reader is %d", r.Offset)
	}
}

func lastOffset(t *testing.T, records []byte) int64 {
	t.Helper()
	last := int64(-1)
	for len(records) > 0 {
		b, rest, err := record.Next(records)
		if err != nil {
			t.Fatal(err)
		}
		last, records = b.LastOffset(), rest
	}
	return last
}

func TestTrap064ReadersOfEachIsolation(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		openTransaction(t, ctx, b)
		checkIsolation(t, b)
	})
}

func TestTrap065AbortedTransactionsAndSequencesAreKnownAfterACrash(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		openTransaction(t, ctx, b)
		disk := b.Disk.Clone(vfs.ProcessKill, nil) // as the process left it: nothing was closed
		b.Stop(t)
		again := kbrokertest.StartOn(t, disk)
		checkIsolation(t, again)
		req := kmsg.NewPtrDescribeProducersRequest()
		rt := kmsg.NewDescribeProducersRequestTopic()
		rt.Topic, rt.Partitions = "a", []int32{0}
		req.Topics = append(req.Topics, rt)
		producers := again.Ask(t, req).(*kmsg.DescribeProducersResponse).Topics[0].Partitions[0].ActiveProducers
		open := 0
		for _, p := range producers {
			if p.CurrentTxnStartOffset == 4 && p.LastSequence == 0 {
				open++
			}
		}
		if len(producers) != 2 || open != 1 {
			t.Errorf("producers %+v", producers)
		}
	})
}

func TestTrap066AcknowledgedRecordsAreReadableAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		for _, settings := range [][]string{nil, {"log.flush.interval.messages=1"}} {
			b := kbrokertest.Start(t, settings...)
			create(t, b, createRequest("a", 1, 1))
			for i := range int64(20) {
				for _, acks := range []int16{1, -1} {
					r := put(t, b, 9, acks, "a", batchOf(record.None, "x"))
					if r.ErrorCode != 0 {
						t.Fatal(kerr.ErrorForCode(r.ErrorCode))
					}
					if got := get(t, b, fetchRequest(12, "a", [16]byte{}, r.BaseOffset, 0)); lastOffset(t, got.RecordBatches) != r.BaseOffset {
						t.Fatalf("%v, round %d, acks %d: not there", settings, i, acks)
					}
				}
			}
		}
	})
}

func TestTrap074AReaderOfAnOldEpochIsToldTheLeader(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		mustPut(t, b, "a", batchOf(record.None, "x"))
		b.Restart(t) // a new leadership
		now := metadataOf(t, b, 12, false, "a").Topics[0].Partitions[0].LeaderEpoch
		if now < 1 {
			t.Fatalf("leader epoch %d", now)
		}
		mustPut(t, b, "a", batchOf(record.None, "y"))
		id := topicID(t, b, "a")
		for v := int16(12); v <= 18; v++ {
			req := fetchRequest(v, "a", id, 0, 0)
			req.Topics[0].Partitions[0].CurrentLeaderEpoch = now - 1
			r := b.Ask(t, req).(*kmsg.FetchResponse)
			p := r.Topics[0].Partitions[0]
			if p.ErrorCode != kerr.FencedLeaderEpoch.Code {
				t.Fatalf("v%d: code %d", v, p.ErrorCode)
			}
			if v >= 16 && (p.CurrentLeader.LeaderID != 1 || p.CurrentLeader.LeaderEpoch != now || len(r.Brokers) != 1 || r.Brokers[0].Host != "broker") {
				t.Errorf("v%d: leader %+v at %+v", v, p.CurrentLeader, r.Brokers)
			}
			// A log that went on in the old epoch differs from its end on.
			req = fetchRequest(v, "a", id, 5, 0)
			req.Topics[0].Partitions[0].CurrentLeaderEpoch = now
			req.Topics[0].Partitions[0].LastFetchedEpoch = 0
			if p := get(t, b, req); p.ErrorCode != 0 || p.DivergingEpoch.Epoch != 0 || p.DivergingEpoch.EndOffset != 1 || len(p.RecordBatches) != 0 {
				t.Errorf("v%d: code %d, diverging %+v", v, p.ErrorCode, p.DivergingEpoch)
			}
		}
	})
}

func TestTrap084OffsetsAreRecordsThatToolsRead(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 3, 1))
		commit(t, b, "g", "a", 2, 77)
		topic := metadataOf(t, b, 12, false, "__consumer_offsets").Topics[0]
		if !topic.IsInternal || len(topic.Partitions) != 50 {
			t.Fatalf("internal %v, %d partitions", topic.IsInternal, len(topic.Partitions))
		}
		found := 0
		for i := range topic.Partitions {
			req := fetchRequest(12, "__consumer_offsets", [16]byte{}, 0, 0)
			req.Topics[0].Partitions[0].Partition = int32(i)
			for rest := get(t, b, req).RecordBatches; len(rest) > 0; {
				batch, tail, err := record.Next(rest)
				if err != nil {
					t.Fatal(err)
				}
				rest = tail
				r, err := batch.NewReader(0)
				if err != nil {
					t.Fatal(err)
				}
				for rec, ok := r.Next(); ok; rec, ok = r.Next() {
					key, value := kmsg.NewOffsetCommitKey(), kmsg.NewOffsetCommitValue()
					if key.ReadFrom(rec.Key) == nil && value.ReadFrom(rec.Value) == nil && key.Group == "g" && key.Topic == "a" && key.Partition == 2 && value.Offset == 77 {
						found++
					}
				}
				r.Close()
			}
		}
		if found != 1 {
			t.Errorf("the commit was found %d times", found)
		}
	})
}

package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A Load is what produce requests look like.
type Load struct {
	Topic      string
	Partitions []int32 // one batch for each in every request
	Records    int     // in a batch
	RecordSize int     // bytes of each value, random
	Acks       int16
}

// recordOverhead is what a record has beside its value, at most, in batches of usual sizes: lengths, deltas, null key.
const recordOverhead = 12

// FillBatch sets Records so that a batch has at most batchBytes, and not much less.
func (l Load) FillBatch(batchBytes int) Load {
	l.Records = max(1, (batchBytes-record.HeaderSize)/(l.RecordSize+recordOverhead))
	return l
}

// frames returns n different produce requests, and the bytes of batches in one.
func (l Load) frames(n int, seed uint64) (frames [][]byte, batchBytes int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		req := kmsg.NewPtrProduceRequest()
		req.SetVersion(produceVersion)
		req.Acks, req.TimeoutMillis = l.Acks, 30000
		t := kmsg.NewProduceRequestTopic()
		t.Topic = l.Topic
		batchBytes = 0
		for _, p := range l.Partitions {
			x := kmsg.NewProduceRequestTopicPartition()
			x.Partition, x.Records = p, l.batch(rng)
			batchBytes += len(x.Records)
			t.Partitions = append(t.Partitions, x)
		}
		req.Topics = append(req.Topics, t)
		frames = append(frames, encode(req))
	}
	return frames, batchBytes
}

func (l Load) batch(rng *rand.Rand) []byte {
	b := record.NewBuilder(record.NewBuilderOptions())
	value := make([]byte, l.RecordSize)
	now := time.Now().UnixMilli()
	for range l.Records {
		for i := range value {
			value[i] = byte(rng.Uint32())
		}
		b.Append(now, nil, value)
	}
	return b.Build()
}

// errorAt is where the error code of the first partition stands in an answer to a request of this load.
func (l Load) errorAt() int {
	at := 4 + 1 + 1 + 1 + len(l.Topic) // correlation, tags, topics, name; names here are short
	for n := len(l.Partitions) + 1; ; n >>= 7 {
		at++
		if n < 0x80 {
			break
		}
	}
	return at + 4
}

// checkProduce decodes one whole answer and returns its first error.
func checkProduce(b []byte, corr int32) error {
	resp := kmsg.NewPtrProduceResponse()
	resp.SetVersion(produceVersion)
	if err := decode(resp, b, corr); err != nil {
		return err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode != 0 {
				return fmt.Errorf("produce to %s-%d: error code %d", t.Topic, p.Partition, p.ErrorCode)
			}
		}
	}
	return nil
}

// fetchFrame returns a Fetch of one partition.
func fetchFrame(topic string, partition int32, maxWait time.Duration, maxBytes int32) *fetchTemplate {
	req := kmsg.NewPtrFetchRequest()
	req.SetVersion(fetchVersion)
	req.ReplicaID, req.MaxWaitMillis, req.MinBytes, req.MaxBytes = -1, int32(maxWait.Milliseconds()), 1, 100<<20
	req.SessionEpoch = -1
	t := kmsg.NewFetchRequestTopic()
	t.Topic = topic
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.PartitionMaxBytes, p.CurrentLeaderEpoch = partition, maxBytes, -1
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	return &fetchTemplate{frame: encode(req), topic: topic}
}

// A fetchTemplate is an encoded Fetch whose offset is filled in for each use.
type fetchTemplate struct {
	frame []byte
	topic string
}

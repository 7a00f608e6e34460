package guard

import (
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

func produce(version int16, partitions int) []byte {
	req := kmsg.NewPtrProduceRequest()
	req.Version, req.Acks, req.TimeoutMillis = version, -1, 30000
	topic := kmsg.NewProduceRequestTopic()
	topic.Topic, topic.TopicID = "orders", [16]byte{1, 2, 3}
	for i := range partitions {
		p := kmsg.NewProduceRequestTopicPartition()
		p.Partition, p.Records = int32(i), make([]byte, 1000)
		topic.Partitions = append(topic.Partitions, p)
	}
	req.Topics = append(req.Topics, topic)
	return req.AppendTo(nil)
}

func fetch(version int16, partitions int) []byte {
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.MaxWaitMillis, req.MinBytes = version, 500, 1
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic, topic.TopicID = "orders", [16]byte{1, 2, 3}
	for i := range partitions {
		p := kmsg.NewFetchRequestTopicPartition()
		p.Partition, p.FetchOffset, p.PartitionMaxBytes = int32(i), 123456789, 1<<20
		topic.Partitions = append(topic.Partitions, p)
	}
	req.Topics = append(req.Topics, topic)
	return req.AppendTo(nil)
}

func BenchmarkCheck(b *testing.B) {
	for _, c := range []struct {
		name         string
		key, version int16
		body         []byte
	}{
		{"produce8", 0, 8, produce(8, 1)}, {"produce13", 0, 13, produce(13, 1)},
		{"fetch4", 1, 4, fetch(4, 1)}, {"fetch18", 1, 18, fetch(18, 1)}, {"fetch18x1000", 1, 18, fetch(18, 1000)},
	} {
		b.Run(fmt.Sprintf("%s/%dB", c.name, len(c.body)), func(b *testing.B) {
			b.ReportAllocs()
			limits := AfterLogin(len(c.body))
			for b.Loop() {
				if err := Check(c.key, c.version, c.body, limits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestCheckAllocatesNothing(t *testing.T) {
	body := fetch(18, 100)
	limits := AfterLogin(len(body))
	if n := testing.AllocsPerRun(100, func() {
		if Check(1, 18, body, limits) != nil {
			t.Fatal("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

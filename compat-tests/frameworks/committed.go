package frameworks

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// committed reads a topic from its start to the end that a reader of committed records has now.
func committed(ctx context.Context, cl *kgo.Client, bootstrap, topic string, each func(*kgo.Record)) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	ends, err := kadm.NewClient(cl).ListCommittedOffsets(ctx, topic)
	if err != nil {
		return err
	}
	left := map[int32]int64{}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset > 0 {
			left[o.Partition] = o.Offset
		}
	})
	if len(left) == 0 {
		return nil
	}
	r, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return err
	}
	defer r.Close()
	for len(left) > 0 {
		fs := r.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			return err
		}
		fs.EachRecord(func(rec *kgo.Record) {
			if !rec.Attrs.IsControl() {
				each(rec)
			}
			if rec.Offset+1 >= left[rec.Partition] {
				delete(left, rec.Partition)
			}
		})
		fs.EachPartition(func(p kgo.FetchTopicPartition) {
			if p.LastStableOffset >= left[p.Partition] && len(p.Records) == 0 && lastGap(r, topic, p.Partition, left[p.Partition]) {
				delete(left, p.Partition)
			}
		})
	}
	return nil
}

// lastGap says that the reader stands at the end although the last offsets hold no record for it (aborted ones).
func lastGap(r *kgo.Client, topic string, partition int32, end int64) bool {
	return r.UncommittedOffsets()[topic][partition].Offset >= end
}

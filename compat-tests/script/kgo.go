package script

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// clientPatience bounds a step at client level.
const clientPatience = 20 * time.Second

// kgo runs a step with the franz-go client:
//
//	kgo produce TOPIC [codec=C] [acks=0|1|all] key=value ...
//	kgo consume TOPIC N [committed]          N records from the start, sorted by partition and offset
//	kgo group GROUP TOPIC N                  N records as a member of a group, then commit and leave
func (r *runner) kgo(rest string) string {
	ctx, cancel := context.WithTimeout(context.Background(), clientPatience)
	defer cancel()
	verb, args := cut(rest)
	words := strings.Fields(args)
	var out string
	var err error
	switch {
	case verb == "produce" && len(words) >= 2:
		out, err = r.kgoProduce(ctx, words[0], words[1:])
	case verb == "consume" && len(words) >= 2:
		opts := []kgo.Opt{kgo.ConsumeTopics(words[0]), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
		if len(words) > 2 {
			opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
		}
		out, err = r.kgoConsume(ctx, words[1], false, opts...)
	case verb == "group" && len(words) == 3:
		out, err = r.kgoConsume(ctx, words[2], true, kgo.ConsumerGroup(words[0]), kgo.ConsumeTopics(words[1]), kgo.DisableAutoCommit(),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	default:
		err = fmt.Errorf("no client step %q", rest)
	}
	if err != nil {
		var ke *kerr.Error
		if errors.As(err, &ke) {
			return "! " + ke.Message
		}
		return "! " + r.out.text(err.Error())
	}
	return "< " + out
}

func (r *runner) kgoProduce(ctx context.Context, topic string, words []string) (string, error) {
	opts := []kgo.Opt{kgo.SeedBrokers(r.addr), kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.RecordRetries(3)}
	var recs []*kgo.Record
	for _, w := range words {
		k, v, _ := strings.Cut(w, "=")
		switch k {
		case "codec":
			c := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
				"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}[v]
			opts = append(opts, kgo.ProducerBatchCompression(c))
		case "acks":
			a := map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}[v]
			opts = append(opts, kgo.RequiredAcks(a))
			if v != "all" {
				opts = append(opts, kgo.DisableIdempotentWrite())
			}
		default:
			recs = append(recs, &kgo.Record{Topic: topic, Key: []byte(k), Value: []byte(v), Timestamp: time.UnixMilli(scriptTime)})
		}
	}
	cl, err := kgo.NewClient(opts...)
	if err != nil {
		return "", err
	}
	defer cl.Close()
	res := cl.ProduceSync(ctx, recs...)
	if err := res.FirstErr(); err != nil {
		return "", err
	}
	var parts []string
	for _, p := range res {
		parts = append(parts, fmt.Sprintf("%d:%d", p.Record.Partition, p.Record.Offset))
	}
	sort.Strings(parts)
	return "produced at " + strings.Join(parts, " "), nil
}

func (r *runner) kgoConsume(ctx context.Context, count string, commit bool, opts ...kgo.Opt) (string, error) {
	var n int
	if _, err := fmt.Sscan(count, &n); err != nil {
		return "", err
	}
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(r.addr), kgo.FetchMaxWait(200*time.Millisecond))...)
	if err != nil {
		return "", err
	}
	defer cl.Close()
	var got []*kgo.Record
	for len(got) < n {
		fs := cl.PollFetches(ctx)
		if err := fs.Err0(); err != nil {
			return "", err
		}
		for _, e := range fs.Errors() {
			return "", e.Err
		}
		got = append(got, fs.Records()...)
	}
	if commit {
		if err := cl.CommitRecords(ctx, got...); err != nil {
			return "", err
		}
	}
	sort.Slice(got, func(i, j int) bool {
		if got[i].Partition != got[j].Partition {
			return got[i].Partition < got[j].Partition
		}
		return got[i].Offset < got[j].Offset
	})
	var parts []string
	for _, rec := range got {
		parts = append(parts, fmt.Sprintf("%d:%d %s=%s", rec.Partition, rec.Offset, rec.Key, rec.Value))
	}
	return r.out.text(strings.Join(parts, ", ")), nil
}

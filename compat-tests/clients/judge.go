package clients

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// judgeLimit bounds what one look at the broker may take.
const judgeLimit = 30 * time.Second

// judge looks at what a scenario left on the broker: a program that read what it wrote may still have asked for less than
// its scenario says (another codec, no producer id), or have been told less than the truth.
func judge(ctx context.Context, bootstrap, topic, scenario, client string) error {
	ctx, cancel := context.WithTimeout(ctx, judgeLimit)
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return err
	}
	defer cl.Close()
	if codec, ok := strings.CutPrefix(scenario, "produce-"); ok {
		return each(ctx, cl, 50, func(r *kgo.Record) error { return packedAs(r, codec) })
	}
	adm := kadm.NewClient(cl)
	switch scenario {
	case "acks-0", "acks-1", "acks-all":
		return each(ctx, cl, 50, keyed)
	case "idempotent":
		return each(ctx, cl, 50, func(r *kgo.Record) error { return errors.Join(keyed(r), isNumbered(r)) })
	case "transactions":
		n := 10
		if client == "kcat" { // it makes one transaction of a run
			n = 50
		}
		return each(ctx, cl, n, func(r *kgo.Record) error { return errors.Join(isNumbered(r), inTransaction(r)) })
	case "records":
		return everyShape(ctx, cl, client)
	case "large-record":
		return each(ctx, cl, 1, func(r *kgo.Record) error {
			if len(r.Value) != 1_000_000 {
				return fmt.Errorf("a value of %d bytes, want 1000000", len(r.Value))
			}
			return nil
		})
	case "offsets-restart":
		return committed(ctx, adm, topic, 20)
	case brokerRestart:
		return errors.Join(committed(ctx, adm, topic, 10), each(ctx, cl, 20, func(*kgo.Record) error { return nil }))
	case "group-kip848":
		return listedAs(ctx, adm, topic, "consumer")
	case "group-rebalance", "group-static", "group-cooperative":
		return listedAs(ctx, adm, topic, "classic")
	case "admin":
		return absent(ctx, adm, topic)
	case "group-admin":
		return groupAbsent(ctx, adm, topic, client != "aiokafka") // it cannot delete one
	case "delete-records":
		return startsAt(ctx, adm, topic, 5)
	case "offsets-by-time":
		return foundByTime(ctx, cl, adm, topic)
	}
	return fmt.Errorf("no judge for %s", scenario)
}

// each reads n records, checks each, and fails when there are fewer or more.
func each(ctx context.Context, cl *kgo.Client, n int, check func(*kgo.Record) error) error {
	recs, err := records(ctx, cl)
	if err != nil {
		return err
	}
	if len(recs) != n {
		return fmt.Errorf("%d records, want %d", len(recs), n)
	}
	for _, r := range recs {
		if err := check(r); err != nil {
			return fmt.Errorf("offset %d: %w", r.Offset, err)
		}
	}
	return nil
}

// records reads a topic up to where it ended when the reading began.
func records(ctx context.Context, cl *kgo.Client) ([]*kgo.Record, error) {
	topic := cl.GetConsumeTopics()[0]
	ends, err := kadm.NewClient(cl).ListCommittedOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, err
	}
	var recs []*kgo.Record
	reached := map[int32]int64{}
	behind := func() (out bool) {
		ends.Each(func(o kadm.ListedOffset) { out = out || reached[o.Partition] < o.Offset })
		return out
	}
	for quiet := 0; behind() && quiet < 5; { // a marker at the end is no record that would say that the end is reached
		poll, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		fs := cl.PollFetches(poll)
		cancel()
		if err := fs.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		quiet++
		fs.EachRecord(func(r *kgo.Record) {
			recs, quiet = append(recs, r), 0
			reached[r.Partition] = r.Offset + 1
		})
	}
	return recs, ctx.Err()
}

// foundByTime asks for the offset at the time of each record of a topic, and wants the first record that is not older,
// with its own time.
func foundByTime(ctx context.Context, cl *kgo.Client, adm *kadm.Client, topic string) error {
	recs, err := records(ctx, cl)
	if err == nil && len(recs) == 0 {
		err = errors.New("no records to look for")
	}
	if err != nil {
		return err
	}
	for _, r := range recs {
		at := r.Timestamp.UnixMilli()
		first := r
		for _, other := range recs {
			if other.Partition == r.Partition && other.Offset < first.Offset && other.Timestamp.UnixMilli() >= at {
				first = other
			}
		}
		offs, err := adm.ListOffsetsAfterMilli(ctx, at, topic)
		if err != nil {
			return err
		}
		if o, _ := offs.Lookup(topic, r.Partition); o.Offset != first.Offset || o.Timestamp != first.Timestamp.UnixMilli() {
			return fmt.Errorf("at time %d is offset %d of %d, want %d of %d", at, o.Offset, o.Timestamp, first.Offset, first.Timestamp.UnixMilli())
		}
	}
	return nil
}

func keyed(r *kgo.Record) error {
	if len(r.Key) == 0 || !strings.HasPrefix(string(r.Value), string(r.Key)) {
		return fmt.Errorf("key %.20q does not begin value %.20q", r.Key, r.Value)
	}
	return nil
}

func packedAs(r *kgo.Record, codec string) error {
	names := []string{"none", "gzip", "snappy", "lz4", "zstd"}
	if c := int(r.Attrs.CompressionType()); c >= len(names) || names[c] != codec {
		return fmt.Errorf("its batch's codec is %d, want %s", c, codec)
	}
	return keyed(r)
}

func isNumbered(r *kgo.Record) error {
	if r.ProducerID < 0 {
		return errors.New("its batch has no producer id")
	}
	return nil
}

func inTransaction(r *kgo.Record) error {
	if !r.Attrs.IsTransactional() {
		return errors.New("its batch is of no transaction")
	}
	return nil
}

func committed(ctx context.Context, adm *kadm.Client, group string, want int64) error {
	offs, err := adm.FetchOffsets(ctx, group)
	if err != nil {
		return err
	}
	if o, ok := offs.Lookup(group, 0); !ok || o.At != want {
		return fmt.Errorf("committed offset %d, want %d", o.At, want)
	}
	return nil
}

func listedAs(ctx context.Context, adm *kadm.Client, group, kind string) error {
	groups, err := adm.ListGroupsByType(ctx, []string{kind})
	if err == nil {
		_, there := groups[group]
		if !there {
			err = fmt.Errorf("the group is not listed as one of type %s", kind)
		}
	}
	return err
}

// absentLimit bounds how long a deleted topic may still be told of.
const absentLimit = 3 * time.Second

func absent(ctx context.Context, adm *kadm.Client, topic string) error {
	ctx, cancel := context.WithTimeout(ctx, absentLimit)
	defer cancel()
	for ctx.Err() == nil {
		topics, err := adm.ListTopics(ctx, topic)
		if err != nil {
			return err
		}
		if errors.Is(topics[topic].Err, kerr.UnknownTopicOrPartition) {
			return nil
		}
		time.Sleep(50 * time.Millisecond) // the answer to the deletion and the metadata are two things
	}
	return errors.New("the deleted topic is still there")
}

func groupAbsent(ctx context.Context, adm *kadm.Client, group string, deleted bool) error {
	groups, err := adm.ListGroups(ctx)
	if err != nil {
		return err
	}
	if _, there := groups[group]; there == deleted {
		return fmt.Errorf("the group is listed: %v", there)
	}
	return nil
}

func startsAt(ctx context.Context, adm *kadm.Client, topic string, want int64) error {
	offs, err := adm.ListStartOffsets(ctx, topic)
	if err != nil {
		return err
	}
	if o, _ := offs.Lookup(topic, 0); o.Offset != want {
		return fmt.Errorf("the log starts at %d, want %d", o.Offset, want)
	}
	return nil
}

package frameworks

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// linesPerRound is how many lines are counted before and after the restart.
const linesPerRound = 500

// StreamsAtLeastOnce runs the word count with at-least-once and a clean restart in the middle.
func StreamsAtLeastOnce(e Env) error { return wordCount(e, "at_least_once", syscall.SIGTERM) }

// StreamsExactlyOnce runs the word count with exactly-once v2 and a kill in the middle.
func StreamsExactlyOnce(e Env) error { return wordCount(e, "exactly_once_v2", syscall.SIGKILL) }

type words struct {
	e             Env
	cl            *kgo.Client
	app, in, out  string
	guarantee, cp string
	base          time.Time
	want          map[string]int
}

func wordCount(e Env, guarantee string, end syscall.Signal) error {
	cp, err := refkafka.FetchJars(context.Background(), e.Cache, filepath.Join(e.Root, "frameworks", "streams", "pom.xml"), "streams")
	if err != nil {
		return err
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(e.Bootstrap))
	if err != nil {
		return err
	}
	defer cl.Close()
	w := &words{e: e, cl: cl, app: e.Prefix + "-app", in: e.Prefix + "-in", out: e.Prefix + "-out", guarantee: guarantee, cp: cp,
		base: time.Now().Truncate(time.Hour), want: map[string]int{}}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	if _, err := kadm.NewClient(cl).CreateTopics(ctx, 2, 1, nil, w.in, w.out); err != nil {
		return err
	}
	if err := w.round(ctx, 1, end, false); err != nil {
		return err
	}
	if err := w.round(ctx, 2, syscall.SIGTERM, true); err != nil {
		return err
	}
	return w.internalTopics(ctx)
}

// round feeds lines, runs the application until the counts are there (or, before a kill, until it has begun to count).
func (w *words) round(ctx context.Context, n int, end syscall.Signal, whole bool) error {
	j, err := startJVM(w.e.Dir, w.e.path("streams.log"), w.cp, filepath.Join(w.e.Root, "frameworks", "streams", "WordCount.java"),
		w.e.Bootstrap, w.app, w.guarantee, w.in, w.out, w.e.path("state"))
	if err != nil {
		return err
	}
	err = w.feed(ctx, n)
	if err == nil {
		err = until(100*time.Second, "counts", func() error {
			if j.ended() {
				return errors.New("the application has ended")
			}
			got, err := w.counts(ctx)
			if err != nil {
				return err
			}
			if !whole && len(got) > 0 {
				return nil
			}
			return same(w.want, got)
		})
	}
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, j.tail())
	}
	return errors.Join(err, j.stop(end))
}

func (w *words) feed(ctx context.Context, round int) error {
	var recs []*kgo.Record
	for i := range linesPerRound {
		line := fmt.Sprintf("all round%d mod%d", round, i%7)
		recs = append(recs, &kgo.Record{Topic: w.in, Key: fmt.Append(nil, i), Value: []byte(line), Timestamp: w.base.Add(time.Duration(i) * time.Second)})
		for _, word := range strings.Fields(line) {
			w.want[fmt.Sprintf("%s@%d", word, w.base.UnixMilli())]++
		}
	}
	return w.cl.ProduceSync(ctx, recs...).FirstErr()
}

// counts reads the output as a reader of committed records sees it: the last count of each word and window.
func (w *words) counts(ctx context.Context) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	ends, err := kadm.NewClient(w.cl).ListCommittedOffsets(ctx, w.out)
	if err != nil {
		return nil, err
	}
	left := map[int32]int64{}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset > 0 {
			left[o.Partition] = o.Offset
		}
	})
	got := map[string]int{}
	if len(left) == 0 {
		return got, nil
	}
	r, err := kgo.NewClient(kgo.SeedBrokers(w.e.Bootstrap), kgo.ConsumeTopics(w.out), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for len(left) > 0 {
		fs := r.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			return nil, err
		}
		fs.EachRecord(func(rec *kgo.Record) {
			if !rec.Attrs.IsControl() {
				var n int
				fmt.Sscan(string(rec.Value), &n)
				got[string(rec.Key)] = n
			}
			if rec.Offset+1 >= left[rec.Partition] {
				delete(left, rec.Partition)
			}
		})
		fs.EachPartition(func(p kgo.FetchTopicPartition) {
			if p.LastStableOffset >= left[p.Partition] && len(p.Records) == 0 && lastGap(r, w.out, p.Partition, left[p.Partition]) {
				delete(left, p.Partition)
			}
		})
	}
	return got, nil
}

// lastGap says that the reader stands at the end although the last offsets hold no record for it (aborted ones).
func lastGap(r *kgo.Client, topic string, partition int32, end int64) bool {
	return r.UncommittedOffsets()[topic][partition].Offset >= end
}

func same(want, got map[string]int) error {
	var diff []string
	for k, n := range want {
		if got[k] != n {
			diff = append(diff, fmt.Sprintf("%s is %d, want %d", k, got[k], n))
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			diff = append(diff, k+" was never written")
		}
	}
	if diff == nil {
		return nil
	}
	sort.Strings(diff)
	return errors.New(strings.Join(diff[:min(len(diff), 5)], "; "))
}

// internalTopics checks that the repartition topic and the changelog were made with the policies that Streams asks for.
func (w *words) internalTopics(ctx context.Context) error {
	adm := kadm.NewClient(w.cl)
	for topic, policy := range map[string]string{
		w.app + "-words-repartition": "delete", w.app + "-counts-changelog": "compact,delete",
	} {
		cs, err := adm.DescribeTopicConfigs(ctx, topic)
		if err != nil {
			return err
		}
		found := ""
		for _, c := range cs[0].Configs {
			if c.Key == "cleanup.policy" {
				found = c.MaybeValue()
			}
		}
		parts := strings.Split(found, ",")
		sort.Strings(parts)
		if strings.Join(parts, ",") != policy {
			return fmt.Errorf("%s has cleanup.policy %q, want %q (%v)", topic, found, policy, cs[0].Err)
		}
	}
	return nil
}

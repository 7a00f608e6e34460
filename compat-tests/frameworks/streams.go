package frameworks

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// linesPerRound is how many lines are counted before and after the restart, linesPerBatch how many go together.
const (
	linesPerRound = 500
	linesPerBatch = 50
)

// The guarantees, as Streams calls them.
const (
	atLeastOnce = "at_least_once"
	exactlyOnce = "exactly_once_v2"
)

// StreamsAtLeastOnce runs the word count with at-least-once and a clean restart in the middle.
func StreamsAtLeastOnce(e Env) error { return wordCount(e, atLeastOnce, syscall.SIGTERM) }

// StreamsExactlyOnce runs the word count with exactly-once v2 and a kill in the middle.
func StreamsExactlyOnce(e Env) error { return wordCount(e, exactlyOnce, syscall.SIGKILL) }

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
	cl, err := kgo.NewClient(kgo.SeedBrokers(e.judge()))
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
		err = until(w.e.patience(100*time.Second), "counts", func() error {
			got, err := w.output(ctx)
			switch {
			case err != nil:
				return err
			case !whole && len(got) > 0:
				return nil
			}
			verdict := got.verdict(w.want, w.guarantee == exactlyOnce)
			if verdict != nil && j.ended() {
				return fmt.Errorf("the application has ended: %w", verdict)
			}
			return verdict
		})
	}
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, j.tail())
	}
	return errors.Join(err, j.stop(end))
}

// lineOf is line i of a round.
func lineOf(round, i int) string { return fmt.Sprintf("all round%d mod%d", round, i%7) }

// tally adds a line's words to the counts that are due in the window that begins at base.
func tally(due map[string]int, line string, base time.Time) {
	for _, word := range strings.Fields(line) {
		due[fmt.Sprintf("%s@%d", word, base.UnixMilli())]++
	}
}

func (w *words) feed(ctx context.Context, round int) error {
	var recs []*kgo.Record
	for i := range linesPerRound {
		line := lineOf(round, i)
		recs = append(recs, &kgo.Record{Topic: w.in, Key: fmt.Append(nil, i), Value: []byte(line), Timestamp: w.base.Add(time.Duration(i) * time.Second)})
		tally(w.want, line, w.base)
	}
	for batch := range slices.Chunk(recs, linesPerBatch) {
		if err := w.cl.ProduceSync(ctx, batch...).FirstErr(); err != nil {
			return err
		}
	}
	return nil
}

// output reads what the application put out, as a reader of committed records sees it: all counts of each word and
// window, in their order.
func (w *words) output(ctx context.Context) (tallies, error) {
	got := tallies{}
	err := committed(ctx, w.cl, w.e.judge(), w.out, func(rec *kgo.Record) {
		n, err := strconv.Atoi(string(rec.Value))
		if err != nil {
			n = -1
		}
		got[string(rec.Key)] = append(got[string(rec.Key)], n)
	})
	return got, err
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

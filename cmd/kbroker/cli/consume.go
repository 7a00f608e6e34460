package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"
)

type consumeFlags struct {
	offset     string
	partitions []int32
	group      string
	num        int64
	format     string
	committed  bool
	quit       bool
}

const consumeHelp = `Read records. The offset says where to begin and, where it has two sides, where to stop:

  start, end      from the first, from the next record on
  :end            everything that is there now
  +n, -n          from n after the start; the last n of each partition, then on
  n, n:m, :m      from offset n, which may be yet to come; from n to before m; to before m
  @t, @t:u, @:u   the same by time: 13 digits of milliseconds, 9 or 10 of seconds, 2006-01-02, RFC 3339,
                  a duration before now (-24h), start or end. After a date or a moment a duration counts
                  from there: @2024-02-14:24h is that day, @-48h:-24h the day before the last

With --group reading begins where the group is and what was written is committed. --exit-at-end stops at the end
that each partition had when reading began.

The format is json, value, or a pattern:

`

func (a *App) consumeCommand() *cobra.Command {
	var f consumeFlags
	c := &cobra.Command{Use: "consume TOPIC…", Short: "Read records from topics", Long: consumeHelp + formatHelp,
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: a.completeTopics()}
	fs := c.Flags()
	fs.StringVarP(&f.offset, "offset", "o", "start", "where to begin and to stop, see above")
	fs.Int32SliceVarP(&f.partitions, "partitions", "p", nil, "only these partitions")
	fs.StringVarP(&f.group, "group", "g", "", "read as a member of this group, which keeps the position")
	fs.Int64VarP(&f.num, "num", "n", 0, "stop after so many records; 0 means never")
	fs.StringVarP(&f.format, "format", "f", "json", "json, value, or a pattern")
	fs.BoolVar(&f.committed, "read-committed", false, "leave out records of open and aborted transactions")
	fs.BoolVarP(&f.quit, "exit-at-end", "e", false, "stop at the present end of each partition")
	fs.StringVar(&a.flags.output, "output", "table", "json: errors as JSON")
	a.exclusive(c, "a group begins where it is, and kbroker group seek moves it", "group", "offset")
	a.exclusive(c, "a group shares the partitions out itself", "group", "partitions")
	c.RunE = func(cmd *cobra.Command, topics []string) error {
		if err := a.checkOutput(); err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if cmd.Flags().Changed("timeout") { // without it reading goes on until it is stopped
			bounded, cancel := context.WithTimeoutCause(ctx, a.limit(), context.DeadlineExceeded)
			defer cancel()
			ctx = bounded
		}
		w, err := newRecordWriter(a, f.format)
		if err != nil {
			return err
		}
		read := a.consumeSpan
		if f.group != "" {
			read = a.consumeGroup
		}
		if err = read(ctx, f, topics, w); err == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return withCode(exitTimeout, "--timeout %v ended the reading", a.flags.timeout)
		}
		return err
	}
	return c
}

// consumeSpan reads the partitions directly, each from its own start to its own end.
func (a *App) consumeSpan(ctx context.Context, f consumeFlags, topics []string, w *recordWriter) error {
	sp, err := parseSpan(f.offset, a.now())
	if err != nil {
		return err
	}
	if f.quit && !sp.to.given {
		sp.to = bound{atEnd, 0, true}
	}
	ctx, s, err := a.open(ctx, f.reader()...)
	if err != nil {
		return err
	}
	defer s.close()
	plan, err := a.plan(ctx, s, sp, f, topics)
	if err != nil {
		return s.explain(err)
	}
	if len(plan.from) == 0 {
		return nil
	}
	s.cl.AddConsumePartitions(plan.from)
	return s.explain(a.readPlan(ctx, s, plan, f.num, w))
}

// fetchWait is how long a broker holds an answer back that would be empty; other partitions of it wait too.
const fetchWait = 500 * time.Millisecond

// reader adds to options what every reading has.
func (f consumeFlags) reader(opts ...kgo.Opt) []kgo.Opt {
	opts = append(opts, kgo.KeepControlRecords(), kgo.FetchMaxWait(fetchWait))
	if f.committed {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	return opts
}

// perPartition is a value for each of some partitions.
type perPartition[V any] map[string]map[int32]V

func (m perPartition[V]) put(topic string, p int32, v V) {
	if m[topic] == nil {
		m[topic] = map[int32]V{}
	}
	m[topic][p] = v
}

func (m perPartition[V]) remove(topic string, p int32) {
	if delete(m[topic], p); len(m[topic]) == 0 {
		delete(m, topic)
	}
}

// plan is where each partition begins and, for bounded reading, where it stops.
type plan struct {
	from    perPartition[kgo.Offset]
	next    perPartition[int64] // the offset to be written next: what lies below was written or was not asked for
	to      perPartition[int64] // of partitions that are not done
	bounded bool
	total   int64 // records at most, for progress
}

func (a *App) plan(ctx context.Context, s *session, sp span, f consumeFlags, names []string) (*plan, error) {
	ctx, cancel := context.WithTimeout(ctx, a.limit())
	defer cancel()
	topics, err := existing(ctx, s, names...)
	if err != nil {
		return nil, err
	}
	p := &plan{from: perPartition[kgo.Offset]{}, next: perPartition[int64]{}, to: perPartition[int64]{}, bounded: sp.to.given}
	for _, name := range topics.Names() {
		r, err := newResolver(ctx, s, topics, name, f.committed)
		if err != nil {
			return nil, err
		}
		parts, err := r.partitions(f.partitions)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			if err := a.planPartition(ctx, p, r, part, sp); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// planPartition adds one partition. An offset that is yet to come is waited for, and with a bound there is nothing to read.
func (a *App) planPartition(ctx context.Context, p *plan, r *resolver, part int32, sp span) error {
	from, err := r.resolve(ctx, part, sp.from)
	if err != nil {
		return err
	}
	to, err := r.resolve(ctx, part, sp.to)
	if err != nil {
		return err
	}
	end := r.end[part]
	if from > end {
		what := "nothing to read"
		if !p.bounded {
			what = "waiting for it"
		}
		fmt.Fprintf(a.Err, "kbroker: offset %d of %s-%d lies past the end, which is %d: %s\n", from, r.topic, part, end, what)
	}
	if p.bounded {
		if to = min(to, end); from >= to {
			return nil
		}
		p.total += to - from
		p.to.put(r.topic, part, to)
	}
	p.next.put(r.topic, part, from)
	p.from.put(r.topic, part, kgo.NewOffset().At(min(from, end)))
	return nil
}

// endPause is how long reading that has an end may stand still before it is asked whether the end was reached: offsets
// that were compacted away are never read.
const endPause = 200 * time.Millisecond

// poll takes records, and where there is an end to reach no longer than endPause for it.
func (s *session) poll(ctx context.Context, most int, bounded bool) (kgo.Fetches, error) {
	if bounded {
		short, cancel := context.WithTimeout(ctx, endPause)
		defer cancel()
		ctx = short
	}
	fetches := s.cl.PollRecords(ctx, most)
	for _, e := range fetches.Errors() {
		if ctx.Err() == nil || !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, context.DeadlineExceeded) {
			return fetches, fmt.Errorf("%s-%d: %w", e.Topic, e.Partition, e.Err)
		}
	}
	return fetches, nil
}

func (a *App) readPlan(ctx context.Context, s *session, p *plan, limit int64, w *recordWriter) error {
	bar := &progress{}
	if p.bounded && !a.OutTTY {
		bar = a.newProgress(p.total, "consume")
	}
	defer bar.done()
	defer w.out.Flush()
	var written int64
	for {
		fetches, err := s.poll(ctx, maxPoll, p.bounded)
		if ctx.Err() != nil {
			return nil // interrupted: what was read is written
		}
		if err != nil {
			return err
		}
		for it := fetches.RecordIter(); !it.Done(); {
			r := it.Next()
			if p.see(r) || r.Attrs.IsControl() {
				continue
			}
			if err := w.write(r); err != nil {
				return err
			}
			bar.add(1)
			if written++; limit > 0 && written == limit {
				return nil
			}
		}
		if err := w.out.Flush(); err != nil {
			return err
		}
		if p.bounded && fetches.NumRecords() == 0 {
			if err := p.dropEmpty(ctx, s); err != nil {
				return err
			}
		}
		if p.bounded && len(p.to) == 0 {
			return nil
		}
	}
}

// see notes how far a partition was read and tells whether a record lies outside the span.
func (p *plan) see(r *kgo.Record) (outside bool) {
	if r.Offset < p.next[r.Topic][r.Partition] {
		return true
	}
	to, open := p.to[r.Topic][r.Partition]
	if p.bounded && !open {
		return true
	}
	p.next.put(r.Topic, r.Partition, r.Offset+1)
	if p.bounded && r.Offset+1 >= to {
		p.to.remove(r.Topic, r.Partition)
	}
	return p.bounded && r.Offset >= to
}

// dropEmpty takes partitions out in which nothing is left to read.
func (p *plan) dropEmpty(ctx context.Context, s *session) error {
	for topic, parts := range p.to {
		for part, to := range parts {
			left, err := s.remains(ctx, topic, part, p.next[topic][part], to)
			if err != nil {
				return err
			}
			if !left {
				p.to.remove(topic, part)
			}
		}
	}
	return nil
}

package cli

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

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
  n, n:m, :m      from offset n; from n to before m; to before m
  @t, @t:u, @:u   the same by time: 13 digits of milliseconds, 9 or 10 of seconds, 2006-01-02, RFC 3339,
                  a duration before now (-24h), start or end

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
	c.MarkFlagsMutuallyExclusive("group", "offset")
	c.MarkFlagsMutuallyExclusive("group", "partitions")
	c.RunE = func(cmd *cobra.Command, topics []string) error {
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if cmd.Flags().Changed("timeout") { // without it reading goes on until it is stopped
			bounded, cancel := context.WithTimeoutCause(ctx, a.flags.timeout, context.DeadlineExceeded)
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
			return withCode(exitTimeout, "--timeout %v ended the reading before its end was reached", a.flags.timeout)
		}
		return err
	}
	return c
}

// recordWriter writes records in the chosen form.
type recordWriter struct {
	out    *bufio.Writer
	format *formatter // nil: JSON
	buf    []byte
}

func newRecordWriter(a *App, format string) (*recordWriter, error) {
	w := &recordWriter{out: bufio.NewWriter(a.Out)}
	switch format {
	case "json":
		return w, nil
	case "value":
		format = `%v\n`
	}
	var err error
	w.format, err = newFormatter(format)
	return w, err
}

func (w *recordWriter) write(r *kgo.Record) error {
	var err error
	if w.buf = w.buf[:0]; w.format != nil {
		w.buf = w.format.append(w.buf, r)
	} else if w.buf, err = appendJSON(w.buf, r); err != nil {
		return err
	}
	_, err = w.out.Write(w.buf)
	return err
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
	opts := []kgo.Opt{kgo.KeepControlRecords()}
	if f.committed {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	s, err := a.open(opts...)
	if err != nil {
		return err
	}
	defer s.close()
	plan, err := a.plan(ctx, s, sp, f.partitions, topics)
	if err != nil {
		return err
	}
	if len(plan.from) == 0 {
		return nil
	}
	s.cl.AddConsumePartitions(plan.from)
	return a.readPlan(ctx, s, plan, f.num, w)
}

// plan is where each partition begins and, for bounded reading, where it stops.
type plan struct {
	from    map[string]map[int32]kgo.Offset
	to      map[string]map[int32]int64 // of partitions that are not done
	bounded bool
	total   int64 // records at most, for progress
}

func (a *App) plan(ctx context.Context, s *session, sp span, partitions []int32, names []string) (*plan, error) {
	ctx, cancel := context.WithTimeout(ctx, a.flags.timeout)
	defer cancel()
	topics, err := existing(ctx, s, names...)
	if err != nil {
		return nil, err
	}
	p := &plan{from: map[string]map[int32]kgo.Offset{}, to: map[string]map[int32]int64{}, bounded: sp.to.given}
	for _, name := range topics.Names() {
		r, err := newResolver(ctx, s, topics, name)
		if err != nil {
			return nil, err
		}
		for _, part := range r.partitions(partitions) {
			from, err := r.resolve(ctx, part, sp.from)
			if err != nil {
				return nil, err
			}
			to, err := r.resolve(ctx, part, sp.to)
			if err != nil {
				return nil, err
			}
			if p.bounded {
				if to = min(to, r.end[part]); from >= to {
					continue
				}
				p.total += to - from
				put(p.to, name, part, to)
			}
			put(p.from, name, part, kgo.NewOffset().At(from))
		}
	}
	return p, nil
}

func put[V any](m map[string]map[int32]V, topic string, p int32, v V) {
	if m[topic] == nil {
		m[topic] = map[int32]V{}
	}
	m[topic][p] = v
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
		fetches := s.cl.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil // interrupted: what was read is written
		}
		if err := firstError(fetches); err != nil {
			return err
		}
		for it := fetches.RecordIter(); !it.Done(); {
			r := it.Next()
			if past := p.see(r); past || r.Attrs.IsControl() {
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
		if err := w.out.Flush(); err != nil || p.bounded && len(p.to) == 0 {
			return err
		}
	}
}

// see notes how far a partition was read and tells whether a record lies beyond the span.
func (p *plan) see(r *kgo.Record) (past bool) {
	if !p.bounded {
		return false
	}
	to, open := p.to[r.Topic][r.Partition]
	if !open {
		return true
	}
	if r.Offset+1 >= to {
		delete(p.to[r.Topic], r.Partition)
		if len(p.to[r.Topic]) == 0 {
			delete(p.to, r.Topic)
		}
	}
	return r.Offset >= to
}

func firstError(fetches kgo.Fetches) error {
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.Canceled) {
			return e.Err
		}
	}
	return nil
}

// consumeGroup reads as a member of a group and commits what was written.
func (a *App) consumeGroup(ctx context.Context, f consumeFlags, topics []string, w *recordWriter) error {
	opts := []kgo.Opt{kgo.ConsumerGroup(f.group), kgo.ConsumeTopics(topics...), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
	if f.committed {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	s, err := a.open(opts...)
	if err != nil {
		return err
	}
	defer s.close()
	defer w.out.Flush()
	var written int64
	for {
		fetches := s.cl.PollRecords(ctx, pollSize(f.num, written))
		if ctx.Err() != nil {
			return nil
		}
		if err := firstError(fetches); err != nil {
			return err
		}
		records := fetches.Records()
		for _, r := range records {
			if err := w.write(r); err != nil {
				return err
			}
		}
		if err := w.out.Flush(); err != nil {
			return err
		}
		commit, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.flags.timeout)
		err := s.cl.CommitRecords(commit, records...)
		cancel()
		if err != nil {
			return err
		}
		if written += int64(len(records)); f.num > 0 && written >= f.num {
			return nil
		}
	}
}

// maxPoll bounds the records taken at once.
const maxPoll = 10_000

func pollSize(limit, written int64) int {
	if limit > 0 {
		return int(min(limit-written, maxPoll))
	}
	return maxPoll
}

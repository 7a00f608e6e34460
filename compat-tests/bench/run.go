package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// Config says what is measured and how.
type Config struct {
	Root, Cache string
	Systems     []target.Kind                      // in the order in which they take turns
	Only        func(scenario, client string) bool // nil for all
	Quick       bool                               // the clients of the quick form
	Rounds      int                                // at most; as many as the budget allows
	Scale       float64
	WarmTime    time.Duration // that a JVM is warmed for, at least
	WarmBytes   int64         // that each broker takes before it is measured, at least
	Budget      time.Duration // no run begins after it; building and fetching do not count
	ServerCores string        // as taskset takes them
	ClientCores string
	Log         func(format string, args ...any)

	Limit      time.Duration                                        // of one run of a load program; limit if 0
	Generators []string                                             // load programs that are built; nil for all
	Between    func(broker string) (bootstrap string, close func()) // stands between load programs and a broker; nil for nothing
}

func (c Config) limit() time.Duration {
	if c.Limit > 0 {
		return c.Limit
	}
	return limit
}

func (c Config) dir() string { return filepath.Join(c.Cache, "run") }

// prepareLimit bounds fetching and building the load programs.
const prepareLimit = 10 * time.Minute

// runner is one call of Run.
type runner struct {
	cfg      Config
	res      *Results
	dir      string
	commands map[string][]string // of the clients that are there
	systems  []*system
	fair     map[string]settings // of each scenario's topic, and of the broker, on the system that came first
	began    time.Time
	done     int
	total    int
}

// cell is a scenario with one of its clients.
type cell struct {
	s      Scenario
	client string
}

// Run measures. What fails is noted in the results and the rest goes on; the error is what stopped everything.
func Run(ctx context.Context, cfg Config) (*Results, error) {
	r := &runner{cfg: cfg, commands: map[string][]string{}, fair: map[string]settings{}, res: &Results{Started: time.Now(), Machine: inspectMachine(), Rounds: cfg.Rounds,
		Scale: cfg.Scale, WarmTime: cfg.WarmTime, WarmBytes: cfg.WarmBytes, ServerCores: cfg.ServerCores, ClientCores: cfg.ClientCores,
		Versions: map[string]string{string(target.Apache): refkafka.Version}}}
	if err := errors.Join(os.MkdirAll(filepath.Join(cfg.Cache, "bench"), 0o755), os.MkdirAll(cfg.dir(), 0o755)); err != nil {
		return nil, err
	}
	var err error
	if r.dir, err = os.MkdirTemp(filepath.Join(cfg.Cache, "bench"), "run-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(r.dir)
	cells, err := r.prepare(ctx)
	if err != nil {
		return r.res, err
	}
	r.began = time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Budget+cfg.limit(), errors.New("the budget is over"))
	defer cancel()
	defer func() { r.res.Took = time.Since(r.began).Round(time.Second) }()
	err = r.measure(ctx, cells)
	for _, s := range r.systems {
		if stopErr := s.close(); stopErr != nil {
			cfg.Log("stop %s: %v", s.kind, stopErr)
		}
	}
	return r.res, err
}

// prepare builds the load programs and lists what is to be measured. A client that cannot be built is skipped.
func (r *runner) prepare(ctx context.Context) ([]cell, error) {
	ctx, cancel := context.WithTimeout(ctx, prepareLimit)
	defer cancel()
	for _, g := range generators() {
		if r.cfg.Generators != nil && !slices.Contains(r.cfg.Generators, g.Name) {
			continue
		}
		r.cfg.Log("building the load program of %s", g.Name)
		command, version, err := g.prepare(ctx, env{r.cfg.Root, r.cfg.Cache})
		switch {
		case err == nil:
			r.commands[g.Name], r.res.Versions[g.Name] = command, version
		case g.Name == warmClient:
			return nil, fmt.Errorf("%s: %w", g.Name, err)
		default:
			r.skip("%s: %v", g.Name, err)
		}
	}
	var cells []cell
	for _, s := range Scenarios() {
		list := s.Clients
		if r.cfg.Quick {
			list = s.Quick
		}
		for _, c := range list {
			if r.commands[c] != nil && (r.cfg.Only == nil || r.cfg.Only(s.Name, c)) {
				cells = append(cells, cell{s.scaled(r.cfg.Scale), c})
			}
		}
	}
	if len(cells) == 0 {
		return nil, errors.New("nothing to measure")
	}
	return cells, nil
}

func (r *runner) skip(format string, args ...any) {
	r.res.Skipped = append(r.res.Skipped, fmt.Sprintf(format, args...))
	r.cfg.Log("skipped: "+format, args...)
}

// measure starts and warms the systems and runs every round.
func (r *runner) measure(ctx context.Context, cells []cell) error {
	for _, kind := range r.cfg.Systems {
		s := &system{kind: kind}
		r.systems, r.res.Systems = append(r.systems, s), append(r.res.Systems, string(kind))
		r.cfg.Log("starting %s", kind)
		if err := s.start(ctx, r.cfg); err != nil {
			return fmt.Errorf("start %s: %w", kind, err)
		}
		if err := r.fairBroker(ctx, s); err != nil {
			return err
		}
		if _, err := s.rest(ctx); err != nil {
			return err
		}
		now, _, err := s.rss()
		if err != nil {
			return err
		}
		r.note(s, 1, Figures{"idle_mb": now})
	}
	for _, s := range r.systems {
		if err := r.warm(ctx, s); err != nil {
			return fmt.Errorf("warm %s: %w", s.kind, err)
		}
		idle, err := s.rest(ctx)
		if err != nil {
			return err
		}
		r.note(s, 1, Figures{"idle_cores": idle})
	}
	r.total = r.cfg.Rounds * len(cells) * len(r.systems)
	for round := 1; round <= r.cfg.Rounds; round++ {
		r.res.Machine.look()
		for i, c := range cells {
			if r.over() {
				r.cutOff(round, cells[i:])
				return r.peaks()
			}
			for _, s := range r.systems {
				if err := r.one(ctx, s, c, round); err != nil {
					return err
				}
			}
		}
	}
	return r.peaks()
}

func (r *runner) over() bool { return time.Since(r.began) > r.cfg.Budget }

// cutOff says what the budget did not allow. Only what was never measured counts as skipped.
func (r *runner) cutOff(round int, left []cell) {
	if round > 1 {
		r.cfg.Log("the budget of %v is over in round %d of %d", r.cfg.Budget, round, r.cfg.Rounds)
		return
	}
	for _, c := range left {
		r.skip("%s with %s: the budget of %v is over", c.s.Name, c.client, r.cfg.Budget)
	}
}

// one runs a cell on a system once. The error is of a system that is gone for good.
func (r *runner) one(ctx context.Context, s *system, c cell, round int) error {
	r.done++
	sample := Sample{Scenario: c.s.Name, Client: c.client, System: string(s.kind), Round: round}
	var err error
	sample.Figures, err = r.load(ctx, s, c, round)
	head := fmt.Sprintf("[%d/%d %v] round %d %s, %s, %s:", r.done, r.total, time.Since(r.began).Round(time.Second), round, c.s.Name, c.client, s.kind)
	if err == nil {
		r.cfg.Log("%s %s", head, c.s.text(sample.Figures))
		r.res.Samples = append(r.res.Samples, sample)
		return nil
	}
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return context.Cause(ctx)
	}
	sample.Error, sample.Figures = err.Error(), nil
	r.res.Samples = append(r.res.Samples, sample)
	r.cfg.Log("%s failed: %v", head, err)
	return s.revive(ctx, r.cfg)
}

// text shows figures in the order of the scenario's measures.
func (s Scenario) text(f Figures) string {
	var parts []string
	for _, m := range s.measures {
		parts = append(parts, number(f[m.name])+" "+m.unit)
	}
	return strings.Join(parts, ", ")
}

// load runs the load program and returns its figures.
func (r *runner) load(ctx context.Context, s *system, c cell, round int) (Figures, error) {
	topic, err := r.topic(ctx, s, c)
	if err != nil {
		return nil, err
	}
	if topic != s.filled {
		defer func() {
			if err := deleteTopic(ctx, s.admin, topic); err != nil {
				r.cfg.Log("delete %s on %s: %v", topic, s.kind, err)
			}
		}()
	}
	m := startMeter(s.broker.Pid())
	o, err := r.generate(ctx, s, c, topic)
	if meterErr := m.end(); err != nil || meterErr != nil {
		return nil, errors.Join(err, meterErr)
	}
	if err := r.check(ctx, s, c, topic, o); err != nil {
		return nil, err
	}
	now, _, err := s.rss()
	if err != nil {
		return nil, err
	}
	r.note(s, round, Figures{"loaded_mb": now})
	return figures(c.s.kind, o, m.between(o.ended.Add(-o.elapsed), o.ended)), nil
}

// topic is a fresh one, or for consumers the one that was filled when the first of them came.
func (r *runner) topic(ctx context.Context, s *system, c cell) (string, error) {
	if c.s.kind == consume && s.filled != "" {
		return s.filled, nil
	}
	topic := s.name(c.s.Name)
	if err := createTopic(ctx, s.admin, topic, c.s.partitions, c.s.configs); err != nil {
		return "", err
	}
	if err := r.fairTopic(ctx, s, c.s, topic); err != nil {
		return "", err
	}
	if c.s.kind != consume {
		return topic, nil
	}
	fill := cell{c.s, warmClient}
	fill.s.kind = produce
	o, err := r.generate(ctx, s, fill, topic)
	if err == nil {
		err = r.check(ctx, s, fill, topic, o)
	}
	if err != nil {
		return "", fmt.Errorf("fill %s: %w", topic, err)
	}
	s.filled = topic
	return topic, nil
}

func (r *runner) generate(ctx context.Context, s *system, c cell, topic string) (outcome, error) {
	values, err := payloads(r.dir, c.s.size)
	if err != nil {
		return outcome{}, err
	}
	all := generators()
	g := all[slices.IndexFunc(all, func(g Generator) bool { return g.Name == c.client })]
	bootstrap := s.broker.Bootstrap
	if r.cfg.Between != nil {
		addr, end := r.cfg.Between(bootstrap)
		defer end()
		bootstrap = addr
	}
	return g.run(ctx, r.commands[g.Name], r.cfg.ClientCores, job{Scenario: c.s, bootstrap: bootstrap, topic: topic,
		payloads: values, latencies: filepath.Join(r.dir, "latencies"), limit: r.cfg.limit()})
}

// check holds what the load program says against what was asked of it and what the broker has.
func (r *runner) check(ctx context.Context, s *system, c cell, topic string, o outcome) error {
	have, err := stored(ctx, s.admin, topic)
	if err != nil {
		return err
	}
	return c.s.verdict(o, have)
}

// verdict says whether the figures of a run may be believed: everything that was asked for was done, with every byte of
// it, and what was acknowledged is what the broker has.
func (s Scenario) verdict(o outcome, stored int64) error {
	if o.records <= 0 || o.bytes <= 0 || o.elapsed <= 0 {
		return fmt.Errorf("%d records, %d bytes in %v", o.records, o.bytes, o.elapsed)
	}
	if s.kind != durable && s.kind != latency && o.records != int64(s.records) {
		return fmt.Errorf("%d records of %d", o.records, s.records)
	}
	if want := o.records * int64(s.size); o.bytes < want-roundedBytes || o.bytes > want+roundedBytes {
		return fmt.Errorf("%d records of %d bytes are not the %d bytes that were counted", o.records, s.size, o.bytes)
	}
	if o.latencies != nil && o.latencies.TotalCount() > o.records {
		return fmt.Errorf("%d latencies of %d records", o.latencies.TotalCount(), o.records)
	}
	switch {
	case s.kind == consume && stored != o.records:
		return fmt.Errorf("the broker has %d records, the client read %d", stored, o.records)
	// without an idempotent producer, acks=1, a request that was sent again is stored twice
	case stored < o.records, stored > o.records && s.acks == "all":
		return fmt.Errorf("the broker has %d records, the client had %d acknowledged", stored, o.records)
	}
	return nil
}

// roundedBytes is how much Kafka's consumer tool may lose by counting in MB with four places.
const roundedBytes = 128

func figures(k kind, o outcome, cpu time.Duration) Figures {
	if k == durable {
		o.records = o.latencies.TotalCount() // without those before the clock started
	}
	f := Figures{
		"cpu_s_per_gb": cpu.Seconds() / (float64(o.bytes) / 1e9),
		"mb_per_s":     float64(o.bytes) / 1e6 / o.elapsed.Seconds(),
		"cpu_us":       float64(cpu.Microseconds()) / float64(o.records),
		"per_s":        float64(o.records) / o.elapsed.Seconds(),
	}
	if o.latencies != nil {
		for name, q := range map[string]float64{"p50_us": 50, "p99_us": 99, "p999_us": 99.9} {
			f[name] = float64(o.latencies.ValueAtQuantile(q))
		}
	}
	return f
}

func (r *runner) note(s *system, round int, f Figures) {
	r.res.Samples = append(r.res.Samples, Sample{Scenario: brokerScenario.Name, Client: noClient, System: string(s.kind), Round: round, Figures: f})
}

func (r *runner) peaks() error {
	for _, s := range r.systems {
		_, peak, err := s.rss()
		if err != nil {
			return fmt.Errorf("memory of %s: %w", s.kind, err)
		}
		r.note(s, 1, Figures{"peak_mb": peak})
	}
	return nil
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Config says what a Suite measures and how.
type Config struct {
	Systems     []Spec // in the order in which they take turns; the first is what the others are compared with
	Rows        []string
	Repeats     int
	Scale       float64 // multiplies how much each row does; 1 is what the README says
	Dir         string  // below it a directory for this run is made, with the data of all systems
	ServerCores []int
	ClientCores []int
	Keep        bool // leave the run's directory at the end
	Log         func(format string, args ...any)
	Progress    func(done, all int, what string)
}

// Figures are what one run of one row measured, by the name of the measure.
type Figures map[string]float64

// A Sample is the figures of one row, one system and one repeat.
type Sample struct {
	Row     string  `json:"row"`
	System  string  `json:"system"`
	Repeat  int     `json:"repeat"`
	Figures Figures `json:"figures,omitempty"`
	Error   string  `json:"error,omitempty"`
	Note    string  `json:"note,omitempty"` // why there are no figures, when nothing failed
}

// errNotTold ends a row that asks a system for something which it does not tell.
var errNotTold = errors.New("not told")

// Results are everything a Suite measured, and the machine it did so on.
type Results struct {
	Started     time.Time `json:"started"`
	Machine     Machine   `json:"machine"`
	Systems     []string  `json:"systems"`
	Repeats     int       `json:"repeats"`
	Scale       float64   `json:"scale"`
	ServerCores []int     `json:"serverCores"`
	ClientCores []int     `json:"clientCores"`
	Samples     []Sample  `json:"samples"`
}

// Suite runs cfg. Rows whose system fails are noted and the others go on; the error is what stops everything.
func Suite(ctx context.Context, cfg Config) (*Results, error) {
	rows, err := selectRows(cfg.Rows)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(RaiseFileLimit(), PinSelf(cfg.ClientCores), os.MkdirAll(cfg.Dir, 0o755)); err != nil {
		return nil, err
	}
	if cfg.Dir, err = os.MkdirTemp(cfg.Dir, "run-"); err != nil {
		return nil, err
	}
	s := &suite{cfg: cfg, running: make(map[string]*Server), runs: make(map[string]int)}
	s.res = &Results{Started: time.Now(), Machine: inspectMachine(), Repeats: cfg.Repeats, Scale: cfg.Scale, ServerCores: cfg.ServerCores, ClientCores: cfg.ClientCores}
	for _, x := range cfg.Systems {
		s.res.Systems = append(s.res.Systems, x.Name)
	}
	defer s.cleanUp()
	for _, r := range rows {
		s.total += s.repeats(r) * len(cfg.Systems)
	}
	for _, shared := range []bool{false, true} { // cold rows first: nothing else runs meanwhile
		for _, r := range rows {
			if r.shared == shared {
				if err := s.row(ctx, r); err != nil {
					return s.res, err
				}
			}
		}
	}
	return s.res, nil
}

type suite struct {
	cfg     Config
	res     *Results
	running map[string]*Server // systems that stay up for the shared rows
	runs    map[string]int     // directories made, by system
	done    int
	total   int
}

func (s *suite) repeats(r row) int {
	if r.maxRepeats > 0 {
		return min(r.maxRepeats, s.cfg.Repeats)
	}
	return s.cfg.Repeats
}

// row measures one row: every system once, then every system once more, and so on.
func (s *suite) row(ctx context.Context, r row) error {
	for repeat := range s.repeats(r) {
		for _, spec := range s.cfg.Systems {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			what := fmt.Sprintf("%s %s %d", r.id, spec.Name, repeat+1)
			s.cfg.Progress(s.done, s.total, what)
			sample := Sample{Row: r.id, System: spec.Name, Repeat: repeat + 1}
			fig, err := s.one(ctx, r, spec, repeat)
			switch {
			case errors.Is(err, errNotTold):
				fig, sample.Note = nil, errNotTold.Error()
			case err != nil:
				sample.Error = err.Error()
				s.cfg.Log("%s: %v", what, err)
			}
			sample.Figures = fig
			s.res.Samples = append(s.res.Samples, sample)
			s.done++
		}
	}
	s.cfg.Progress(s.done, s.total, r.id)
	return nil
}

func (s *suite) one(ctx context.Context, r row, spec Spec, repeat int) (Figures, error) {
	e := &env{ctx: ctx, suite: s, spec: spec, repeat: repeat, row: r}
	if r.shared {
		srv, err := s.up(ctx, spec)
		if err != nil {
			return nil, err
		}
		e.srv = srv
	}
	defer e.close()
	return r.run(e)
}

// up returns the running server of a system, started and warmed by the first who asks.
func (s *suite) up(ctx context.Context, spec Spec) (*Server, error) {
	if srv := s.running[spec.Name]; srv != nil {
		return srv, nil
	}
	srv, err := Start(ctx, spec, s.newDir(spec.Name), s.cfg.ServerCores)
	if err != nil {
		return nil, err
	}
	s.running[spec.Name] = srv
	if err := srv.Ready(ctx); err != nil {
		return nil, err
	}
	return srv, s.warm(ctx, srv)
}

// warm writes as much as the system wants to have written before it is measured, large requests and small ones.
func (s *suite) warm(ctx context.Context, srv *Server) error {
	e := &env{ctx: ctx, suite: s, spec: srv.Spec, srv: srv, row: row{id: "warm"}}
	defer e.close()
	start, written := time.Now(), int64(0)
	want := int64(float64(srv.Spec.WarmBytes) * min(1, s.cfg.Scale))
	for round := 0; written < want || time.Since(start) < srv.Spec.WarmTime; round++ {
		s.cfg.Progress(s.done, s.total, fmt.Sprintf("warming %s: %d MB", srv.Spec.Name, written>>20))
		topic := fmt.Sprintf("warm-%d", round)
		if err := e.topic(topic, 4, nil); err != nil {
			return err
		}
		for _, batch := range []int{1 << 20, 16 << 10, 200} {
			n := min(max(64<<20/batch, 1), 20000)
			sent, err := Replay{Addr: srv.Addr, Conns: 4, InFlight: 5, Requests: n, Distinct: 4, Load: func(c int) Load {
				return Load{Topic: topic, Partitions: []int32{int32(c)}, RecordSize: 100, Acks: -1}.FillBatch(batch)
			}}.Run(ctx)
			if err != nil {
				return err
			}
			written += sent.Bytes
		}
		if _, err := (Reading{Addr: srv.Addr, Topic: topic, MaxBytes: 1 << 20, Total: 64 << 20}).Run(ctx); err != nil {
			return err
		}
		e.close()
	}
	return nil
}

func (s *suite) newDir(system string) string {
	s.runs[system]++
	return filepath.Join(s.cfg.Dir, fmt.Sprintf("%s-%d", system, s.runs[system]))
}

func (s *suite) cleanUp() {
	for _, srv := range s.running {
		if _, err := srv.Stop(); err != nil {
			s.cfg.Log("%v", err)
		}
	}
	if !s.cfg.Keep {
		_ = os.RemoveAll(s.cfg.Dir)
	}
}

func selectRows(ids []string) ([]row, error) {
	if len(ids) == 0 {
		return allRows, nil
	}
	var out []row
	for _, id := range ids {
		i := slices.IndexFunc(allRows, func(r row) bool { return r.id == id })
		if i < 0 {
			return nil, fmt.Errorf("there is no row %q; the rows are %v", id, RowIDs())
		}
		out = append(out, allRows[i])
	}
	return out, nil
}

package proxy_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients"
	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/proxy"
	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/script"
	"github.com/kbroker/kbroker/compat-tests/suites"
	"github.com/kbroker/kbroker/compat-tests/target"
)

func broker(t *testing.T) string {
	t.Helper()
	b, err := target.Open(target.Kbroker, os.Getenv("COMPAT_BOOTSTRAP"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b.Bootstrap
}

func behind(t *testing.T, addr string, f proxy.Fault) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(addr, f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func nothing(proxy.Exchange) ([]byte, bool) { return nil, false }

// differing plays a script twice against one broker, once spoiled, and counts the exchanges in which they differ.
func differing(t *testing.T, addr, name string, f proxy.Fault) int {
	t.Helper()
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	whole, err := suite.Play(name, behind(t, addr, nothing).Addr)
	if err != nil {
		t.Fatal(err)
	}
	p := behind(t, addr, f)
	spoiled, err := suite.Play(name, p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if p.Spoiled() == 0 {
		t.Fatalf("%s: the fault was never at work", name)
	}
	_, ds := script.Compare(name, whole, spoiled, nil)
	n := 0
	for _, d := range ds {
		if d.Verdict == script.Different {
			n++
		}
	}
	return n
}

// TestScriptsNotice shows that the scripts' judge sees each kind of fault, and nothing where there is none.
func TestScriptsNotice(t *testing.T) {
	addr := broker(t)
	for name, c := range map[string]struct {
		script string
		fault  proxy.Fault
	}{
		"a field changed":       {"03-metadata", proxy.Field(3, "leaderEpoch")},
		"an error code changed": {"20-deletetopics-errors", proxy.Field(20, "errorCode")},
		"a record dropped":      {"00-produce-codecs", proxy.DropBatch()},
		"two records swapped":   {"00-produce-codecs", proxy.SwapBatches()},
		"a version late":        {"60-describecluster", proxy.OlderLayout(60)},
	} {
		t.Run(name, func(t *testing.T) {
			if differing(t, addr, c.script, c.fault) == 0 {
				t.Errorf("%s was not noticed", name)
			}
		})
	}
	t.Run("nothing changed", func(t *testing.T) {
		same := func(e proxy.Exchange) ([]byte, bool) { return e.Body, true }
		if n := differing(t, addr, "03-metadata", same); n != 0 {
			t.Errorf("%d exchanges differ through a proxy that changes nothing", n)
		}
	})
}

// apiVersions edits the rows of ApiVersions answers.
func apiVersions(edit func(rows []any) []any) proxy.Fault {
	return proxy.Change(18, func(s schema.Struct) bool {
		for i, nv := range s {
			if rows, ok := nv.Value.([]any); ok && nv.Name == "apiKeys" {
				s[i].Value = edit(rows)
				return true
			}
		}
		return false
	})
}

// TestParityNotices shows that the meter counts what a broker leaves out and what it adds: a version at either end of a
// range, a whole API, a feature's level.
func TestParityNotices(t *testing.T) {
	addr := broker(t)
	want, err := parity.Expected()
	if err != nil {
		t.Fatal(err)
	}
	have, err := parity.Of(addr)
	if err != nil {
		t.Fatal(err)
	}
	whole := parity.Compare(want, have)
	for name, c := range map[string]struct {
		fault                       proxy.Fault
		served, beyond, featuresGap int // by how much each changes at least
	}{
		"every first version missing": {proxy.Field(18, "minVersion"), -1, 0, 0},
		"every range one longer":      {proxy.Field(18, "maxVersion"), 0, 1, 0},
		"one range one shorter": {apiVersions(func(rows []any) []any {
			row := rows[0].(schema.Struct)
			for i, nv := range row {
				if nv.Name == "maxVersion" {
					row[i].Value = nv.Value.(int64) - 1
				}
			}
			return rows
		}), -1, 0, 0},
		"one API missing":             {apiVersions(func(rows []any) []any { return rows[1:] }), -1, 0, 0},
		"feature levels one too high": {proxy.Field(18, "maxVersionLevel"), 0, 0, -1},
	} {
		p := behind(t, addr, c.fault)
		spoiled, err := parity.Of(p.Addr)
		if err != nil {
			t.Fatal(err)
		}
		got := parity.Compare(want, spoiled)
		switch {
		case p.Spoiled() == 0:
			t.Errorf("%s: the fault was never at work", name)
		case c.served < 0 && (got.Served >= whole.Served || len(got.Missing) <= len(whole.Missing)-1 || got.Markdown() == whole.Markdown()):
			t.Errorf("%s: %d served of %d, %d where nothing is spoiled", name, got.Served, got.Total, whole.Served)
		case c.beyond > 0 && len(got.Beyond) <= len(whole.Beyond):
			t.Errorf("%s: beyond are %v", name, got.Beyond)
		case c.featuresGap < 0 && got.FeaturesRight >= whole.FeaturesRight:
			t.Errorf("%s: %d features are right, %d where nothing is spoiled", name, got.FeaturesRight, whole.FeaturesRight)
		}
	}
}

// TestClientsNotice shows that a client's program fails behind each fault, and passes where nothing is spoiled.
func TestClientsNotice(t *testing.T) {
	addr := broker(t)
	program := clients.Programs()[0]
	dirs := clients.Dirs{Root: target.Root(), Cache: target.CacheDir()}
	t.Setenv("COMPAT_LIMIT", "5s") // of a scenario that waits for what will never come
	scenarios := []string{"produce-none", "records", "offsets-by-time"}
	r := clients.Run(program, dirs, behind(t, addr, nothing).Addr, "whole", scenarios)
	for _, s := range scenarios {
		if r.Outcomes[s] != clients.Passed {
			t.Fatalf("%s through a proxy that changes nothing: %q %s %s", s, r.Outcomes[s], r.Details[s], r.Skipped)
		}
	}
	for name, c := range map[string]struct {
		scenario string
		fault    proxy.Fault
	}{
		"changed":  {"produce-none", proxy.Flip()},
		"dropped":  {"records", proxy.DropBatch()},
		"swapped":  {"records", proxy.SwapBatches()},
		"late":     {"records", proxy.OlderLayout(3)},
		"mistimed": {"offsets-by-time", proxy.Field(2, "timestamp")},
	} {
		t.Run(name, func(t *testing.T) {
			p := behind(t, addr, c.fault)
			r := clients.Run(program, dirs, p.Addr, name, []string{c.scenario})
			if r.Skipped != "" {
				t.Fatal(r.Skipped)
			}
			if p.Spoiled() == 0 {
				t.Fatal("no answer was spoiled")
			}
			if r.Outcomes[c.scenario] != clients.Failed {
				t.Errorf("franz-go's program said %q behind the fault", r.Outcomes[c.scenario])
			}
		})
	}
}

// TestSuitesNotice shows that a test of another project's own suite falls behind where a batch is dropped on its way,
// and does not where nothing is spoiled.
func TestSuitesNotice(t *testing.T) {
	addr := broker(t)
	i := slices.IndexFunc(suites.All(), func(s suites.Suite) bool { return s.Name == "franz-go" })
	s := suites.All()[i]
	s.Limit = time.Minute       // the test polls for ten seconds
	const test = "TestIssue337" // of one record in each of two partitions
	dropped := proxy.Batches(func(bs [][]byte) ([][]byte, bool) { return bs[min(1, len(bs)):], len(bs) > 0 })
	known, err := suites.Known(target.Root(), s.Name)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		fault  proxy.Fault
		behind bool
	}{"whole": {nothing, false}, "dropped": {dropped, true}} {
		p := behind(t, addr, c.fault)
		r, err := suites.Run(s, target.Root(), target.CacheDir(), p.Addr, "^"+test+"$")
		if err != nil {
			t.Fatal(err)
		}
		v := s.Judge(known, r, "^"+test+"$")
		if c.behind && p.Spoiled() == 0 {
			t.Error("no answer was spoiled")
		}
		if (len(v.Behind) > 0) != c.behind || (v.Failures() > 0) != c.behind {
			t.Errorf("%s: %v of %v", name, v.Lines(), r.Outcomes)
		}
	}
}

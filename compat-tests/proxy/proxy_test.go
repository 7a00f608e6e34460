package proxy_test

import (
	"os"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/clients"
	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/proxy"
	"github.com/kbroker/kbroker/compat-tests/script"
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

// TestParityNotices shows that the meter counts what a broker leaves out and what it adds.
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
	p := behind(t, addr, proxy.Field(18, "minVersion"))
	spoiled, err := parity.Of(p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := parity.Compare(want, have), parity.Compare(want, spoiled); b.Served >= a.Served || len(b.Missing) <= len(a.Missing) {
		t.Errorf("served %d of %d, and %d where every first version is missing", a.Served, a.Total, b.Served)
	}
}

// TestClientsNotice shows that a client's program fails when a record's bytes are not what was written, and passes where
// they are.
func TestClientsNotice(t *testing.T) {
	addr := broker(t)
	programs := clients.Programs()
	dirs := clients.Dirs{Root: target.Root(), Cache: target.CacheDir()}
	r := clients.Run(programs[0], dirs, behind(t, addr, nothing).Addr, "whole", []string{"produce-none"})
	if r.Outcomes["produce-none"] != clients.Passed {
		t.Fatalf("through a proxy that changes nothing: %q %s %s", r.Outcomes["produce-none"], r.Details["produce-none"], r.Skipped)
	}
	p := behind(t, addr, proxy.Flip())
	r = clients.Run(programs[0], dirs, p.Addr, "spoiled", []string{"produce-none"})
	if r.Skipped != "" {
		t.Fatal(r.Skipped)
	}
	if p.Spoiled() == 0 {
		t.Fatal("no answer was spoiled: the client did not fetch through the proxy")
	}
	if r.Outcomes["produce-none"] != clients.Failed {
		t.Errorf("franz-go read spoiled records and its program said %q", r.Outcomes["produce-none"])
	}
}

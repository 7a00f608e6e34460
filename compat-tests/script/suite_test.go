package script_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/script"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// TestScriptsAgreeWithApacheKafka plays every script against kbroker (or the broker at COMPAT_BOOTSTRAP) and holds the
// transcript against the one that Apache Kafka 4.4.0 gave.
func TestScriptsAgreeWithApacheKafka(t *testing.T) {
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	names, err := suite.Names(nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := target.Open(target.Kbroker, os.Getenv("COMPAT_BOOTSTRAP"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	have, err := parity.Of(b.Bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(filepath.Dir(target.Root()), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	ledger, _ := parity.Block(string(readme))
	skipped, failed := 0, 0
	var played []string
	for _, name := range names {
		ok := t.Run(name, func(t *testing.T) {
			lacking, err := suite.Lacking(name, have)
			if err != nil {
				t.Fatal(err)
			}
			for _, api := range lacking {
				if !parity.Missing(ledger, api) {
					t.Fatalf("the broker does not advertise %s and the README's ledger does not say so", api)
				}
			}
			if lacking != nil {
				skipped++
				t.Skipf("the broker does not advertise %s", strings.Join(lacking, ", "))
			}
			want, err := suite.Recorded(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := suite.Play(name, b.Bootstrap)
			if err != nil {
				t.Fatal(err)
			}
			played = append(played, name)
			_, ds := script.Compare(name, want, got, suite.Expected)
			for _, d := range ds {
				text := strings.Join(script.DiffLines(d.Want, d.Got), "\n")
				if d.Verdict == script.Different {
					t.Errorf("exchange %d: %s\n%s", d.Exchange, d.Command, text)
				}
			}
		})
		if !ok {
			failed++
		}
	}
	if os.Getenv("COMPAT_BOOTSTRAP") == "" { // another broker than kbroker need not have kbroker's differences
		for _, e := range suite.Expected.Unused(played) {
			t.Errorf("expected and not seen: %s", e)
		}
	}
	fmt.Printf("scripts: %d passed, %d failed, %d skipped\n", len(names)-failed-skipped, failed, skipped)
}

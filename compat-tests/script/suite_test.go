package script_test

import (
	"os"
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
	for _, name := range names {
		lacking, err := suite.Lacking(name, have)
		if err != nil {
			t.Fatal(err)
		}
		if lacking != nil {
			t.Logf("%s: the broker does not advertise %s", name, strings.Join(lacking, ", "))
			continue
		}
		t.Run(name, func(t *testing.T) {
			want, err := suite.Recorded(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := suite.Play(name, b.Bootstrap)
			if err != nil {
				t.Fatal(err)
			}
			_, ds := script.Compare(name, want, got, suite.Expected)
			for _, d := range ds {
				text := strings.Join(script.DiffLines(d.Want, d.Got), "\n")
				switch d.Verdict {
				case script.Different:
					t.Errorf("exchange %d: %s\n%s", d.Exchange, d.Command, text)
				case script.Wording:
					t.Logf("wording, exchange %d: %s\n%s", d.Exchange, d.Command, text)
				}
			}
		})
	}
}

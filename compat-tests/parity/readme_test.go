package parity_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// TestReadmeSaysWhatIsServed holds the README's ledger against what a started kbroker advertises.
func TestReadmeSaysWhatIsServed(t *testing.T) {
	b, err := target.Open(target.Kbroker, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	want, err := parity.Expected()
	if err != nil {
		t.Fatal(err)
	}
	have, err := parity.Of(b.Bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(filepath.Dir(target.Root()), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	report := parity.Compare(want, have)
	if got, ok := parity.Block(string(readme)); !ok || got != report.Markdown() {
		t.Errorf("the README's ledger is stale (compat-tests/run parity --write). It says\n%s\nand the broker\n%s", got, report.Markdown())
	}
	if report.Beyond != nil {
		t.Errorf("advertised beyond Kafka's table: %v", report.Beyond)
	}
}

// TestBeyondIsCounted shows that a version, an API, a level and a feature that Kafka does not have are failures.
func TestBeyondIsCounted(t *testing.T) {
	want := parity.Table{APIs: []parity.API{{Key: 3, Name: "Metadata", Min: 0, Max: 13}}, Features: []parity.Feature{{Name: "group.version", Level: 1}}}
	have := parity.Table{APIs: []parity.API{{Key: 3, Name: "Metadata", Min: 0, Max: 14}, {Key: 999, Name: "key 999"}},
		Features: []parity.Feature{{Name: "group.version", Level: 2}, {Name: "own.version", Level: 1}}}
	if served, beyond, missing := parity.Compare(want, have).Counts(); served != 14 || beyond != 4 || missing != 0 {
		t.Errorf("%d served, %d beyond, %d missing: want 14, 4, 0", served, beyond, missing)
	}
	if served, beyond, missing := parity.Compare(want, parity.Table{}).Counts(); served != 0 || beyond != 0 || missing != 15 {
		t.Errorf("of nothing %d served, %d beyond, %d missing: want 0, 0, 15", served, beyond, missing)
	}
}

// TestMissingReadsTheLedger shows that the ledger that Markdown writes is the one that Missing reads.
func TestMissingReadsTheLedger(t *testing.T) {
	ledger := parity.Compare(parity.Table{APIs: []parity.API{{Key: 45, Name: "AlterPartitionReassignments", Max: 1}, {Key: 46, Name: "ListPartitionReassignments"}}},
		parity.Table{APIs: []parity.API{{Key: 46, Name: "ListPartitionReassignments"}}}).Markdown()
	block, ok := parity.Block(parity.Insert("# A project", ledger))
	if !ok || block != ledger {
		t.Errorf("the block is %q, want %q", block, ledger)
	}
	if !parity.Missing(block, "AlterPartitionReassignments") || parity.Missing(block, "ListPartitionReassignments") || parity.Missing(block, "Reassignments") {
		t.Errorf("read wrongly: %q", block)
	}
}

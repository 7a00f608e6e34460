package sim

import (
	"flag"
	"testing"
	"testing/cryptotest"
)

var seeds = flag.Int("seeds", 30, "how many seeds to run per size of the quorum")
var steps = flag.Int("steps", 4000, "how many events per run")

// run runs one seed and returns what happened.
func run(t *testing.T, seed uint64, voters int) *Cluster {
	t.Helper()
	cryptotest.SetGlobalRandom(t, seed)
	c, err := New(seed, voters)
	if err != nil {
		t.Fatal(err)
	}
	for i := range *steps {
		if err := c.Step(); err != nil {
			t.Fatalf("seed %d, event %d: %v", seed, i, err)
		}
	}
	if err := c.Settle(); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return c
}

// TestInvM01toM08UnderSeeds runs quorums of one, three and five, each seed twice.
func TestInvM01toM08UnderSeeds(t *testing.T) {
	for _, voters := range []int{1, 3, 5} {
		var committed, crashes, snapshots int
		for seed := range uint64(*seeds) {
			a := run(t, seed, voters)
			b := run(t, seed, voters)
			if a.Trace() != b.Trace() {
				t.Fatalf("%d voters, seed %d: two runs differ", voters, seed)
			}
			committed += int(a.Committed())
			crashes += a.Crashes
			snapshots += a.Snapshots
		}
		t.Logf("%d voters: %d seeds, %d offsets committed, %d crashes, %d snapshots", voters, *seeds, committed, crashes, snapshots)
		if committed == 0 || crashes == 0 || snapshots == 0 {
			t.Fatalf("%d voters: nothing happened: %d committed, %d crashes, %d snapshots", voters, committed, crashes, snapshots)
		}
	}
}

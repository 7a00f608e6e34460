package refkafka_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// TestStartRefusesANameThatRuns shows that a second start neither takes the first cluster's directory nor forgets it.
func TestStartRefusesANameThatRuns(t *testing.T) {
	cache := t.TempDir()
	dir := filepath.Join(cache, "run", "twice")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	node := exec.Command("sh", "-c", "read line", dir)
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	defer node.Wait() //nolint:errcheck // its input ends
	defer in.Close()
	b, err := json.Marshal(refkafka.Cluster{Bootstrap: "127.0.0.1:9", Dir: dir, Pids: []int{node.Process.Pid}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "cluster.json")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = refkafka.Start(context.Background(), refkafka.Options{Cache: cache, Name: "twice", Nodes: 1})
	if err == nil || !strings.Contains(err.Error(), `"twice" already runs at 127.0.0.1:9`) {
		t.Errorf("a second start of a name: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the first cluster was forgotten: %v", err)
	}
}

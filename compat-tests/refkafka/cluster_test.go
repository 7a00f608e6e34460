package refkafka_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// node starts a process that looks like a node of a cluster named name and notes it as one.
func node(t *testing.T, cache, name string) (c refkafka.Cluster, ended func() bool) {
	t.Helper()
	c = refkafka.Cluster{Bootstrap: "127.0.0.1:9", Dir: filepath.Join(cache, "run", name)}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "read line", c.Dir+"/node1/server.properties")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }() //nolint:errcheck // ended by its input or a signal
	t.Cleanup(func() { in.Close(); <-done })
	for line := []byte(nil); len(line) == 0; { // the kernel shows it a moment after the start
		if line, err = os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", cmd.Process.Pid)); err != nil {
			t.Fatal(err)
		}
	}
	c.Pids, c.Started = []int{cmd.Process.Pid}, []uint64{ticks(t, cmd.Process.Pid)}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "cluster.json"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	return c, func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}

// ticks is field 22 of a process's stat.
func ticks(t *testing.T, pid int) uint64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(strings.Fields(string(b))[21], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestStartRefusesANameThatRuns shows that a second start neither takes the first cluster's directory nor forgets it.
func TestStartRefusesANameThatRuns(t *testing.T) {
	cache := t.TempDir()
	c, _ := node(t, cache, "twice")
	_, err := refkafka.Start(context.Background(), refkafka.Options{Cache: cache, Name: "twice", Nodes: 1})
	if err == nil || !strings.Contains(err.Error(), `"twice" already runs at 127.0.0.1:9`) {
		t.Errorf("a second start of a name: %v", err)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "cluster.json")); err != nil {
		t.Errorf("the first cluster was forgotten: %v", err)
	}
}

// TestStopSpares shows that stopping ends a node, and nothing that was given its number later: neither a process that
// began at another time, nor one whose command line is another's, nor one that was noted without its time.
func TestStopSpares(t *testing.T) {
	cache := t.TempDir()
	for name, spared := range map[string]func(*refkafka.Cluster){
		"later":   func(c *refkafka.Cluster) { c.Started[0]++ },
		"foreign": func(c *refkafka.Cluster) { c.Dir = filepath.Join(cache, "run", "fore") },
		"untimed": func(c *refkafka.Cluster) { c.Started = nil },
	} {
		c, ended := node(t, cache, name)
		was := c
		was.Started = slices.Clone(c.Started)
		spared(&c)
		if err := c.Stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if ended() {
			t.Errorf("%s: a process that is not the node was ended", name)
		}
		if err := was.Stop(); err != nil || !ended() {
			t.Errorf("%s: the node itself is stopped: %v, ended %v", name, err, ended())
		}
	}
}

// TestNamesStayInTheirDirectory shows that a name which leads elsewhere is refused and that nothing is deleted which no
// start made.
func TestNamesStayInTheirDirectory(t *testing.T) {
	cache := t.TempDir()
	kept := filepath.Join(cache, "run", "other", "data")
	if err := os.MkdirAll(kept, 0o755); err != nil {
		t.Fatal(err)
	}
	pom := filepath.Join(cache, "pom.xml")
	jars := filepath.Join(cache, "jars", "kafka-"+refkafka.Version)
	if err := errors.Join(os.WriteFile(pom, nil, 0o644), os.MkdirAll(jars, 0o755), os.WriteFile(filepath.Join(jars, ".complete"), nil, 0o644)); err != nil {
		t.Fatal(err) // so that a start gets as far as the directory
	}
	for _, name := range []string{"", ".", "..", "../other", "a/b", ".hidden", "a b", "other"} {
		_, err := refkafka.Start(context.Background(), refkafka.Options{Cache: cache, Pom: pom, Name: name, Nodes: 1})
		want := "is no name for a cluster"
		if name == "other" {
			want = "was made by no start"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
		if _, err := refkafka.Load(cache, name); err == nil {
			t.Errorf("%q was loaded", name)
		}
		if _, err := os.Stat(kept); err != nil {
			t.Fatalf("%q deleted another's data: %v", name, err)
		}
	}
}

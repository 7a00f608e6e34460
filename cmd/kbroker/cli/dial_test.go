package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// TestNobodyThereIsToldAtOnce: the limit is an hour, and the test ends.
func TestNobodyThereIsToldAtOnce(t *testing.T) {
	s := &shell{t: t, boot: "127.0.0.1:1,127.0.0.1:2"}
	for _, line := range []string{"topic list", "topic create a", "topic describe a", "topic alter a -s k=v", "topic delete a -y", "topic trim a --before end -y",
		"topic add-partitions a --to 2", "topic offsets a", "topic size", "produce a --value x", "produce a --value x -p 1", "produce a --value x --acks none",
		"consume a", "consume a -e", "consume a -g g", "consume a -g g -e", "group list", "group describe g", "group members g", "group delete g -y",
		"group seek g --to end", "cluster info", "cluster brokers", "cluster quorum", "cluster features", "cluster log-dirs", "cluster health",
		"config list broker:1", "config list broker:", "config get topic:a k", "config set topic:a k=v", "config set broker:1 k=v", "config unset topic:a k"} {
		s.fails(line+" --timeout 1h", exitTimeout, "kbroker: no broker is there: 127.0.0.1:1 (connection refused), 127.0.0.1:2 (connection refused). Start one")
	}
	s.fails("health --timeout 1h", exitUnhealthy, "unhealthy: no broker is there: 127.0.0.1:1 (connection refused)")
	s.fails("topic list --timeout 1h -b nowhere.invalid", exitTimeout, "nowhere.invalid:9092 (")
	s.fails("bench fetch -b 127.0.0.1:1", exitTimeout, "no broker is there: 127.0.0.1:1 (connection refused)")
	s.fails("bench produce --topic a -b 127.0.0.1:1", exitTimeout, "no broker is there")
	s.in = "1\n2\n"
	s.fails("produce a --timeout 1h", exitTimeout, "no broker is there")
}

// TestOneSeedOfTwoIsEnough: a seed that refuses is passed over.
func TestOneSeedOfTwoIsEnough(t *testing.T) {
	s := newShell(t)
	for _, boot := range []string{"127.0.0.1:1," + s.boot, s.boot + ",127.0.0.1:1"} {
		s.boot = boot
		s.has("topic list --timeout 1h", "seeded")
	}
}

// TestConsumeOutlivesARestart: a broker that was there may go away and come back.
func TestConsumeOutlivesARestart(t *testing.T) {
	dir := kfake.DataDir(t.TempDir())
	s := newShell(t, dir)
	port := s.fake.ListenAddrs()[0]
	s.in = "1\n2\n"
	s.ok("produce seeded -p 0")
	r, w := io.Pipe()
	done := make(chan int, 1)
	var e bytes.Buffer
	go func() {
		done <- Main(&App{Args: strings.Fields("kbroker consume seeded -p 0 -n 3 -f value -b " + port), In: strings.NewReader(""), Out: w, Err: &e})
	}()
	expect := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
			t.Fatalf("%q %v, want %q", got, err, want)
		}
	}
	expect("1\n2\n")
	s.fake.Close()
	_, number, _ := net.SplitHostPort(port)
	var n int
	fmt.Sscan(number, &n)
	again, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(n), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	s.in = "3\n"
	s.ok("produce seeded -p 0")
	expect("3\n")
	if code := <-done; code != exitOK {
		t.Errorf("%d %s", code, e.String())
	}
}

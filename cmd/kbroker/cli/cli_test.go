package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// shell runs the program against one fake cluster.
type shell struct {
	t    *testing.T
	fake *kfake.Cluster
	boot string
	in   string
	env  []string
	now  time.Time
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

func newShell(t *testing.T, opts ...kfake.Opt) *shell {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(2, "seeded")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &shell{t: t, fake: c, boot: strings.Join(c.ListenAddrs(), ",")}
}

// try runs one command line; the arguments are split at blanks.
func (s *shell) try(line string) (out, errOut string, code int) {
	s.t.Helper()
	var o, e bytes.Buffer
	a := &App{Args: append([]string{"kbroker"}, strings.Fields(line)...), In: strings.NewReader(s.in), Out: &o, Err: &e, Env: s.env, Dial: s.dial}
	if s.boot != "" {
		a.Env = append(a.Env, "KBROKER_BOOTSTRAP="+s.boot)
	}
	if !s.now.IsZero() {
		a.Now = func() time.Time { return s.now }
	}
	s.in = ""
	code = Main(a)
	return o.String(), e.String(), code
}

func (s *shell) ok(line string) string {
	s.t.Helper()
	out, errOut, code := s.try(line)
	if code != 0 {
		s.t.Fatalf("%s: exit %d\n%s%s", line, code, out, errOut)
	}
	return out
}

func (s *shell) fails(line string, code int, want string) {
	s.t.Helper()
	out, errOut, got := s.try(line)
	if got != code || !strings.Contains(errOut, want) {
		s.t.Errorf("%s: exit %d, want %d with %q\n%s%s", line, got, code, want, out, errOut)
	}
}

func (s *shell) has(line string, wants ...string) {
	s.t.Helper()
	out := s.ok(line)
	for _, w := range wants {
		if !strings.Contains(out, w) {
			s.t.Errorf("%s: no %q in\n%s", line, w, out)
		}
	}
}

func TestTopicCommands(t *testing.T) {
	s := newShell(t)
	s.has("topic list", "TOPIC", "seeded  2")
	s.has("topic list -o name", "seeded\n")
	s.ok("topic create a b -p 3 -r 1 -c retention.ms=1000")
	s.fails("topic create a -p 1 -r 1", exitFailed, "TOPIC_ALREADY_EXISTS")
	s.has("topic create a -p 1 -r 1 --if-not-exists", "exists")
	s.ok("topic create dry -p 1 -r 1 --dry-run")
	s.fails("topic describe dry", exitNotFound, "dry does not exist")
	s.has("topic describe a", "a      2          0", "retention.ms  1000")
	s.has("topic list --regex a|b -o jsonl", `"topic":"a"`, `"topic":"b"`)
	if strings.Contains(s.ok("topic list --regex a"), "seeded") {
		t.Error("--regex must match the whole name")
	}
	s.ok("topic alter a --set retention.ms=2000 --delete segment.ms")
	s.has("topic describe a", "retention.ms  2000")
	s.fails("topic alter a", exitUsage, "nothing to change")
	s.ok("topic add-partitions a --to 5")
	s.has("topic offsets a", "a      4          0      0")
	s.fails("topic delete a", exitUsage, "add --yes")
	s.has("topic delete a --dry-run", "would be deleted")
	s.ok("topic delete a -y")
	s.fails("topic delete a -y", exitNotFound, "topic a")
	s.has("topic delete a -y --if-exists", "was not there")
}

func TestErrorsAreJSONWhenTheOutputIs(t *testing.T) {
	s := newShell(t)
	_, errOut, code := s.try("topic describe nope -o json")
	var doc struct {
		Error struct {
			Code    int    `json:"code"`
			Kind    string `json:"kind"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(errOut), &doc); err != nil || code != exitNotFound || doc.Error.Code != exitNotFound || doc.Error.Kind != "not found" {
		t.Errorf("%d %s %v", code, errOut, err)
	}
}

func TestJSONOutputIsJSON(t *testing.T) {
	s := newShell(t)
	for _, line := range []string{"topic list", "topic describe seeded", "topic offsets seeded", "topic size", "group list", "config list topic:seeded",
		"config explain retention.ms", "cluster info", "cluster brokers", "cluster features", "cluster log-dirs", "cluster health", "health"} {
		if out := s.ok(line + " -o json"); !json.Valid([]byte(out)) {
			t.Errorf("%s: %s", line, out)
		}
		s.ok(line + " -o csv")
	}
	s.fails("topic list -o xml", exitUsage, "unknown output")
}

func TestExitCodes(t *testing.T) {
	s := newShell(t)
	s.fails("nonsense", exitUsage, "kbroker has no command \"nonsense\"")
	s.fails("topic list --nonsense", exitUsage, "unknown flag")
	s.fails("topic describe", exitUsage, "arguments are missing: kbroker topic describe TOPIC…")
	s.fails("topic trim seeded", exitUsage, "before")
	s.fails("-X foo topic list", exitUsage, "not key=value")
	s.fails("-X security.protocol=NOPE topic list", exitUsage, "security.protocol")
	s.fails("--command-config /nowhere/x topic list", exitNotFound, "no such file")
	s.fails("group describe nobody", exitNotFound, "does not exist")
	gone := &shell{t: t, boot: "127.0.0.1:1"}
	gone.fails("topic list --timeout 1h", exitTimeout, "no broker is there: 127.0.0.1:1 (connection refused)")
	gone.fails("health --timeout 1h", exitUnhealthy, "unhealthy: no broker is there")
	s.has("health", "true")
}

func TestRefusedLoginHasItsOwnExitCode(t *testing.T) {
	s := newShell(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "admin", "secret"))
	props := "-X security.protocol=SASL_PLAINTEXT -X sasl.mechanism=PLAIN -X sasl.username=admin -X sasl.password="
	s.ok(props + "secret topic list")
	s.fake.ControlKey(int16(kmsg.SASLAuthenticate), func(r kmsg.Request) (kmsg.Response, error, bool) {
		s.fake.KeepControl()
		resp := r.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		resp.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return resp, nil, string(r.(*kmsg.SASLAuthenticateRequest).SASLAuthBytes) == "\x00admin\x00wrong"
	})
	s.fails(props+"wrong topic list", exitRefused, "SASL_AUTHENTICATION_FAILED")
	file := filepath.Join(t.TempDir(), "client.properties")
	text := "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n" +
		`sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="secret";`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.ok("--command-config " + file + " topic list")
}

func TestProduceAndConsume(t *testing.T) {
	s := newShell(t)
	s.in = "k1:v1\nk2:v2\nk3:v3\n"
	s.ok("produce seeded -K : -p 0 -H a=b")
	s.has("produce seeded -p 1 --value one -o json", `"offset": 0`)
	s.has("produce seeded -p 0 -k k4 -Z -o jsonl", `"offset":3`)
	for line, want := range map[string]string{
		"-o :end -p 0 -f %k=%v;":                "k1=v1;k2=v2;k3=v3;k4=;",
		"-o 1:3 -p 0 -f %o,":                    "1,2,",
		"-o :1 -p 0 -f %o,":                     "0,",
		"-o -2 -e -p 0 -f %o,":                  "2,3,",
		"-o +3 -e -p 0 -f %o,":                  "3,",
		"-o start -n 2 -p 0 -f %o,":             "0,1,",
		"-o 4:9 -p 0 -f %o,":                    "",
		"-o end -e -p 0 -f %o,":                 "",
		"-o @1h:end -p 1 -f value":              "one\n",
		"-o :@2001-01-01 -p 0 -f %o,":           "",
		"-o :end -n 1 -p 0 -f %h/%H/%K/%S/%T{}": "",
	} {
		if strings.Contains(line, "%T{}") {
			continue
		}
		if got := s.ok("consume seeded " + line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	if got := s.ok(`consume seeded -o :end -n 1 -p 0 -f %t:%p:%o:%k:%s:%h:%H:%K:%S:%i%%\n`); got != "seeded:0:0:k1:v1:a=b:1:2:2:1%\n" {
		t.Errorf("%q", got)
	}
	s.fails("consume nope -e", exitNotFound, "nope does not exist")
	s.fails("consume seeded -o nonsense", exitUsage, "is no offset")
	s.fails("consume seeded -f %q", exitUsage, "unknown verb")
}

// TestOneTopicPipesIntoAnother: what consume writes as JSON, produce reads, nothing lost.
func TestOneTopicPipesIntoAnother(t *testing.T) {
	s := newShell(t)
	s.in = `{"key":"k","value":"v","headers":[{"key":"h","value":"x"}],"partition":0,"timestamp":1700000000000}` + "\n" +
		`{"key_base64":"/w==","value":null}` + "\n"
	s.ok("produce seeded -p 0 --input json")
	out := s.ok("consume seeded -o :end -p 0")
	s.ok("topic create copy -p 1 -r 1")
	s.in = out
	s.ok("produce copy -p 0 --input json")
	again := s.ok("consume copy -o :end")
	if want := strings.ReplaceAll(out, `"topic":"seeded"`, `"topic":"copy"`); again != want {
		t.Errorf("\n got %s\nwant %s", again, want)
	}
	s.in = "{broken\n"
	s.fails("produce copy --input json", exitUsage, "input line 1")
}

func TestGroups(t *testing.T) {
	s := newShell(t)
	s.in = "1\n2\n3\n4\n"
	s.ok("produce seeded -p 0")
	if got := s.ok("consume seeded -g g -n 3 -f value"); got != "1\n2\n3\n" {
		t.Errorf("%q", got)
	}
	s.has("group list", "g", "consumer")
	s.has("group describe g", "seeded  0          3          4    1")
	s.has("group describe g --summary", "Empty")
	s.has("group seek g --to start", "seeded  0          3       0")
	s.has("group describe g", "seeded  0          3")
	s.ok("group seek g --to start --execute")
	s.has("group describe g", "seeded  0          0          4    4")
	s.ok("group seek g --to +2 --execute")
	s.has("group describe g", "seeded  0          2          4    2")
	s.ok("group reset g --to -1 --execute")
	s.has("group describe g", "seeded  0          1          4    3")
	s.has("group seek fresh --to end -t seeded --execute", "seeded  0          -       4")
	s.fails("group delete g", exitUsage, "add --yes")
	s.ok("group delete g -y")
	s.fails("group delete g -y", exitNotFound, "group g")
}

func TestTrim(t *testing.T) {
	s := newShell(t)
	s.in = "1\n2\n3\n4\n"
	s.ok("produce seeded -p 0")
	s.has("topic trim seeded --before 2 -p 0 --dry-run", "seeded  0          0      2")
	s.ok("topic trim seeded --before 2 -p 0 -y")
	s.has("topic offsets seeded", "seeded  0          2      4")
	s.has("topic trim seeded --before end -p 0 -y", "seeded  0          2      4")
}

func TestConfigCommands(t *testing.T) {
	s := newShell(t)
	s.ok("config set topic:seeded retention.ms=5 cleanup.policy=compact")
	s.has("config get topic:seeded retention.ms", "retention.ms  5")
	s.has("config list topic:seeded", "cleanup.policy  compact")
	s.ok("config unset topic:seeded retention.ms")
	if strings.Contains(s.ok("config list topic:seeded"), "retention.ms  5") {
		t.Error("still set")
	}
	s.fails("config get topic:seeded nope", exitNotFound, "no key nope")
	s.fails("config get nonsense x", exitUsage, "is no resource")
	s.fails("config list topic:absent", exitNotFound, "topic:absent")
	s.has("config explain retention.ms", "Milliseconds that segments are kept", "log.retention.ms, then log.retention.minutes, then log.retention.hours")
	s.has("config explain compression.type", "(topic)", "(broker)")
	s.has("config explain listener.name.external.ssl.keystore.location", "File of the key store")
	s.fails("config explain nope", exitNotFound, "nope")
}

func TestCompletionOffersNamesAndGivesUpQuickly(t *testing.T) {
	s := newShell(t)
	s.has("__complete topic describe see", "seeded")
	s.has("__complete config get topic:seeded retention", "retention.ms")
	s.ok("completion bash")
	gone := &shell{t: t, boot: "127.0.0.1:1"}
	if out := gone.ok("__complete topic describe see"); strings.Contains(out, "seeded") {
		t.Error(out)
	}
}

// TestProgressNeverTouchesTheAnswer: a bar is drawn for a person, on standard error only.
func TestProgressNeverTouchesTheAnswer(t *testing.T) {
	s := newShell(t)
	var o, e bytes.Buffer
	run := func(args ...string) int {
		o.Reset()
		e.Reset()
		a := &App{Args: append([]string{"kbroker", "-b", s.boot}, args...), In: strings.NewReader("1\n2\n"), Out: &o, Err: &e, ErrTTY: true}
		return Main(a)
	}
	if code := run("produce", "seeded", "-p", "0"); code != 0 || o.Len() != 0 || !strings.Contains(e.String(), "produce") {
		t.Errorf("%d %q %q", code, &o, &e)
	}
	if code := run("consume", "seeded", "-p", "0", "-o", ":end", "-f", "value"); code != 0 || o.String() != "1\n2\n" || !strings.Contains(e.String(), "consume") {
		t.Errorf("%d %q %q", code, &o, &e)
	}
	if code := run("consume", "seeded", "-p", "0", "-o", ":end", "-f", "value", "--no-progress"); code != 0 || e.Len() != 0 {
		t.Errorf("%d %q %q", code, &o, &e)
	}
}

// TestAQuestionIsAskedWhereSomebodyCanAnswer: yes goes on, anything else does nothing.
func TestAQuestionIsAskedWhereSomebodyCanAnswer(t *testing.T) {
	s := newShell(t)
	run := func(answer string) (int, string) {
		var o, e bytes.Buffer
		a := &App{Args: []string{"kbroker", "-b", s.boot, "topic", "delete", "seeded"}, In: strings.NewReader(answer), Out: &o, Err: &e, InTTY: true}
		return Main(a), e.String()
	}
	if code, errOut := run("n\n"); code != exitFailed || !strings.Contains(errOut, "Delete seeded and all records? [y/N]") {
		t.Errorf("%d %s", code, errOut)
	}
	s.ok("topic describe seeded")
	if code, errOut := run("y\n"); code != exitOK {
		t.Errorf("%d %s", code, errOut)
	}
	s.fails("topic describe seeded", exitNotFound, "")
}

// TestWaitIsForABrokerThatIsNotThereYet: a command that starts before its broker waits for it when it is told to.
func TestWaitIsForABrokerThatIsNotThereYet(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	done := make(chan int)
	var e bytes.Buffer
	go func() {
		done <- Main(&App{Args: []string{"kbroker", "-b", fmt.Sprintf("127.0.0.1:%d", port), "topic", "list", "--wait", "1m"}, In: strings.NewReader(""), Out: io.Discard, Err: &e})
	}()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(port))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if code := <-done; code != exitOK {
		t.Errorf("%d %s", code, e.String())
	}
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/kbroker/kbroker/compat-tests/clients"
	"github.com/kbroker/kbroker/compat-tests/fetch"
)

// job is one run of a load program.
type job struct {
	Scenario
	bootstrap, topic string
	payloads         string // file of values
	latencies        string // file that the program writes
	limit            time.Duration
}

// outcome is what a load program says it did.
type outcome struct {
	records, bytes int64
	elapsed        time.Duration
	ended          time.Time               // when its load did, before it closed its clients
	latencies      *hdrhistogram.Histogram // in µs; nil where none were taken
}

// Generator is a load program.
type Generator struct {
	Name    string
	prepare func(ctx context.Context, e env) (command []string, version string, err error)
	args    func(j job) []string
	parse   func(out string, j job) (outcome, error)
}

// env is where programs are built.
type env struct{ root, cache string }

// generators lists the load programs.
func generators() []Generator {
	return []Generator{
		{"java", prepareJava, javaArgs, parseJava},
		{"franz-go", prepareFranzGo, keyValues, parseReport},
		{"librdkafka", prepareLibrdkafka, keyValues, parseReport},
	}
}

// run runs a load program on cores; it is killed when its limit is over or ctx ends.
func (g Generator) run(ctx context.Context, command []string, cores string, j job) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, j.limit)
	defer cancel()
	args := append(append([]string{"-c", cores}, command...), g.args(j)...)
	cmd := exec.CommandContext(ctx, "taskset", args...)
	cmd.WaitDelay = 2 * time.Second
	var out timedOutput
	var problems strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("not within %v: %w", j.limit, context.Cause(ctx))
		}
		return outcome{}, fmt.Errorf("%s: %w: %s", g.Name, err, lastLine(problems.String()+"\n"+out.String()))
	}
	o, err := g.parse(out.String(), j)
	if o.ended.IsZero() {
		o.ended = out.last // Kafka's tools do not say it: they print right after the load
	}
	return o, err
}

// timedOutput keeps what a program writes, and when it last did.
type timedOutput struct {
	strings.Builder
	last time.Time
}

// Write implements io.Writer.
func (o *timedOutput) Write(b []byte) (int, error) {
	o.last = time.Now()
	return o.Builder.Write(b)
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// keyValues are the arguments of the load programs of this directory.
func keyValues(j job) []string {
	out := []string{"do=" + string(j.kind), "bootstrap=" + j.bootstrap, "topic=" + j.topic, "acks=" + j.acks, "codec=" + j.codec,
		"payloads=" + j.payloads, "latencies=" + j.latencies}
	linger := lingerMs
	if j.kind == latency || j.kind == durable {
		linger = 0
	}
	for k, v := range map[string]int{"partitions": j.partitions, "records": j.records, "size": j.size, "rate": j.rate, "seconds": j.seconds,
		"producers": j.producers, "batch": batchBytes, "linger": linger, "limit": int(j.limit.Seconds())} {
		out = append(out, k+"="+strconv.Itoa(v))
	}
	return out
}

// parseReport reads the line records=N bytes=N seconds=S ended=UNIXNANOS and the file of latencies.
func parseReport(out string, j job) (outcome, error) {
	var o outcome
	var seconds float64
	var ended int64
	if _, err := fmt.Sscanf(lastLine(out), "records=%d bytes=%d seconds=%f ended=%d", &o.records, &o.bytes, &seconds, &ended); err != nil {
		return o, fmt.Errorf("output %q: %w", lastLine(out), err)
	}
	o.elapsed, o.ended = time.Duration(seconds*float64(time.Second)), time.Unix(0, ended)
	if j.kind != latency && j.kind != durable {
		return o, nil
	}
	var err error
	o.latencies, err = readLatencies(j.latencies)
	return o, err
}

// mostLatency is the largest latency that a histogram keeps, in µs; what took longer counts as this.
const mostLatency = 60_000_000

func readLatencies(file string) (*hdrhistogram.Histogram, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	h := hdrhistogram.New(1, mostLatency, 3)
	for line := range strings.Lines(string(text)) {
		us, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := h.RecordValue(min(max(us, 1), mostLatency)); err != nil {
			return nil, err
		}
	}
	if h.TotalCount() == 0 {
		return nil, errors.New("no latencies were taken")
	}
	return h, nil
}

func prepareFranzGo(ctx context.Context, e env) ([]string, string, error) {
	bin, err := builtLoad(e, "load-franzgo", "see what the compiler says", func(to string) []string {
		return []string{"go", "build", "-o", to, "./bench/franzgo"}
	})
	if err != nil {
		return nil, "", err
	}
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}}", "github.com/twmb/franz-go")
	list.Dir = e.root
	version, err := list.Output()
	return []string{bin}, strings.TrimSpace(string(version)), err
}

func prepareLibrdkafka(ctx context.Context, e env) ([]string, string, error) {
	if err := clients.DebianPackages("gcc", "libc6-dev", "librdkafka-dev"); err != nil {
		return nil, "", err
	}
	bin, err := builtLoad(e, "load-librdkafka", "librdkafka-dev must be there", func(to string) []string {
		return []string{"cc", "-O2", "-o", to, filepath.Join(e.root, "bench", "librdkafka", "load.c"), "-lrdkafka", "-lpthread"}
	})
	if err != nil {
		return nil, "", err
	}
	version, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Version}", "librdkafka1").Output()
	return []string{bin}, string(version), err
}

// loadLimit bounds the build of a load program.
const loadLimit = 5 * time.Minute

// builtLoad builds a load program into this tree's own place in the cache.
func builtLoad(e env, name, try string, args func(to string) []string) (string, error) {
	bin := fetch.TreeFile(filepath.Join(e.cache, "bench"), e.root, name)
	return bin, fetch.Build(bin, func(to string) fetch.Step {
		return fetch.Step{Dir: e.root, Limit: loadLimit, Try: try, Args: args(to)}
	})
}

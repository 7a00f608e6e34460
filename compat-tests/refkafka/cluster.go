package refkafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"syscall"
	"time"
)

// startDeadline bounds how long all nodes together may take until they answer.
const startDeadline = 2 * time.Minute

// Options says what to start.
type Options struct {
	Cache string            // where jars, data and logs lie
	Pom   string            // the pom that names the broker's jars
	Name  string            // names the data directory below Cache
	Nodes int               // 1 or 3
	Heap  string            // the JVM's -Xmx, 512m by default
	Props map[string]string // server properties over the harness's own
	JVM   []string          // options of the nodes' JVMs in place of those that make a small JVM start soon
	Cores string            // CPU list, as taskset takes it, that the nodes are pinned to; all if empty
}

// Cluster is a running Apache Kafka.
type Cluster struct {
	Bootstrap string // host:port,host:port
	Dir       string // data and logs
	Pids      []int
	Started   []uint64 // when each of them began, in the kernel's ticks; a number without it is never sent a signal

	restart func(ctx context.Context) error // of the process that started it
}

// Defaults are the server properties in which a single node has to differ from Kafka's defaults, for either broker.
func Defaults(nodes int) map[string]string {
	rf := fmt.Sprint(min(nodes, 3))
	return map[string]string{
		"offsets.topic.replication.factor":                 rf,
		"transaction.state.log.replication.factor":         rf,
		"transaction.state.log.min.isr":                    "1",
		"share.coordinator.state.topic.replication.factor": rf,
		"share.coordinator.state.topic.min.isr":            "1",
		"group.initial.rebalance.delay.ms":                 "0",
	}
}

// Start formats fresh data directories and starts the nodes; it returns when each of them answers. A name whose nodes
// still run is refused: their data would be taken from under them, and nobody could stop them any more.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Nodes != 1 && o.Nodes != 3 {
		return nil, fmt.Errorf("nodes is %d: 1 or 3", o.Nodes)
	}
	dir, err := directory(o.Cache, o.Name)
	if err != nil {
		return nil, err
	}
	if old, _ := Load(o.Cache, o.Name); old != nil && old.anyRuns() {
		return nil, fmt.Errorf("a cluster named %q already runs at %s: stop it (kafka stop --name %s) or give another name", o.Name, old.Bootstrap, o.Name)
	}
	cp, err := FetchJars(ctx, o.Cache, o.Pom, "kafka-"+Version)
	if err != nil {
		return nil, err
	}
	c := &Cluster{Dir: dir}
	if err := empty(dir); err != nil {
		return nil, err
	}
	plan, err := layout(c.Dir, o)
	if err != nil {
		return nil, err
	}
	c.Bootstrap = strings.Join(plan.brokers, ",")
	for i := range plan.files {
		if err := java(ctx, cp, "256m", plan.dirs[i], "kafka.tools.StorageTool", "format", "-t", clusterID,
			"-c", plan.files[i], "--initial-controllers", plan.voters); err != nil {
			return nil, fmt.Errorf("format node %d: %w", i+1, err)
		}
	}
	c.restart = func(ctx context.Context) error { return errors.Join(c.Stop(), c.run(ctx, cp, o, plan)) }
	if err := c.run(ctx, cp, o, plan); err != nil {
		return nil, err
	}
	return c, nil
}

// run starts the nodes and returns when each of them answers; where one does not, none is left running.
func (c *Cluster) run(ctx context.Context, cp string, o Options, plan plan) error {
	c.Pids, c.Started = nil, nil
	for i := range plan.files {
		pid, err := c.launch(cp, o, plan.dirs[i], plan.files[i])
		if err != nil {
			return errors.Join(err, c.Stop())
		}
		c.note(pid)
	}
	if err := c.save(); err != nil { // before they answer, so that a start that was cut short can be stopped
		return errors.Join(err, c.Stop())
	}
	if err := c.waitReady(ctx, plan); err != nil {
		return errors.Join(err, c.logs(plan), c.Stop())
	}
	return nil
}

// Restart stops the nodes as an operator would and starts them on the same data and ports; only the process that started
// them can.
func (c *Cluster) Restart(ctx context.Context) error {
	if c.restart == nil {
		return errors.New("this cluster was started by another run")
	}
	return c.restart(ctx)
}

// AdvertisedHost is a property of the harness's own: the host name that the broker tells its clients.
const AdvertisedHost = "advertised.host"

// Advertised is the address that a broker at addr tells its clients under these properties.
func Advertised(addr string, props map[string]string) string {
	host, ok := props[AdvertisedHost]
	if !ok {
		return addr
	}
	_, port, _ := strings.Cut(addr, ":")
	return host + ":" + port
}

// clusterID is what every reference cluster calls itself.
const clusterID = "a2Jyb2tlci1yZWZlcmVuYw"

// directoryID is the start of each node's directory id; the node's number and a w end it.
const directoryID = "a2Jyb2tlci1yZWZlcmVu"

type plan struct {
	brokers, dirs, files []string
	voters               string // of the first quorum, as kafka-storage takes them
}

func layout(root string, o Options) (plan, error) {
	var p plan
	ports, err := FreePorts(2 * o.Nodes)
	if err != nil {
		return p, err
	}
	var voters, controllers []string
	for i := range o.Nodes {
		addr := fmt.Sprintf("127.0.0.1:%d", ports[2*i+1])
		controllers = append(controllers, addr)
		voters = append(voters, fmt.Sprintf("%d@%s:%s%dw", i+1, addr, directoryID, i+1))
	}
	p.voters = strings.Join(voters, ",")
	for i := range o.Nodes {
		dir := filepath.Join(root, fmt.Sprintf("node%d", i+1))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return p, err
		}
		addr := fmt.Sprintf("127.0.0.1:%d", ports[2*i])
		props := Defaults(o.Nodes)
		for k, v := range map[string]string{
			"process.roles": "broker,controller", "node.id": fmt.Sprint(i + 1),
			"controller.quorum.bootstrap.servers": strings.Join(controllers, ","), "controller.listener.names": "CONTROLLER",
			"listeners":                      fmt.Sprintf("PLAINTEXT://%s,CONTROLLER://127.0.0.1:%d", addr, ports[2*i+1]),
			"advertised.listeners":           "PLAINTEXT://" + Advertised(addr, o.Props),
			"listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
			"log.dirs":                       filepath.Join(dir, "data"),
		} {
			props[k] = v
		}
		for k, v := range o.Props {
			if k != AdvertisedHost {
				props[k] = v
			}
		}
		file := filepath.Join(dir, "server.properties")
		if err := writeProps(file, props); err != nil {
			return p, err
		}
		p.brokers, p.dirs, p.files = append(p.brokers, addr), append(p.dirs, dir), append(p.files, file)
	}
	return p, nil
}

func writeProps(file string, props map[string]string) error {
	var lines []string
	for k, v := range props {
		lines = append(lines, k+"="+v)
	}
	sort.Strings(lines)
	return os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// FreePorts returns n distinct loopback ports that were free a moment ago.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

const log4j = `Configuration:
  Appenders:
    Console: {name: out, PatternLayout: {pattern: "[%d] %p %m (%c)%n"}}
  Loggers:
    Root: {level: INFO, AppenderRef: {ref: out}}
`

func java(ctx context.Context, cp, heap, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "java", append(jvm(cp, heap, dir, smallJVM), args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(string(out), 20))
	}
	return nil
}

// smallJVM makes a JVM start soon; it is slower in the long run.
var smallJVM = []string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"}

func jvm(cp, heap, dir string, options []string) []string {
	conf := filepath.Join(dir, "log4j2.yaml")
	if err := os.WriteFile(conf, []byte(log4j), 0o644); err != nil {
		panic(err)
	}
	return append(append([]string{"-Xmx" + heap}, options...), "-Dlog4j2.configurationFile="+conf, "-cp", cp)
}

func (c *Cluster) launch(cp string, o Options, dir, file string) (int, error) {
	heap := o.Heap
	if heap == "" {
		heap = "512m"
	}
	out, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	defer out.Close()
	options := o.JVM
	if options == nil {
		options = smallJVM
	}
	args := append(append([]string{"java"}, jvm(cp, heap, dir, options)...), "kafka.Kafka", file)
	if o.Cores != "" {
		args = append([]string{"taskset", "-c", o.Cores}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = out, out, dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go cmd.Wait() //nolint:errcheck // reaped so that a dead node is seen as gone
	return cmd.Process.Pid, nil
}

func (c *Cluster) waitReady(ctx context.Context, p plan) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	for _, addr := range p.brokers {
		if err := WaitReady(ctx, addr, len(p.brokers), c.alive); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) alive() error {
	for i, pid := range c.Pids {
		if !c.runs(i) {
			return fmt.Errorf("node with pid %d has ended", pid)
		}
	}
	return nil
}

// anyRuns reports whether one of the nodes still runs, and not another process that was given its number.
func (c *Cluster) anyRuns() bool {
	for i := range c.Pids {
		if c.ours(i) {
			return true
		}
	}
	return false
}

func (c *Cluster) logs(p plan) error {
	var b strings.Builder
	for _, d := range p.dirs {
		text, _ := os.ReadFile(filepath.Join(d, "server.log"))
		fmt.Fprintf(&b, "--- %s\n%s\n", d, tail(string(text), 40))
	}
	return errors.New(b.String())
}

func (c *Cluster) save() error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, clusterFile), b, 0o644)
}

// Load finds a cluster that an earlier Start left running. Where a node has ended it returns the cluster and an error.
func Load(cache, name string) (*Cluster, error) {
	dir, err := directory(cache, name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, clusterFile))
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, err
	}
	c.Dir = dir // and not what the file says
	return c, c.alive()
}

// Started says that a cluster which Start left running has this address.
func Started(cache, bootstrap string) bool {
	dirs, _ := filepath.Glob(filepath.Join(cache, "run", "*", clusterFile))
	for _, d := range dirs {
		c, err := Load(cache, filepath.Base(filepath.Dir(d)))
		if err == nil && c.anyRuns() && slices.Contains(append(strings.Split(c.Bootstrap, ","), c.Bootstrap), bootstrap) {
			return true
		}
	}
	return false
}

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Spec says how a system is started. In command lines and properties these are filled in: {dir} the run's own
// directory, {port} and {cport} two free ports for clients and the controller, {stats} one for allocation counts,
// {properties} the path of the properties file.
type Spec struct {
	Name       string
	Format     []string // run to its end before the first start in a directory; nil for none
	Start      []string // runs until it is told to stop
	Properties string   // text of the properties file; "" for none
	Stats      string   // URL of a page that tells go_memstats_mallocs_total; "" when there is none
	// StatsProperties are added to Properties for the rows that ask Stats, so that the others pay nothing for it.
	StatsProperties string
	WarmBytes       int64 // what the system must have taken before it is measured
	WarmTime        time.Duration
	Env             []string // added to the environment
}

// properties are what both kbroker and Apache Kafka start a combined single node with.
const properties = `process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{cport}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{cport}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={dir}/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`

// clusterID is what every measured cluster calls itself.
const clusterID = "a2Jyb2tlci1iZW5jaG1hcg"

// NullSpec is the null broker that exe, this program, carries.
func NullSpec(exe string) Spec {
	return Spec{
		Name:      "null",
		Start:     []string{exe, "bench", "null", "--listen", "127.0.0.1:{port}", "--dir", "{dir}/data", "--stats", "127.0.0.1:{stats}"},
		Stats:     "http://127.0.0.1:{stats}/",
		WarmBytes: 256 << 20,
	}
}

// KbrokerSpec is kbroker: exe started with a properties file. stats is the URL of a page that tells its allocations, ""
// for the one of its admin listener; props are added to the properties.
func KbrokerSpec(exe, stats, props string) Spec {
	statsProps := ""
	if stats == "" {
		stats, statsProps = "http://127.0.0.1:{stats}/metrics", "admin.listener=127.0.0.1:{stats}\n"
	}
	if props != "" && !strings.HasSuffix(props, "\n") {
		props += "\n"
	}
	return Spec{
		Name:       "kbroker",
		Start:      []string{exe, "start", "{properties}"},
		Properties: properties + props,
		Stats:      stats, StatsProperties: statsProps,
		WarmBytes: 256 << 20,
	}
}

// KafkaSpec is Apache Kafka from its jars. The JVM is warmed before it is measured.
func KafkaSpec(classpath, heap string) Spec {
	jvm := func(heap string, rest ...string) []string {
		return append([]string{"java", "-Xmx" + heap, "-Xms" + heap, "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
			"-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true", "-cp", classpath}, rest...)
	}
	return Spec{
		Name:       "kafka",
		Format:     jvm("256m", "kafka.tools.StorageTool", "format", "-t", clusterID, "-c", "{properties}", "--standalone"),
		Start:      jvm(heap, "kafka.Kafka", "{properties}"),
		Properties: properties,
		WarmBytes:  2 << 30,
		WarmTime:   45 * time.Second,
	}
}

// CommandSpec is any broker: one command line, split at blanks. A properties file is written when the command names
// {properties}.
func CommandSpec(name, command string) (Spec, error) {
	s := Spec{Name: name, Start: strings.Fields(command), WarmBytes: 256 << 20}
	if name == "" || len(s.Start) == 0 {
		return s, fmt.Errorf("a system is name=command, not %q=%q", name, command)
	}
	if strings.Contains(command, "{properties}") {
		s.Properties = properties
	}
	return s, nil
}

// layout is a Spec with everything filled in for one directory.
type layout struct {
	spec    Spec
	dir     string
	port    int
	replace *strings.Replacer
}

func (s Spec) layout(dir string) (*layout, error) {
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	l := &layout{spec: s, dir: dir, port: ports[0]}
	file := filepath.Join(dir, "server.properties")
	l.replace = strings.NewReplacer("{dir}", dir, "{port}", fmt.Sprint(ports[0]), "{cport}", fmt.Sprint(ports[1]), "{stats}", fmt.Sprint(ports[2]), "{properties}", file)
	if s.Properties == "" {
		return l, nil
	}
	return l, os.WriteFile(file, []byte(l.replace.Replace(s.Properties)), 0o644)
}

func (l *layout) args(template []string) []string {
	out := make([]string, len(template))
	for i, a := range template {
		out[i] = l.replace.Replace(a)
	}
	return out
}

func (l *layout) addr() string { return fmt.Sprintf("127.0.0.1:%d", l.port) }

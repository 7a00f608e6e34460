package bench

import "time"

// kind is what a load program is asked to do.
type kind string

const (
	produce kind = "produce"
	consume kind = "consume"
	latency kind = "latency" // one record at a time at a fixed rate, from when it was due to when the consumer has it
	durable kind = "durable" // every record is one request, each acknowledged after an fsync
)

// Scenario is one thing that is measured with one or more clients.
type Scenario struct {
	Name, Title string
	Clients     []string
	Quick       []string // the clients of the quick form
	kind        kind
	records     int // at scale 1, of produce and consume
	size        int // bytes of a record's value
	acks        string
	codec       string
	partitions  int
	rate        int // records per second of latency
	producers   int // of durable
	seconds     int // at scale 1, of latency and durable
	configs     map[string]string
	measures    []measure
}

// measure is one figure of a scenario.
type measure struct {
	name, unit string
	higher     bool // more is better
}

// How a producer collects records, for every client alike.
const (
	batchBytes = 128 << 10
	lingerMs   = 5
)

// limit bounds one run of a load program; it is generous, since the loads at scale 1 take two or three seconds.
const limit = 45 * time.Second

var (
	allClients = []string{"java", "franz-go", "librdkafka"}
	throughput = []measure{{name: "cpu_s_per_gb", unit: "server CPU s/GB"}, {name: "mb_per_s", unit: "MB/s", higher: true}}
)

// Scenarios lists them in the order of the table.
func Scenarios() []Scenario {
	kib := func(name, title string, clients, quick []string, acks, codec string) Scenario {
		return Scenario{Name: name, Title: title, Clients: clients, Quick: quick, kind: produce, records: 200_000, size: 1024, acks: acks, codec: codec,
			partitions: 4, measures: throughput}
	}
	return []Scenario{
		kib("produce-1k-acks1", "produce 1 KiB, acks=1, not compressed", allClients, []string{"librdkafka"}, "1", "none"),
		kib("produce-1k-all", "produce 1 KiB, acks=all, not compressed", allClients, allClients, "all", "none"),
		kib("produce-1k-acks1-lz4", "produce 1 KiB, acks=1, lz4", []string{"franz-go"}, []string{"franz-go"}, "1", "lz4"),
		kib("produce-1k-all-lz4", "produce 1 KiB, acks=all, lz4", allClients, []string{"franz-go"}, "all", "lz4"),
		{Name: "produce-100b-all", Title: "produce 100 B, acks=all, not compressed", Clients: allClients, Quick: []string{"librdkafka"}, kind: produce,
			records: 500_000, size: 100, acks: "all", codec: "none", partitions: 4, measures: throughput},
		{Name: "consume-1k", Title: "consume from the start, 1 KiB, page cache warm", Clients: allClients, Quick: []string{"java", "franz-go"}, kind: consume,
			records: 400_000, size: 1024, acks: "all", codec: "none", partitions: 4, measures: throughput},
		{Name: "latency-1000", Title: "producer to consumer at 1 000 records/s of 100 B, acks=all", Clients: []string{"franz-go", "librdkafka"},
			Quick: []string{"franz-go"}, kind: latency, size: 100, acks: "all", codec: "none", partitions: 1, rate: 1000, seconds: 5, measures: []measure{
				{name: "p50_us", unit: "p50 µs"}, {name: "p99_us", unit: "p99 µs"}, {name: "p999_us", unit: "p99.9 µs"},
				{name: "cpu_us", unit: "server CPU µs/record"}}},
		{Name: "fsync-16", Title: "fsync before each acknowledgement, 16 producers, one 100 B record at a time", Clients: []string{"franz-go"},
			Quick: []string{"franz-go"}, kind: durable, size: 100, acks: "all", codec: "none", partitions: 4, producers: 16, seconds: 2,
			configs: map[string]string{"flush.messages": "1"}, measures: []measure{
				{name: "per_s", unit: "acks/s", higher: true}, {name: "p50_us", unit: "p50 µs"}, {name: "p99_us", unit: "p99 µs"},
				{name: "cpu_us", unit: "server CPU µs/ack"}}},
	}
}

// noClient stands for the client where none takes part.
const noClient = "none"

// brokerScenario holds the figures that are not of one load.
var brokerScenario = Scenario{Name: "broker", Title: "the broker's process", Clients: []string{noClient}, measures: []measure{
	{name: "idle_mb", unit: "MB after start"}, {name: "loaded_mb", unit: "MB after each run"}, {name: "peak_mb", unit: "MB at most"},
	{name: "idle_cores", unit: "cores when idle"}}}

// scaled is the scenario at a fraction of its size.
func (s Scenario) scaled(scale float64) Scenario {
	s.records = max(1000, int(float64(s.records)*scale))
	if s.seconds > 0 {
		s.seconds = max(1, int(float64(s.seconds)*scale+0.5))
	}
	return s
}

package bench

// A row is one line of the table of figures.
type row struct {
	id         string
	title      string
	shared     bool // runs on a server that stays up; otherwise it starts its own
	maxRepeats int  // 0 for no bound
	run        func(e *env) (Figures, error)
	measures   []measure
}

// A measure is one figure of a row and what it should be.
type measure struct {
	name   string // key in Figures
	unit   string
	scale  float64 // figures are multiplied by it for display; 0 is 1
	better direction
	null   float64 // target as a ratio to the null broker's figure; 0 for none
	kafka  float64 // target as a ratio to Apache Kafka's figure; 0 for none
	atMost float64 // absolute target in the figure's own unit; 0 for none
}

type direction int8

const (
	lower direction = iota
	higher
)

// RowIDs returns the ids of all rows in order.
func RowIDs() []string {
	out := make([]string, len(allRows))
	for i, r := range allRows {
		out[i] = r.id
	}
	return out
}

// allRows are the rows of the report, with the targets of the project.
var allRows = []row{
	{id: "1", title: "produce, 1 MiB batches of 1 KiB records, 1 connection x 5", shared: true, run: produceLarge, measures: []measure{
		{name: "cpu_s_per_gb", unit: "CPU s/GB", null: 1.3, kafka: 0.45}, {name: "mb_per_s", unit: "MB/s", better: higher}}},
	{id: "2", title: "produce, 1 MiB batches of 100 B records, every record checked", shared: true, run: produceWalked, measures: []measure{
		{name: "cpu_s_per_gb", unit: "CPU s/GB", null: 1.2, kafka: 0.45}}},
	{id: "3", title: "produce, 16 KiB batches, 4 connections x 5, 4 partitions", shared: true, run: produceMedium, measures: []measure{
		{name: "cpu_us", unit: "CPU µs/request", null: 1.4, kafka: 0.28}, {name: "per_s", unit: "requests/s", better: higher}}},
	{id: "4a", title: "produce, one 100 B record, 64 connections x 1, 16 partitions", shared: true, run: produceSmall(1), measures: []measure{
		{name: "cpu_us", unit: "CPU µs/request", null: 1.5, kafka: 0.42}, {name: "per_s", unit: "requests/s", better: higher}}},
	{id: "4b", title: "produce, one 100 B record, 64 connections x 5, 16 partitions", shared: true, run: produceSmall(5), measures: []measure{
		{name: "cpu_us", unit: "CPU µs/request", null: 2.2, kafka: 0.22}, {name: "per_s", unit: "requests/s", better: higher}}},
	{id: "5", title: "produce, 100 B for each of 100 partitions in one request", shared: true, run: produceWide, measures: []measure{
		{name: "cpu_us", unit: "CPU µs/request", null: 1.2, kafka: 0.17}}},
	{id: "6a", title: "fetch, 1 MiB answers", shared: true, run: fetchLarge, measures: []measure{
		{name: "cpu_s_per_gb", unit: "CPU s/GB", null: 1.2, kafka: 0.75}, {name: "mb_per_s", unit: "MB/s", better: higher}}},
	{id: "6b", title: "fetch, 16 KiB answers", shared: true, run: fetchMedium, measures: []measure{
		{name: "cpu_us", unit: "CPU µs/request", null: 1.25, kafka: 0.5}}},
	{id: "7", title: "franz-go flat out, one partition", shared: true, run: flatOut, measures: []measure{
		{name: "mrec_s_1k", unit: "M records/s of 1 KiB", better: higher, null: 0.9, kafka: 2.5}, {name: "cpu_ns_1k", unit: "CPU ns/record of 1 KiB"},
		{name: "mrec_s_100", unit: "M records/s of 100 B", better: higher, null: 0.9, kafka: 1.1}, {name: "cpu_ns_100", unit: "CPU ns/record of 100 B", kafka: 0.3}}},
	{id: "8", title: "acknowledgement of single records at fixed rates", shared: true, run: acknowledge, measures: []measure{
		{name: "p50_us_100", unit: "p50 µs at 100/s", null: 1.25, kafka: 0.75},
		{name: "p50_us_1000", unit: "p50 µs at 1 000/s", null: 1.25, kafka: 0.75},
		{name: "p99_us_1000", unit: "p99 µs at 1 000/s", null: 1.3, kafka: 0.7},
		{name: "p999_us_1000", unit: "p99.9 µs at 1 000/s"},
		{name: "p50_us_10000", unit: "p50 µs at 10 000/s", null: 1.25, kafka: 0.75},
		{name: "p99_us_10000", unit: "p99 µs at 10 000/s"}}},
	{id: "9", title: "producer to consumer at 1 000 records/s", shared: true, run: endToEnd, measures: []measure{
		{name: "p50_us", unit: "p50 µs", null: 1.3, kafka: 0.6}, {name: "p99_us", unit: "p99 µs", null: 1.3, kafka: 0.6}}},
	{id: "10a", title: "fsync before each acknowledgement, 1 connection", shared: true, run: durableOne, measures: []measure{
		{name: "p50_us", unit: "p50 µs", null: 1.3, kafka: 0.6}}},
	{id: "10b", title: "fsync before each acknowledgement, 64 connections, one partition", shared: true, run: durableMany, measures: []measure{
		{name: "per_s", unit: "acks/s", better: higher, null: 0.7, kafka: 20}, {name: "cpu_us", unit: "CPU µs/ack", null: 1.5}}},
	{id: "11", title: "memory", run: memory, measures: []measure{
		{name: "idle_mb", unit: "MB 5 s after start", atMost: 20, kafka: 1.0 / 20}, {name: "loaded_mb", unit: "MB after load", atMost: 100, kafka: 1.0 / 12}}},
	{id: "12", title: "exec to first acknowledged record in a new topic, empty directory", run: coldStart, measures: []measure{
		{name: "ms", unit: "ms, formatting included", atMost: 30, kafka: 1.0 / 120}}},
	{id: "12r", title: "restart with 1 001 partitions", maxRepeats: 3, run: restart, measures: []measure{
		{name: "ms", unit: "ms to first acknowledged record", atMost: 150, kafka: 1.0 / 70}, {name: "stop_ms", unit: "ms of clean stop", atMost: 100, kafka: 1.0 / 70}}},
	{id: "13", title: "10 000 partitions", maxRepeats: 2, run: manyPartitions, measures: []measure{
		{name: "added_mb", unit: "MB added", atMost: 30, kafka: 1.0 / 13}, {name: "idle_cores", unit: "cores when idle", atMost: 0.01},
		{name: "create_s", unit: "s to create", atMost: 1.5, kafka: 1.0 / 25}, {name: "restart_s", unit: "s to restart", atMost: 1, kafka: 1.0 / 60},
		{name: "plain_s", unit: "s for plain directories with a file"}}},
	{id: "14", title: "10 000 connections", maxRepeats: 2, run: manyConnections, measures: []measure{
		{name: "idle_kb", unit: "KB per idle connection", atMost: 8}, {name: "total_mb", unit: "MB in all while polling", kafka: 1.0 / 10},
		{name: "poll_us", unit: "CPU µs per empty long poll", null: 1.3, kafka: 0.5}}},
	{id: "16", title: "kill -9 after writing 1 GB, exec to first acknowledged record", maxRepeats: 3, run: afterKill, measures: []measure{
		{name: "ms", unit: "ms", atMost: 300, kafka: 1.0 / 25}}},
	{id: "17", title: "bytes written to disk per byte produced", shared: true, run: amplification, measures: []measure{
		{name: "ratio", unit: "bytes/byte", atMost: 1.02}}},
	{id: "18", title: "allocations per request", run: allocations, measures: []measure{
		{name: "produce", unit: "objects/produce", atMost: 4}, {name: "fetch", unit: "objects/fetch", atMost: 10}}},
	{id: "19", title: "hostile input", maxRepeats: 1, run: hostile, measures: []measure{
		{name: "frames_mb", unit: "MB for 50 frames announced", atMost: 48}, {name: "frames_cpu_s", unit: "CPU s", atMost: 0.25},
		{name: "frames_others_ms", unit: "p99 ms of another client", atMost: 20},
		{name: "groups_mb", unit: "MB for 100 000 groups asked", atMost: 48}, {name: "groups_cpu_s", unit: "CPU s", atMost: 0.25},
		{name: "groups_others_ms", unit: "p99 ms of another client", atMost: 20},
		{name: "tags_mb", unit: "MB for 2^32-1 tags in 7 bytes", atMost: 48}, {name: "tags_cpu_s", unit: "CPU s", atMost: 0.25},
		{name: "tags_others_ms", unit: "p99 ms of another client", atMost: 20}}},
}

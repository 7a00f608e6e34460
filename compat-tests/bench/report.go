package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Markdown is the whole page: what was run where, the table, the method. plot is the picture's file name.
func (r *Results) Markdown(plot string) string {
	var b strings.Builder
	b.WriteString("# Speed beside Apache Kafka\n\nWritten by `compat-tests/run bench --write`; not edited by hand.\n\n")
	b.WriteString(r.setting())
	fmt.Fprintf(&b, "\n![ratios of kbroker to Apache Kafka](%s)\n\n", plot)
	b.WriteString("Medians over the rounds, least and most in brackets. The ratio is kbroker to Apache Kafka, taken round by round. It counts\n" +
		"where the two sides differ by more than their own spread: then the last column says better or worse.\n\n")
	b.WriteString("| scenario | client | figure | Apache Kafka | kbroker | ratio | reading |\n|---|---|---|---|---|---|---|\n")
	last := ""
	for _, l := range r.Lines() {
		title := l.Title
		if title == last {
			title = ""
		}
		last = l.Title
		client := strings.TrimPrefix(l.Client, noClient)
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", title, client, l.unit(), l.Reference, l.Subject, l.Ratio, l.Verdict())
	}
	b.WriteString(r.notes())
	b.WriteString(method())
	return b.String()
}

func (l Line) unit() string {
	if l.Higher {
		return l.Unit + ", more is better"
	}
	return l.Unit
}

func (r *Results) setting() string {
	m := r.Machine
	var b strings.Builder
	fmt.Fprintf(&b, "- %s, %s: %s, %d cores, %s/%s, %s.\n", r.Started.UTC().Format(time.DateOnly), r.Took, m.CPU, m.Cores, m.OS, m.Goarch, m.Runtime)
	fmt.Fprintf(&b, "- Load average at the start of each round: %s; CRC-32C over 64 MiB then: %s GB/s.\n", strings.Join(m.Load, ", "), numbers(m.CRCGBs))
	var versions []string
	for k, v := range r.Versions {
		versions = append(versions, k+" "+v)
	}
	slices.Sort(versions)
	fmt.Fprintf(&b, "- Versions: %s.\n", strings.Join(versions, ", "))
	fmt.Fprintf(&b, "- Broker on core %s, load program on core %s; at most %d rounds at scale %s.\n", r.ServerCores, r.ClientCores, r.Rounds, number(r.Scale))
	fmt.Fprintf(&b, "- Warmed with %d MB each, Apache Kafka for at least %v.\n", r.WarmBytes/1e6, r.WarmTime)
	if r.Scale < 1 || slices.Max(append([]int{0}, r.rounds()...)) < 3 {
		b.WriteString("- **Not the long form: a test of the machinery, not a measurement.**\n")
	}
	return b.String()
}

// rounds are those that have samples of their own.
func (r *Results) rounds() []int {
	var out []int
	for _, s := range r.Samples {
		if s.Error == "" && !slices.Contains(out, s.Round) {
			out = append(out, s.Round)
		}
	}
	return out
}

func numbers(v []float64) string {
	var out []string
	for _, x := range v {
		out = append(out, number(x))
	}
	return strings.Join(out, ", ")
}

// notes lists what failed and what was left out.
func (r *Results) notes() string {
	var b strings.Builder
	for _, s := range r.Samples {
		if s.Error != "" {
			fmt.Fprintf(&b, "- failed: %s, %s, %s, round %d: %s\n", s.Scenario, s.Client, s.System, s.Round, strings.Join(strings.Fields(s.Error), " "))
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "- skipped: %s\n", strings.Join(strings.Fields(s), " "))
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}

func method() string {
	return fmt.Sprintf(`
## Method

Both brokers run from the start, each alone in an empty data directory on the same file system, pinned to the same core; the one that is not measured is
idle. Scenario after scenario, client after client, Apache Kafka is measured, then kbroker; then the next round does all again. Each
run has a topic of its own, deleted after it; consumers read one topic per broker, filled before. After each run the broker's end
offsets are held against what the client says was acknowledged.

| setting | both brokers alike |
|---|---|
| fsync | none but the broker's own housekeeping (Kafka's default); `+"`flush.messages=1`"+` in the scenario that says so |
| replication | one node, one replica |
| partitions | 4; 1 for producer to consumer |
| batches | at most %d KiB, linger %d ms, 5 requests in flight; the latency scenarios send at once |
| idempotent producer | with acks=all; not with acks=1 |
| compression | none or lz4 at the client's default level, kept by the broker |
| values | %d lines of text with random parts, the same file for every client; lz4 makes about two thirds of it |
| page cache | warm; no topic is read from disk |
| properties | Kafka's defaults, with replication factors of 1 and no initial rebalance delay |

- **Apache Kafka**: the JVM options of its own start script (%s -Xmx%s).
- **java**: kafka-producer-perf-test and kafka-consumer-perf-test from kafka-tools %s, a 512 MB heap, a cold JVM in every run. The consumer is in a
  group; its time is that of fetching.
- **franz-go** and **librdkafka**: `+"`bench/franzgo`, `bench/librdkafka/load.c`"+`; partitions assigned, no group.
- **Server CPU** is the kernel's clock of the broker's process, user and system, all threads, over the time that the client counts for its
  throughput; the start and end of the load program are not in it. **GB** are 10^9 bytes of values, before compression.
- **MB/s** on two cores mostly is the client's figure: it shows that nothing is in the way, CPU shows what the broker costs.
- **Latencies** are kept in HDR histograms of three digits. Producer to consumer counts from when a record was due, so a stall counts for all that
  waited; the load program's own timers are in it, the same for both. The first half second does not count.
- **Memory** is VmRSS: 3 s after start, after each run, and the most ever (VmHWM).
`, batchBytes>>10, lingerMs, payloadLines, strings.Join(kafkaJVM, " "), kafkaHeap, toolsVersion)
}

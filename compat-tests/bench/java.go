package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// toolsVersion is that of kafka-tools in java/tools/pom.xml; Maven Central has none for 4.4.0.
const toolsVersion = "4.3.1"

func prepareJava(ctx context.Context, e env) ([]string, string, error) {
	cp, err := refkafka.FetchJars(ctx, e.cache, filepath.Join(e.root, "java", "tools", "pom.xml"), "tools-"+toolsVersion)
	return []string{"java", "-Xms512m", "-Xmx512m", "-cp", cp}, toolsVersion, err
}

// javaArgs asks for kafka-producer-perf-test or kafka-consumer-perf-test. The consumer tool always is in a group.
func javaArgs(j job) []string {
	if j.kind == consume {
		return []string{"org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server", j.bootstrap, "--topic", j.topic,
			"--num-records", strconv.Itoa(j.records), "--timeout", "20000", "--hide-header"}
	}
	return []string{"org.apache.kafka.tools.ProducerPerformance", "--topic", j.topic, "--num-records", strconv.Itoa(j.records),
		"--throughput", "-1", "--payload-file", j.payloads, "--bootstrap-server", j.bootstrap, "--command-property", "acks=" + j.acks,
		"enable.idempotence=" + strconv.FormatBool(j.acks == "all"), "compression.type=" + j.codec,
		"batch.size=" + strconv.Itoa(batchBytes), "linger.ms=" + strconv.Itoa(lingerMs)}
}

func parseJava(out string, j job) (outcome, error) {
	if j.kind == consume {
		return parseConsumerPerf(lastLine(out))
	}
	return parseProducerPerf(out, int64(j.size))
}

var producerLine = regexp.MustCompile(`(?m)^(\d+) records sent, ([0-9.]+) records/sec .*99\.9th\.$`)

// parseProducerPerf reads the tool's last line: 200000 records sent, 123456.8 records/sec (120.56 MB/sec), ... 99.9th.
func parseProducerPerf(out string, size int64) (outcome, error) {
	all := producerLine.FindAllStringSubmatch(out, -1)
	if len(all) == 0 {
		return outcome{}, fmt.Errorf("kafka-producer-perf-test: output %q", lastLine(out))
	}
	m := all[len(all)-1]
	records, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return outcome{}, err
	}
	perSecond, err := strconv.ParseFloat(m[2], 64)
	if err != nil || perSecond <= 0 {
		return outcome{}, fmt.Errorf("kafka-producer-perf-test: %q records/sec", m[2])
	}
	return outcome{records: records, bytes: records * size, elapsed: time.Duration(float64(records) / perSecond * float64(time.Second))}, nil
}

// parseConsumerPerf reads the columns start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, MB/s and records/s of
// fetching. The time is that of fetching, joining the group left out.
func parseConsumerPerf(line string) (outcome, error) {
	c := strings.Split(line, ",")
	if len(c) != 10 {
		return outcome{}, fmt.Errorf("kafka-consumer-perf-test: output %q", line)
	}
	number := func(i int) float64 {
		f, err := strconv.ParseFloat(strings.TrimSpace(c[i]), 64)
		if err != nil {
			return -1
		}
		return f
	}
	mb, records, ms := number(2), number(4), number(7)
	if mb < 0 || records < 0 || ms <= 0 {
		return outcome{}, fmt.Errorf("kafka-consumer-perf-test: output %q", line)
	}
	return outcome{records: int64(records), bytes: int64(mb * (1 << 20)), elapsed: time.Duration(ms * float64(time.Millisecond))}, nil
}

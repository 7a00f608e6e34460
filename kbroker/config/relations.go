package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// minDedupeBytesPerThread: compaction needs more than this per thread.
const minDedupeBytesPerThread = 1 << 20

// orders: of two keys the first must not be below the second.
var orders = []struct{ high, low string }{
	{"group.consumer.max.heartbeat.interval.ms", "group.consumer.min.heartbeat.interval.ms"},
	{"group.consumer.heartbeat.interval.ms", "group.consumer.min.heartbeat.interval.ms"},
	{"group.consumer.max.heartbeat.interval.ms", "group.consumer.heartbeat.interval.ms"},
	{"group.consumer.max.session.timeout.ms", "group.consumer.min.session.timeout.ms"},
	{"group.consumer.session.timeout.ms", "group.consumer.min.session.timeout.ms"},
	{"group.consumer.max.session.timeout.ms", "group.consumer.session.timeout.ms"},
	{"group.consumer.assignment.interval.ms", "group.consumer.min.assignment.interval.ms"},
	{"group.consumer.max.assignment.interval.ms", "group.consumer.assignment.interval.ms"},
	{"group.share.max.heartbeat.interval.ms", "group.share.min.heartbeat.interval.ms"},
	{"group.share.heartbeat.interval.ms", "group.share.min.heartbeat.interval.ms"},
	{"group.share.max.heartbeat.interval.ms", "group.share.heartbeat.interval.ms"},
	{"group.share.max.session.timeout.ms", "group.share.min.session.timeout.ms"},
	{"group.share.session.timeout.ms", "group.share.min.session.timeout.ms"},
	{"group.share.max.session.timeout.ms", "group.share.session.timeout.ms"},
	{"group.share.assignment.interval.ms", "group.share.min.assignment.interval.ms"},
	{"group.share.max.assignment.interval.ms", "group.share.assignment.interval.ms"},
	{"group.share.record.lock.duration.ms", "group.share.min.record.lock.duration.ms"},
	{"group.share.max.record.lock.duration.ms", "group.share.record.lock.duration.ms"},
	{"group.share.delivery.count.limit", "group.share.min.delivery.count.limit"},
	{"group.share.max.delivery.count.limit", "group.share.delivery.count.limit"},
	{"group.share.partition.max.record.locks", "group.share.min.partition.max.record.locks"},
	{"group.share.max.partition.max.record.locks", "group.share.partition.max.record.locks"},
	{"group.share.max.share.sessions", "group.share.max.size"},
	{"group.streams.max.heartbeat.interval.ms", "group.streams.min.heartbeat.interval.ms"},
	{"group.streams.heartbeat.interval.ms", "group.streams.min.heartbeat.interval.ms"},
	{"group.streams.max.heartbeat.interval.ms", "group.streams.heartbeat.interval.ms"},
	{"group.streams.max.session.timeout.ms", "group.streams.min.session.timeout.ms"},
	{"group.streams.session.timeout.ms", "group.streams.min.session.timeout.ms"},
	{"group.streams.max.session.timeout.ms", "group.streams.session.timeout.ms"},
	{"group.streams.assignment.interval.ms", "group.streams.min.assignment.interval.ms"},
	{"group.streams.max.assignment.interval.ms", "group.streams.assignment.interval.ms"},
	{"group.streams.max.standby.replicas", "group.streams.num.standby.replicas"},
}

// longer: of two keys of one group the first must be above the second.
var longer = []struct{ session, heartbeat string }{
	{"group.consumer.session.timeout.ms", "group.consumer.heartbeat.interval.ms"},
	{"group.share.session.timeout.ms", "group.share.heartbeat.interval.ms"},
	{"group.streams.session.timeout.ms", "group.streams.heartbeat.interval.ms"},
}

// checkRelations holds Kafka's checks of one key against another.
func (s *Static) checkRelations() error {
	n := func(name string) int64 { return s.Value(name).Int() }
	fail := func(key, text string) error { return cd.Complaint(key, text) }
	if ms := retentionMs(s.values); ms != unlimited && ms < 1 {
		return fail("log.retention.ms", "log.retention.ms must be unlimited (-1) or, greater than or equal to 1")
	}
	if s.Value("log.cleaner.enable").Bool() && n("log.cleaner.dedupe.buffer.size") <= minDedupeBytesPerThread*n("log.cleaner.threads") {
		return fail("log.cleaner.dedupe.buffer.size", "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.")
	}
	if n("replica.fetch.wait.max.ms") > n("replica.socket.timeout.ms") {
		return fail("replica.socket.timeout.ms", "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts")
	}
	if n("replica.fetch.wait.max.ms") > n("replica.lag.time.max.ms") {
		return fail("replica.fetch.wait.max.ms", "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent changes in ISR")
	}
	if q := n("queued.max.request.bytes"); q > 0 && q < n("socket.request.max.bytes") {
		return fail("queued.max.request.bytes", "queued.max.request.bytes must be larger or equal to socket.request.max.bytes")
	}
	if idle, delay := n("connections.max.idle.ms"), n("connection.failed.authentication.delay.ms"); idle > 0 && delay >= idle {
		return fail("connection.failed.authentication.delay.ms", fmt.Sprintf("connection.failed.authentication.delay.ms=%d should always be less than "+
			"connections.max.idle.ms=%d to prevent failed authentication responses from timing out", delay, idle))
	}
	return s.checkMore()
}

func (s *Static) checkMore() error {
	overrides, err := kafka.ParseConnectionOverrides(s.Text("max.connections.per.ip.overrides"))
	if err != nil {
		return err
	}
	if s.Value("max.connections.per.ip").Int() == 0 && len(overrides) == 0 {
		return cd.Complaint("max.connections.per.ip", "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.")
	}
	for _, d := range s.Value("cordoned.log.dirs").List() {
		if d != "*" && !slices.Contains(s.LogDirs, d) {
			return cd.Complaint("cordoned.log.dirs", "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : "+d)
		}
	}
	for _, o := range orders {
		if s.Value(o.high).Int() < s.Value(o.low).Int() {
			return s.orderError(o.high, o.low)
		}
	}
	for _, o := range longer {
		if s.Value(o.session).Int() <= s.Value(o.heartbeat).Int() {
			return cd.Complaint(o.session, o.heartbeat+" must be less than "+o.session)
		}
	}
	return s.checkMechanisms()
}

// orderError words the complaint about the key that is not itself a bound, as Kafka does.
func (s *Static) orderError(high, low string) error {
	if strings.Contains(high, ".max.") && !strings.Contains(low, ".min.") {
		return cd.Complaint(low, low+" must be less than or equal to "+high)
	}
	return cd.Complaint(high, high+" must be greater than or equal to "+low)
}

// checkMechanisms refuses Kerberos where a listener would offer it: ignoring it would leave clients without a login.
func (s *Static) checkMechanisms() error {
	for _, l := range s.Listeners {
		if !l.Protocol.SASL() {
			continue
		}
		if slices.Contains(s.ListenerValue(l.Name, "sasl.enabled.mechanisms").List(), "GSSAPI") {
			return cd.Complaint("sasl.enabled.mechanisms", "sasl.enabled.mechanisms: listener "+l.Name+" offers GSSAPI, which is refused: "+
				"Kerberos is not available, and no other mechanism of SASL is served yet: use PLAINTEXT.")
		}
	}
	return nil
}

package kafka

import (
	"strings"
	"testing"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// applied are the dynamic keys that a running broker follows, and those that follow nothing on Apache Kafka either unless
// something is on that kbroker does not offer (tiered storage, throttled replicas).
const applied = ` message.max.bytes max.decompressed.message.bytes compression.type compression.gzip.level compression.lz4.level
 compression.zstd.level max.connections.per.ip max.connections.per.ip.overrides max.connections max.connection.creation.rate
 log.cleaner.dedupe.buffer.size log.cleaner.io.buffer.size log.cleaner.backoff.ms log.cleaner.min.cleanable.ratio
 log.cleaner.delete.retention.ms log.cleaner.min.compaction.lag.ms log.cleaner.max.compaction.lag.ms log.segment.bytes log.roll.ms
 log.roll.jitter.ms log.retention.ms log.retention.bytes log.cleanup.policy log.index.interval.bytes log.flush.interval.messages
 log.segment.delete.delay.ms log.flush.interval.ms log.preallocate min.insync.replicas log.message.timestamp.type
 log.message.timestamp.before.max.ms log.message.timestamp.after.max.ms unclean.leader.election.enable
 group.consumer.assignment.interval.ms transaction.partition.verification.enable producer.id.expiration.ms
 leader.replication.throttled.rate follower.replication.throttled.rate replica.alter.log.dirs.io.max.bytes.per.second `

func TestEveryDynamicKeyIsAppliedOrRefused(t *testing.T) {
	words := strings.Fields(applied)
	known := map[string]bool{}
	for _, w := range words {
		known[w] = true
	}
	for _, def := range []*cd.Def{Broker, BrokerDynamicOnly} {
		for _, k := range def.Keys() {
			if k.Dynamic == cd.ReadOnly || isSecurityKey(&k) || isTieredKnob(k.Name) || k.Handling == cd.Refuse {
				continue
			}
			if known[k.Name] == (fixed[k.Name] != "") {
				t.Errorf("%s: applied %v, refused because %q", k.Name, known[k.Name], fixed[k.Name])
			}
		}
	}
}

func TestBrokerConfigsThatRunningBrokersDoNotTake(t *testing.T) {
	for _, c := range []struct{ broker, name, value, want string }{
		{"1", "listeners", "abc", "Error creating broker listeners from '[abc]': Unable to parse abc to a broker endpoint"},
		{"1", "listeners", "PLAINTEXT://:1", "listeners change only"},
		{"1", "listeners", "PLAINTEXT://:9092", ""},
		{"", "max.connections", "0", "Invalid max.connections 0"},
		{"", "max.connections", "1", ""},
		{"1", "listener.name.plaintext.max.connections", "5", "for all listeners together"},
		{"", "max.connection.creation.rate", "0", "Invalid max.connection.creation.rate 0"},
		{"", "max.connections.per.ip", "0", "only if max.connections.per.ip.overrides property is set"},
		{"", "metric.reporters", "no.such.Class", "cannot be loaded"},
		{"", "remote.log.manager.copier.thread.pool.size", "1", "at least half the current value 10"},
		{"", "remote.log.manager.copier.thread.pool.size", "1000", "not be greater than double the current value 10"},
		{"", "num.io.threads", "9", "no such pool"},
		{"", "num.io.threads", "8", ""},
		{"", "log.cleaner.dedupe.buffer.size", "1000", "at least 1MB per cleaner thread"},
		{"", "log.roll.ms", "0", "greater than or equal to 1"},
		{"", "group.consumer.assignment.interval.ms", "2147483647", "less than or equal to group.consumer.max.assignment.interval.ms"},
	} {
		err := Validate(Resource{ResourceBroker, c.broker}, nil, map[string]string{c.name: c.value}, Environment{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		case c.want != "" && (err == nil || err.Code != CodeInvalidRequest || !strings.Contains(err.Message, c.want)):
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
	both := map[string]string{"max.connections.per.ip": "0", "max.connections.per.ip.overrides": "127.0.0.1:1"}
	if err := Validate(Resource{Type: ResourceBroker}, nil, both, Environment{}); err != nil {
		t.Error(err)
	}
}

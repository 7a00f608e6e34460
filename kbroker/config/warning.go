package config

import "strings"

// Warning is something about a setting that does not stop the node.
type Warning struct {
	Name string // the key
	Text string // one sentence
}

// String is the line for the log.
func (w Warning) String() string { return w.Name + ": " + w.Text }

// removedNames are keys of older Kafka versions that people still set; they are ignored.
var removedNames = map[string]bool{
	"inter.broker.protocol.version": true, "log.message.format.version": true, "advertised.host.name": true,
	"advertised.port": true, "host.name": true, "port": true, "reserved.broker.max.id": true,
	"broker.id.generation.enable": true, "controlled.shutdown.max.retries": true, "offsets.commit.required.acks": true,
	"controlled.shutdown.retry.backoff.ms": true, "leader.imbalance.per.broker.percentage": true,
	"control.plane.listener.name": true, "auto.include.jmx.reporter": true, "log.message.downconversion.enable": true,
	"log.message.timestamp.difference.max.ms": true, "group.coordinator.new.enable": true,
}

// removedPrefixes start names that belonged to removed parts or to other products.
var removedPrefixes = []string{"zookeeper.", "password.encoder.", "confluent.", "kafka.rest.", "jmx."}

// isRemoved tells whether a name is one of an older Kafka.
func isRemoved(name string) bool {
	if removedNames[name] {
		return true
	}
	for _, p := range removedPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// outsideNames are keys that are honoured although Kafka's table of broker keys does not hold them.
var outsideNames = map[string]bool{"super.users": true, "allow.everyone.if.no.acl.found": true, AdminListenerKey: true, AdminPprofKey: true}

// outsidePrefixes start names that belong to configuration providers.
var outsidePrefixes = []string{"config.providers."}

func isOutside(name string) bool {
	if outsideNames[name] {
		return true
	}
	for _, p := range outsidePrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

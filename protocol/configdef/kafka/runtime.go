package kafka

import (
	"maps"
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

const (
	noPool      = "there is no such pool of threads here, work runs on as many goroutines as it needs"
	noListener  = "listeners change only when the broker is started"
	noMechanism = "login mechanisms change only when the broker is started"
	noShare     = "share groups are not served"
	noStreams   = "streams groups are not served"
	noBuffer    = "coordinators take buffers as they need them"
	noOffload   = "assignments are made where the group is, on no other thread"
)

// fixed are the keys that Kafka changes while a broker runs and kbroker does not, each with the reason. To take such a change
// would be to report as effective what is not. A test holds that every dynamic key is either here or on the list of
// those that are followed.
var fixed = map[string]string{
	"num.io.threads":                                   noPool,
	"num.network.threads":                              noPool,
	"background.threads":                               noPool,
	"num.recovery.threads.per.data.dir":                noPool,
	"num.replica.fetchers":                             noPool,
	"log.cleaner.threads":                              "one thread cleans the logs",
	"log.cleaner.io.max.bytes.per.second":              "the cleaner's reading and writing has no such limit",
	"log.cleaner.io.buffer.load.factor":                "the cleaner's map of offsets grows as it is filled",
	"log.index.size.max.bytes":                         "indexes grow with their segment",
	"group.coordinator.cached.buffer.max.bytes":        noBuffer,
	"share.coordinator.cached.buffer.max.bytes":        noBuffer,
	"group.consumer.assignor.offload.enable":           noOffload,
	"group.share.assignor.offload.enable":              noShare,
	"group.share.assignment.interval.ms":               noShare,
	"errors.deadletterqueue.auto.create.topics.enable": noShare,
	"errors.deadletterqueue.topic.name.prefix":         noShare,
	"group.streams.assignor.offload.enable":            noStreams,
	"group.streams.assignment.interval.ms":             noStreams,
	"metric.reporters":                                 "classes cannot be loaded into this broker",
	"listeners":                                        noListener,
	"listener.security.protocol.map":                   noListener,
	"sasl.enabled.mechanisms":                          noMechanism,
	"sasl.mechanism.inter.broker.protocol":             noMechanism,
	"cordoned.log.dirs":                                "new replicas would be placed there all the same",
}

// StartOnly reports whether a broker key changes by a restart only, though Kafka changes it while a broker runs.
func StartOnly(name string) bool { return fixed[name] != "" }

// Fixed says why a dynamic broker key cannot take a value while the broker runs, empty when it can; now gives the effective
// value of a key. The value that is in effect is no change.
func Fixed(name string, v cd.Value, now func(name string) cd.Value) string {
	k, perListener := BaseKey(name)
	switch {
	case k == nil:
		return ""
	case perListener && slices.Contains(connectionLimits, k.Name):
		return "limits of connections hold for all listeners together"
	case perListener || fixed[k.Name] == "" || v.String() == now(k.Name).String():
		return ""
	}
	return fixed[k.Name]
}

// connectionLimits are keys that Kafka refuses at 0 while a broker runs.
var connectionLimits = []string{"max.connections", "max.connection.creation.rate"}

// validateFixed refuses what is not applied while the broker runs. What was stored before stays.
func validateFixed(current, next map[string]string, env Environment) *AlterError {
	for _, name := range slices.Sorted(maps.Keys(next)) {
		k, _ := BaseKey(name)
		if was, had := current[name]; k == nil || had && was == next[name] {
			continue
		}
		v, err := k.Parse(next[name])
		if err != nil {
			return invalidRequest(err.Error())
		}
		if name == "listeners" {
			if e, ok := noEndpoint(v.List()); ok {
				return invalidRequest("Error creating broker listeners from '[" + strings.Join(v.List(), ", ") + "]': Unable to parse " + e + " to a broker endpoint")
			}
		}
		if why := Fixed(name, v, env.value); why != "" {
			return invalidRequest(name + "=" + next[name] + " is refused: " + why + ". Remove the setting or leave it as it is.")
		}
	}
	return nil
}

// noEndpoint returns the first entry that is not NAME://host:port; the host may be left out.
func noEndpoint(entries []string) (string, bool) {
	for _, e := range entries {
		name, addr, found := strings.Cut(e, "://")
		if strings.HasPrefix(addr, ":") {
			addr = "any" + addr
		}
		if _, _, ok := SplitHostPort(addr); !found || name == "" || !ok {
			return e, true
		}
	}
	return "", false
}

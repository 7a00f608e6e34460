package kafka

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// ListenerPrefix starts a key that holds for one listener only: listener.name.<lower-case name>.<key>.
const ListenerPrefix = "listener.name."

// BaseKey finds the definition behind a broker key's name. It understands listener.name.<listener>.<key> and
// listener.name.<listener>.<mechanism>.<sasl key>; perListener tells that the name had such a prefix.
func BaseKey(name string) (k *cd.Key, perListener bool) {
	if k := Broker.Lookup(name); k != nil {
		return k, false
	}
	if k := BrokerDynamicOnly.Lookup(name); k != nil {
		return k, false
	}
	rest, found := strings.CutPrefix(name, ListenerPrefix)
	if !found {
		return nil, false
	}
	for {
		_, after, more := strings.Cut(rest, ".")
		if !more {
			return nil, true
		}
		if k := Broker.Lookup(after); k != nil {
			return k, true
		}
		rest = after
	}
}

// security keys change at run time only with a listener prefix.
func isSecurityKey(k *cd.Key) bool {
	return k.Dynamic == cd.PerBroker && (strings.HasPrefix(k.Name, "ssl.") || strings.HasPrefix(k.Name, "sasl.") ||
		k.Name == "principal.builder.class") && k.Name != "sasl.enabled.mechanisms" &&
		k.Name != "sasl.mechanism.inter.broker.protocol"
}

// validateBroker checks the dynamic configuration of one broker, or of all of them when name is empty. Unknown names
// are kept, as Kafka keeps them.
func validateBroker(name string, current, next map[string]string, env Environment) *AlterError {
	if err := validateBrokerModes(name == "", next); err != nil {
		return err
	}
	if err := validateBrokerValues(next); err != nil {
		return invalidRequest(err.Error())
	}
	if err := validateInsyncReplicas(name, current, next, env); err != nil {
		return err
	}
	if err := validateTogether(current, next, env); err != nil {
		return err
	}
	for _, key := range resizablePools {
		if err := validatePool(key, current, next, env); err != nil {
			return err
		}
	}
	return validateFixed(current, next, env)
}

// assignmentIntervals have a largest value in the broker's configuration.
var assignmentIntervals = []string{"group.consumer", "group.share", "group.streams"}

// validateTogether holds Kafka's checks of one key against another, and of the keys that it looks at by hand.
func validateTogether(current, next map[string]string, env Environment) *AlterError {
	value := func(name string) cd.Value {
		if text, set := next[name]; set {
			if v, err := Broker.Parse(name, text); err == nil {
				return v
			}
		}
		return env.value(name)
	}
	sets := func(name string) bool {
		text, set := next[name]
		was, had := current[name]
		return set && !(had && was == text)
	}
	for _, name := range slices.Sorted(maps.Keys(next)) {
		if k, _ := BaseKey(name); k != nil && sets(name) && slices.Contains(connectionLimits, k.Name) {
			if v, err := k.Parse(next[name]); err == nil && v.Int() == 0 {
				return invalidRequest("Invalid " + k.Name + " 0")
			}
		}
	}
	if sets("max.connections.per.ip") && value("max.connections.per.ip").Int() == 0 && len(splitParts(value("max.connections.per.ip.overrides").Text())) == 0 {
		return invalidRequest("max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.")
	}
	threads, buffer := value("log.cleaner.threads").Int(), value("log.cleaner.dedupe.buffer.size").Int()
	if (sets("log.cleaner.threads") || sets("log.cleaner.dedupe.buffer.size")) && buffer <= threads<<20 {
		return invalidRequest("log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.")
	}
	for _, kind := range assignmentIntervals {
		key, most := kind+".assignment.interval.ms", kind+".max.assignment.interval.ms"
		if sets(key) && value(key).Int() > value(most).Int() {
			return invalidRequest(key + " must be less than or equal to " + most)
		}
	}
	return nil
}

func validateBrokerModes(clusterWide bool, next map[string]string) *AlterError {
	var readOnly, security, perBroker []string
	for _, n := range slices.Sorted(maps.Keys(next)) {
		k, perListener := BaseKey(n)
		switch {
		case k == nil:
		case k.Dynamic == cd.ReadOnly:
			readOnly = append(readOnly, n)
		case !perListener && isSecurityKey(k):
			security = append(security, n)
		case clusterWide && (perListener || k.Dynamic == cd.PerBroker):
			perBroker = append(perBroker, n)
		}
	}
	switch {
	case len(readOnly) > 0:
		return invalidRequest("Cannot update these configs dynamically: [" + strings.Join(readOnly, ", ") + "]")
	case len(security) > 0:
		return invalidRequest("These security configs can be dynamically updated only per-listener using the listener prefix: [" +
			strings.Join(security, ", ") + "]")
	case len(perBroker) > 0:
		return invalidRequest("Cannot update these configs at default cluster level, broker id must be specified: [" +
			strings.Join(perBroker, ", ") + "]")
	}
	return nil
}

func validateBrokerValues(next map[string]string) error {
	for _, n := range slices.Sorted(maps.Keys(next)) {
		k, _ := BaseKey(n)
		if k == nil {
			continue
		}
		v, err := k.Parse(next[n])
		if err != nil {
			return err
		}
		if err := checkBrokerValue(n, k, v); err != nil {
			return err
		}
	}
	return nil
}

// checkBrokerValue holds checks that Kafka makes outside its table.
func checkBrokerValue(name string, k *cd.Key, v cd.Value) error {
	switch k.Name {
	case "log.retention.ms":
		if v.Int() < -1 || v.Int() == 0 {
			return cd.Complaint(name, name+" must be unlimited (-1) or, greater than or equal to 1")
		}
	case "log.roll.ms":
		if v.Int() < 1 {
			return cd.Complaint(name, name+" must be greater than or equal to 1")
		}
	case "max.connections.per.ip.overrides":
		_, err := ParseConnectionOverrides(v.Text())
		return err
	}
	if k.Handling == cd.Refuse {
		return Refusal(name, v)
	}
	return nil
}

// validateInsyncReplicas keeps min.insync.replicas at the cluster's default while ELR is on (KIP-966).
func validateInsyncReplicas(broker string, current, next map[string]string, env Environment) *AlterError {
	const key = "min.insync.replicas"
	was, had := current[key]
	is, has := next[key]
	switch {
	case !env.ELR || had == has && was == is:
		return nil
	case broker != "":
		return invalidConfig("Broker-level min.insync.replicas cannot be altered while ELR is enabled.")
	case !has:
		return invalidConfig("Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")
	}
	return nil
}

// resizablePools may at most double or halve in one step.
var resizablePools = []string{"background.threads", "log.cleaner.threads", "num.io.threads", "num.network.threads",
	"num.recovery.threads.per.data.dir", "num.replica.fetchers", "remote.log.manager.copier.thread.pool.size",
	"remote.log.manager.expiration.thread.pool.size", "remote.log.manager.follower.thread.pool.size", "remote.log.reader.threads"}

func validatePool(key string, current, next map[string]string, env Environment) *AlterError {
	text, set := next[key]
	if !set || current[key] == text {
		return nil
	}
	is := env.value(key).Int()
	if was, had := current[key]; had {
		if v, err := Broker.Parse(key, was); err == nil {
			is = v.Int()
		}
	}
	v, err := Broker.Parse(key, text)
	if err != nil {
		return invalidRequest(err.Error())
	}
	switch want := v.Int(); {
	case key == "log.cleaner.threads" && want < 1:
		return invalidRequest("Log cleaner threads should be at least 1")
	case want < is/2:
		return invalidRequest(fmt.Sprintf("Dynamic thread count update validation failed for %s=%d, "+
			"value should be at least half the current value %d", key, want, is))
	case want > is*2:
		return invalidRequest(fmt.Sprintf("Dynamic thread count update validation failed for %s=%d, "+
			"value should not be greater than double the current value %d", key, want, is))
	}
	return nil
}

// ParseConnectionOverrides reads max.connections.per.ip.overrides: host:limit entries.
func ParseConnectionOverrides(text string) (map[string]int32, error) {
	const key = "max.connections.per.ip.overrides"
	out := map[string]int32{}
	for _, e := range splitParts(text) {
		i := strings.LastIndexByte(e, ':')
		if i <= 0 {
			return nil, cd.Complaint(key, "Error parsing configuration property '"+key+"': "+e+" is not host:limit")
		}
		n, err := Broker.Parse("max.connections.per.ip", e[i+1:])
		if err != nil {
			return nil, cd.Complaint(key, "Error parsing configuration property '"+key+"': "+err.Error())
		}
		out[strings.TrimSpace(e[:i])] = int32(n.Int())
	}
	return out, nil
}

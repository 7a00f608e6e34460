package kafka

import (
	"fmt"
	"maps"
	"slices"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// Environment is what checks of dynamic configuration look at beside the values themselves.
type Environment struct {
	// Broker gives the effective value, as text, of a broker key on this node: group limits, thread counts. A nil func
	// stands for Kafka's defaults.
	Broker func(name string) string
	// ELR tells that eligible leader replicas are on, which pins min.insync.replicas to the cluster's default.
	ELR bool
}

// value reads a broker key through the environment.
func (e Environment) value(name string) cd.Value {
	k := Broker.Lookup(name)
	if k == nil {
		return cd.Value{}
	}
	if e.Broker != nil {
		if v, err := k.Parse(e.Broker(name)); err == nil {
			return v
		}
	}
	return k.DefaultValue()
}

// Validate checks the whole new map of a resource, as Kafka's broker and controller do together; current is the map
// before the alteration. The caller has checked that a topic exists.
func Validate(r Resource, current, next map[string]string, env Environment) *AlterError {
	switch r.Type {
	case ResourceTopic:
		if r.Name == "" {
			return invalidRequest("Default topic resources are not allowed.")
		}
		return ValidateTopic(next)
	case ResourceBroker:
		return validateBroker(r.Name, current, next, env)
	case ResourceGroup:
		if r.Name == "" {
			return invalidRequest("Default group resources are not allowed.")
		}
		return validateGroup(next, env)
	case ResourceClientMetrics:
		if r.Name == "" {
			return invalidRequest("Subscription name can't be empty")
		}
		return validateClientMetrics(next)
	}
	return invalidRequest(fmt.Sprintf("Unknown resource type %d", r.Type))
}

// ValidateTopic checks the configs of a topic, at creation and when they are altered. An empty map is well formed.
func ValidateTopic(configs map[string]string) *AlterError {
	if err := checkNames(Topic, configs, "Unknown topic config name: ", CodeInvalidConfig); err != nil {
		return err
	}
	values, err := parseAll(Topic, configs)
	if err != nil {
		return invalidConfig(err.Error())
	}
	least, most := values("min.compaction.lag.ms").Int(), values("max.compaction.lag.ms").Int()
	if least > most {
		return invalidConfig(fmt.Sprintf(
			"conflict topic config setting min.compaction.lag.ms (%d) > max.compaction.lag.ms (%d)", least, most))
	}
	if values("remote.storage.enable").Bool() {
		return invalidConfig("Tiered Storage functionality is disabled in the broker. " +
			"Topic cannot be configured with remote log storage.")
	}
	return nil
}

// checkNames refuses the first unknown name in order.
func checkNames(def *cd.Def, configs map[string]string, text string, code int16) *AlterError {
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		if def.Lookup(name) == nil {
			return &AlterError{Code: code, Message: text + name}
		}
	}
	return nil
}

// parseAll parses what is set, in the order of the definitions, and returns a reader that falls back to defaults.
func parseAll(def *cd.Def, configs map[string]string) (func(name string) cd.Value, error) {
	parsed := make(map[string]cd.Value, len(configs))
	for i := range def.Keys() {
		k := &def.Keys()[i]
		text, set := configs[k.Name]
		if !set {
			continue
		}
		v, err := k.Parse(text)
		if err != nil {
			return nil, err
		}
		parsed[k.Name] = v
	}
	return func(name string) cd.Value {
		if v, set := parsed[name]; set {
			return v
		}
		return def.Lookup(name).DefaultValue()
	}, nil
}

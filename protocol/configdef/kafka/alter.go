package kafka

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// ResourceType is the kind of a config resource; the numbers are those of the wire.
type ResourceType int8

// The resources that carry configuration.
const (
	ResourceTopic         ResourceType = 2
	ResourceBroker        ResourceType = 4
	ResourceBrokerLogger  ResourceType = 8
	ResourceClientMetrics ResourceType = 16
	ResourceGroup         ResourceType = 32
)

// Resource names one holder of configuration. A broker with an empty name is the default of all brokers.
type Resource struct {
	Type ResourceType
	Name string
}

// Set is the set of keys that a type of resource takes; nil for loggers and unknown types.
func (t ResourceType) Set() *cd.Def {
	switch t {
	case ResourceTopic:
		return Topic
	case ResourceBroker:
		return Broker
	case ResourceClientMetrics:
		return ClientMetrics
	case ResourceGroup:
		return Group
	}
	return nil
}

// Op is what an incremental alteration does to one key; the numbers are those of the wire.
type Op int8

// The four operations of IncrementalAlterConfigs (KIP-339).
const (
	OpSet Op = iota
	OpDelete
	OpAppend
	OpSubtract
)

// Operation is one entry of an alteration. Value is nil where the request had none.
type Operation struct {
	Name  string
	Op    Op
	Value *string
}

// Change is what became of one key; Value is nil when the key was removed.
type Change struct {
	Name  string
	Value *string
}

// Result of an alteration: the whole new map and, in the order of the request, what differs from the old one.
type Result struct {
	Next    map[string]string
	Changes []Change
}

// Error codes of the protocol that alterations give.
const (
	CodeUnknownServer  int16 = -1
	CodeInvalidTopic   int16 = 17
	CodeInvalidConfig  int16 = 40
	CodeInvalidRequest int16 = 42
)

// AlterError is a refused alteration: the protocol's error code and the text for the client, empty where Kafka gives none.
type AlterError struct {
	Code    int16
	Message string
}

func (e *AlterError) Error() string { return e.Message }

func invalidRequest(text string) *AlterError {
	return &AlterError{Code: CodeInvalidRequest, Message: text}
}
func invalidConfig(text string) *AlterError {
	return &AlterError{Code: CodeInvalidConfig, Message: text}
}

// Alter applies incremental operations (IncrementalAlterConfigs) to a resource's current map, which it does not change.
// Operations on one key twice, missing values, and APPEND or SUBTRACT on a key that is no list are errors. APPEND and
// SUBTRACT start from the key's default when it is not set; appending what is there changes nothing. The result is not
// yet checked: see Validate.
func Alter(t ResourceType, current map[string]string, ops []Operation) (Result, *AlterError) {
	if err := CheckShape(ops); err != nil {
		return Result{}, err
	}
	if t == ResourceBroker {
		if err := checkBrokerOps(ops); err != nil {
			return Result{}, err
		}
	}
	if len(ops) == 0 {
		return Result{Next: current}, nil // nothing of the size of a request is spent on it
	}
	next := maps.Clone(current)
	if next == nil {
		next = map[string]string{}
	}
	for _, o := range ops {
		switch o.Op {
		case OpSet:
			next[o.Name] = *o.Value
		case OpDelete:
			delete(next, o.Name)
		case OpAppend, OpSubtract:
			if !splittable(t, o.Name) {
				return Result{}, invalidConfig("Can't " + o.Op.String() + " to key " + o.Name + " because its type is not LIST.")
			}
			next[o.Name] = combine(t, next, o)
		default:
			return Result{}, &AlterError{Code: CodeUnknownServer} // as Apache Kafka's controller answers an operation that there is not
		}
	}
	return Result{Next: next, Changes: diff(current, next, ops)}, nil
}

// Replace applies the older AlterConfigs: the entries become the whole map, what they omit goes back to its default.
func Replace(current map[string]string, entries []Operation) (Result, *AlterError) {
	if err := CheckShape(entries); err != nil {
		return Result{}, err
	}
	next := make(map[string]string, len(entries))
	for _, e := range entries {
		next[e.Name] = *e.Value
	}
	ops := slices.Clone(entries)
	for _, name := range slices.Sorted(maps.Keys(current)) {
		if _, kept := next[name]; !kept {
			ops = append(ops, Operation{Name: name, Op: OpDelete})
		}
	}
	return Result{Next: next, Changes: diff(current, next, ops)}, nil
}

// String is the name used in messages.
func (o Op) String() string {
	if o < OpSet || o > OpSubtract {
		return "UNKNOWN"
	}
	return [...]string{"SET", "DELETE", "APPEND", "SUBTRACT"}[o]
}

// CheckShape refuses operations that no resource takes: one key twice, or no value where one is needed.
func CheckShape(ops []Operation) *AlterError {
	seen := make(map[string]bool, len(ops))
	var null []string
	for _, o := range ops {
		if seen[o.Name] {
			return invalidRequest("Error due to duplicate config keys")
		}
		seen[o.Name] = true
		if o.Value == nil && o.Op != OpDelete {
			null = append(null, o.Name)
		}
	}
	if len(null) > 0 {
		return invalidRequest("Null value not supported for : " + strings.Join(null, ", "))
	}
	return nil
}

// checkBrokerOps is what a broker of Apache Kafka says of its own configuration before the controller sees it.
func checkBrokerOps(ops []Operation) *AlterError {
	for _, o := range ops {
		switch o.Op {
		case OpSet, OpDelete:
		case OpAppend, OpSubtract:
			k := Broker.Lookup(o.Name)
			if k == nil {
				return invalidConfig("Unknown config name: " + o.Name)
			}
			if k.Type != cd.List {
				return invalidConfig("Config value " + strings.ToLower(o.Op.String()) + " is not allowed for config key: " + o.Name)
			}
		default:
			return invalidRequest("Unknown operations type " + strconv.Itoa(int(o.Op)))
		}
	}
	return nil
}

// splittable: Kafka's controller knows the types of broker and topic keys only, so lists of groups and client metrics
// cannot be appended to.
func splittable(t ResourceType, name string) bool {
	if t != ResourceTopic && t != ResourceBroker {
		return false
	}
	k := t.Set().Lookup(name)
	return k != nil && k.Type == cd.List
}

func combine(t ResourceType, m map[string]string, o Operation) string {
	old, set := m[o.Name]
	if !set {
		old, _ = t.Set().Lookup(o.Name).Default.Get()
	}
	parts := slices.DeleteFunc(strings.Split(old, ","), func(part string) bool { return part == "" })
	for _, p := range operands(*o.Value) {
		at := slices.Index(parts, p)
		switch {
		case o.Op == OpAppend && at < 0:
			parts = append(parts, p)
		case o.Op == OpSubtract && at >= 0:
			parts = slices.Delete(parts, at, at+1)
		}
	}
	return strings.Join(parts, ",")
}

// operands splits the value of an APPEND or SUBTRACT as Java does, on which Kafka's answers to odd values rest: an empty value
// is one empty part, and empty parts at the end do not count.
func operands(value string) []string {
	if value == "" {
		return []string{""}
	}
	parts := strings.Split(value, ",")
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

func splitParts(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

func diff(old, next map[string]string, ops []Operation) []Change {
	var out []Change
	for _, o := range ops {
		was, had := old[o.Name]
		is, has := next[o.Name]
		switch {
		case has && (!had || was != is):
			v := is
			out = append(out, Change{Name: o.Name, Value: &v})
		case had && !has:
			out = append(out, Change{Name: o.Name})
		}
	}
	return out
}

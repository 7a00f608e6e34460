package configdef

// Type is the type of a key's value; the numbers are those of DescribeConfigs' config_type.
type Type uint8

// The nine types of Kafka's ConfigDef. Unknown is what DescribeConfigs reports for a key that nobody defined.
const (
	Unknown Type = iota
	Boolean
	String
	Int
	Short
	Long
	Double
	List
	Class
	Password
)

var typeNames = [...]string{"UNKNOWN", "BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"}

// String is the upper-case name that Kafka uses in messages.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return typeNames[Unknown]
}

// Sensitive tells whether values of the type are hidden when a configuration is shown. A key nobody defined counts as
// secret, since nobody can say that it is not.
func (t Type) Sensitive() bool { return t == Password || t == Unknown }

// Importance says how much an operator should care about a key.
type Importance uint8

// From most to least important.
const (
	High Importance = iota
	Medium
	Low
)

// String is the lower-case name.
func (i Importance) String() string { return [...]string{"high", "medium", "low"}[min(i, Low)] }

// Scope is the kind of resource a key belongs to.
type Scope uint8

// The resources whose keys are defined.
const (
	ScopeBroker Scope = iota
	ScopeTopic
	ScopeGroup
	ScopeClientMetrics
)

// String is the name Kafka's tools use for the resource.
func (s Scope) String() string {
	return [...]string{"broker", "topic", "group", "client-metrics"}[min(s, ScopeClientMetrics)]
}

// DynamicMode says how a broker key may change while the node runs. Keys of other scopes always may.
type DynamicMode uint8

// Read-only keys change by a restart only; per-broker keys change on one broker; cluster-wide keys also as the default of
// all brokers.
const (
	ReadOnly DynamicMode = iota
	PerBroker
	ClusterWide
)

// String is the name Kafka's documentation uses.
func (m DynamicMode) String() string {
	return [...]string{"read-only", "per-broker", "cluster-wide"}[min(m, ClusterWide)]
}

// Handling is what kbroker does with a key.
type Handling uint8

// Honour: behaviour follows. Accept: the value is kept and reported, with no or approximate effect. Refuse: a value that
// would change safety or placement without being obeyed is refused with a sentence.
const (
	Honour Handling = iota
	Accept
	Refuse
)

// String is the lower-case name.
func (h Handling) String() string { return [...]string{"honour", "accept", "refuse"}[min(h, Refuse)] }

// Default is the value of a key that nobody set: a text, no value at all, or the demand that somebody sets one.
type Default struct {
	text string
	kind uint8
}

const (
	defaultNull uint8 = iota
	defaultText
	defaultRequired
)

// NoValue is the default of a key that may stay without a value (Kafka's null).
func NoValue() Default { return Default{} }

// Required is the default of a key that must be set.
func Required() Default { return Default{kind: defaultRequired} }

// Text is a default written as it would stand in a property file.
func Text(s string) Default { return Default{text: s, kind: defaultText} }

// IsRequired tells that there is no default.
func (d Default) IsRequired() bool { return d.kind == defaultRequired }

// Get returns the default's text; ok is false where there is none.
func (d Default) Get() (text string, ok bool) { return d.text, d.kind == defaultText }

// Synonym names another key from which a value may come, and the factor that turns its unit into this key's.
type Synonym struct {
	Name   string
	Factor int64 // 1 where the units agree; 3_600_000 for hours to milliseconds
}

// Key is one configuration key. It is immutable once it stands in a Def.
type Key struct {
	Name       string
	Type       Type
	Default    Default
	Importance Importance
	Doc        string // one sentence
	Validator  Validator
	Scope      Scope
	Dynamic    DynamicMode
	Handling   Handling
	Internal   bool // not shown unless set
	// Synonyms in order of precedence. For a broker key the list holds the key itself and its older names, in the order
	// in which Kafka looks at them; for topic and group keys the broker keys that give the default.
	Synonyms []Synonym
}

// DefaultValue parses the key's own default. A key without a default, and a required key, give the null value.
func (k *Key) DefaultValue() Value {
	text, ok := k.Default.Get()
	if !ok {
		return Value{typ: k.Type, null: true}
	}
	v, err := parseType(k.Name, text, k.Type)
	if err != nil {
		return Value{typ: k.Type, null: true}
	}
	return v
}

// Parse turns text into a value of the key's type and checks it. The error is an *Error worded as Kafka's.
func (k *Key) Parse(text string) (Value, error) {
	v, err := parseType(k.Name, text, k.Type)
	if err != nil {
		return Value{}, err
	}
	if k.Validator == nil {
		return v, nil
	}
	if d, ok := k.Validator.(deduplicator); ok {
		v = d.dedup(v)
	}
	if err := k.Validator.Check(k.Name, v); err != nil {
		return Value{}, err
	}
	return v, nil
}

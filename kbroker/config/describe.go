package config

import (
	"maps"
	"slices"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// Source says where a described value comes from; the numbers are those of DescribeConfigs.
type Source int8

// The sources of KIP-226 and later.
const (
	SourceTopic          Source = 1
	SourceDynamicBroker  Source = 2
	SourceDynamicDefault Source = 3
	SourceStatic         Source = 4
	SourceDefault        Source = 5
	SourceBrokerLogger   Source = 6
	SourceClientMetrics  Source = 7
	SourceGroup          Source = 8
)

// Synonym is one step of the way a value takes through the layers, the step that counts first.
type Synonym struct {
	Name   string
	Value  *string // nil: hidden
	Source Source
}

// Entry is one row of DescribeConfigs.
type Entry struct {
	Name      string
	Value     *string // nil: no value, or hidden
	Source    Source
	ReadOnly  bool
	Sensitive bool
	Type      cd.Type
	Synonyms  []Synonym // empty unless asked for
	Doc       *string   // nil unless asked for
}

// Query says what to describe.
type Query struct {
	Names           []string // nil: all
	IncludeSynonyms bool
	IncludeDoc      bool
}

func (q Query) wants(name string) bool { return q.Names == nil || slices.Contains(q.Names, name) }

// DescribeBroker describes this node: every key of Kafka's table that is not internal, and everything that was set,
// unknown names included, which are hidden because nobody can say that they are no secrets. Sorted by name.
func (s *Snapshot) DescribeBroker(q Query) []Entry {
	names := map[string]bool{}
	for name := range s.values {
		names[name] = true
	}
	for i := range kafka.Broker.Keys() {
		if k := &kafka.Broker.Keys()[i]; !k.Internal {
			names[k.Name] = true
		}
	}
	var out []Entry
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !q.wants(name) {
			continue
		}
		var value *string
		if k := kafka.Broker.Lookup(name); k != nil {
			value = textOf(s.Value(name))
		} else {
			v := s.values[name]
			value = &v
		}
		out = append(out, s.brokerEntry(name, value, true, q))
	}
	return out
}

// DescribeBrokerDefault describes the dynamic default of all brokers: what is set there and nothing else.
func (s *Snapshot) DescribeBrokerDefault(q Query) []Entry {
	var out []Entry
	for _, name := range slices.Sorted(maps.Keys(s.dynamicDefault)) {
		if q.wants(name) {
			v := s.dynamicDefault[name]
			out = append(out, s.brokerEntry(name, &v, false, q))
		}
	}
	return out
}

func (s *Snapshot) brokerEntry(name string, value *string, perBroker bool, q Query) Entry {
	k, _ := kafka.BaseKey(name)
	e := Entry{Name: name, ReadOnly: !isDynamicName(name), Source: SourceDefault}
	if k != nil {
		e.Type = k.Type
	}
	e.Sensitive = e.Type.Sensitive()
	if !e.Sensitive {
		e.Value = value
	}
	chain := s.synonyms(name, e.Sensitive)
	if !perBroker {
		chain = slices.DeleteFunc(chain, func(y Synonym) bool { return y.Source != SourceDynamicDefault })
	}
	return finish(e, chain, k, q)
}

// isDynamicName: Kafka lists dynamic names without listener prefixes, so a prefixed one is shown as read-only.
func isDynamicName(name string) bool {
	if kafka.BrokerDynamicOnly.Lookup(name) != nil {
		return true
	}
	k := kafka.Broker.Lookup(name)
	return k != nil && k.Dynamic != cd.ReadOnly
}

// finish sets source, synonyms and documentation from the chain.
func finish(e Entry, chain []Synonym, k *cd.Key, q Query) Entry {
	if len(chain) > 0 {
		e.Source = chain[0].Source
	}
	if q.IncludeSynonyms {
		e.Synonyms = chain
	}
	if q.IncludeDoc && k != nil {
		e.Doc = &k.Doc
	}
	return e
}

// synonyms lists where a broker key's value may come from: the dynamic layers, the file, the defaults, each with the
// key's synonyms in order. What stands before the first mention of the key itself is dropped, as Kafka drops it.
func (s *Snapshot) synonyms(name string, hide bool) []Synonym {
	names := brokerSynonyms(name)
	var out []Synonym
	add := func(n, text string, src Source) {
		y := Synonym{Name: n, Source: src}
		if !hide {
			y.Value = &text
		}
		out = append(out, y)
	}
	for _, layer := range []struct {
		values map[string]string
		source Source
	}{{s.dynamicBroker, SourceDynamicBroker}, {s.dynamicDefault, SourceDynamicDefault}, {s.static.values, SourceStatic}} {
		for _, n := range names {
			if text, set := layer.values[n]; set {
				add(n, text, layer.source)
			}
		}
	}
	for _, n := range names {
		if k := kafka.Broker.Lookup(n); k != nil {
			if v := k.DefaultValue(); !v.IsNull() {
				add(n, v.String(), SourceDefault)
			}
		}
	}
	first := slices.IndexFunc(out, func(y Synonym) bool { return y.Name == name })
	if first < 0 {
		return nil
	}
	return out[first:]
}

// brokerSynonyms is the key and its older names in order, or for a listener's key the key and the one without prefix.
func brokerSynonyms(name string) []string {
	k, perListener := kafka.BaseKey(name)
	switch {
	case k == nil:
		return []string{name}
	case perListener:
		return []string{name, k.Name}
	case len(k.Synonyms) == 0:
		return []string{name}
	}
	out := make([]string, 0, len(k.Synonyms))
	for _, s := range k.Synonyms {
		out = append(out, s.Name)
	}
	return out
}

// DescribeTopic describes a topic with the given overrides: every key that is not internal, and what is set.
func (s *Snapshot) DescribeTopic(overrides map[string]string, q Query) []Entry {
	var out []Entry
	for _, name := range kafka.Topic.Names() {
		k := kafka.Topic.Lookup(name)
		_, set := overrides[name]
		if !q.wants(name) || k.Internal && !set {
			continue
		}
		e := Entry{Name: name, Type: k.Type, Value: textOf(topicValue(s.values, overrides, k)), Source: SourceDefault}
		var chain []Synonym
		if set {
			chain = append(chain, Synonym{Name: name, Value: e.Value, Source: SourceTopic})
		}
		if len(k.Synonyms) > 0 {
			chain = append(chain, s.synonyms(k.Synonyms[0].Name, false)...)
		}
		out = append(out, finish(e, chain, k, q))
	}
	return out
}

// DescribeGroup describes a group, which need not exist, with the given overrides.
func (s *Snapshot) DescribeGroup(overrides map[string]string, q Query) []Entry {
	var out []Entry
	for _, name := range kafka.Group.Names() {
		k := kafka.Group.Lookup(name)
		_, set := overrides[name]
		if !q.wants(name) || k.Internal && !set {
			continue
		}
		e := Entry{Name: name, Type: k.Type, Value: textOf(s.GroupValue(overrides, name)), Source: SourceDefault}
		var chain []Synonym
		if set {
			chain = append(chain, Synonym{Name: name, Value: e.Value, Source: SourceGroup})
		}
		if len(k.Synonyms) > 0 {
			chain = append(chain, s.synonyms(k.Synonyms[0].Name, false)...)
		} else if v := k.DefaultValue(); !v.IsNull() {
			chain = append(chain, Synonym{Name: name, Value: textOf(v), Source: SourceDefault})
		}
		out = append(out, finish(e, chain, k, q))
	}
	return out
}

// DescribeClientMetrics describes a subscription, which need not exist.
func DescribeClientMetrics(configs map[string]string, q Query) []Entry {
	var out []Entry
	for _, name := range kafka.ClientMetrics.Names() {
		if !q.wants(name) {
			continue
		}
		k := kafka.ClientMetrics.Lookup(name)
		e := Entry{Name: name, Type: k.Type, Value: textOf(k.DefaultValue()), Source: SourceDefault}
		var chain []Synonym
		if text, set := configs[name]; set {
			if v, err := k.Parse(text); err == nil {
				e.Value = textOf(v)
			}
			chain = []Synonym{{Name: name, Value: e.Value, Source: SourceClientMetrics}}
		}
		out = append(out, finish(e, chain, k, q))
	}
	return out
}

// textOf is a value as shown; nil for no value.
func textOf(v cd.Value) *string {
	if v.IsNull() {
		return nil
	}
	s := v.String()
	return &s
}

package config

import (
	"maps"
	"slices"
	"sync"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// maxCachedTopics bounds the typed topic configurations that a snapshot remembers.
const maxCachedTopics = 1 << 16

// Snapshot is the effective configuration of a node at one moment. It is immutable and safe for any number of readers.
type Snapshot struct {
	static         *Static
	dynamicDefault map[string]string
	dynamicBroker  map[string]string
	values         map[string]string // effective broker values that are set
	broker         Broker
	plain          *Topic // a topic without overrides

	mu     sync.Mutex // guards topics, held for a map access only
	topics map[string]cachedTopic
}

type cachedTopic struct {
	overrides map[string]string
	topic     *Topic
}

// NewSnapshot lays the dynamic default of all brokers and the dynamic configuration of this one over the static one.
// Dynamic values that do not parse, or that do not change at run time here, are left out and returned as warnings: a record
// in the metadata log must not stop a node.
func NewSnapshot(s *Static, dynamicDefault, dynamicBroker map[string]string) (*Snapshot, []Warning) {
	var warnings []Warning
	sift := func(in map[string]string, clusterWide bool) map[string]string {
		out := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(in)) {
			text := in[name]
			if why := s.unusable(name, text, clusterWide); why != "" {
				warnings = append(warnings, Warning{name, "dynamic value is ignored: " + why})
				continue
			}
			out[name] = text
		}
		return out
	}
	sn := &Snapshot{static: s, dynamicDefault: sift(dynamicDefault, true), dynamicBroker: sift(dynamicBroker, false),
		topics: map[string]cachedTopic{}}
	sn.values = overlay(overlay(s.values, sn.dynamicDefault), sn.dynamicBroker)
	sn.broker = brokerFrom(sn.values)
	sn.plain = topicFrom(func(name string) cd.Value { return topicValue(sn.values, nil, kafka.Topic.Lookup(name)) })
	return sn, warnings
}

func (s *Static) unusable(name, text string, clusterWide bool) string {
	k, perListener := kafka.BaseKey(name)
	switch {
	case k == nil:
		return ""
	case k.Dynamic == cd.ReadOnly:
		return "it takes effect only at start"
	case clusterWide && (perListener || k.Dynamic == cd.PerBroker):
		return "it can be set per broker only"
	}
	v, err := k.Parse(text)
	if err != nil {
		return err.Error()
	}
	return kafka.Fixed(name, v, s.Value)
}

// Static is what the node was started with.
func (s *Snapshot) Static() *Static { return s.static }

// Broker is the typed view of broker keys. The caller must not change it.
func (s *Snapshot) Broker() *Broker { return &s.broker }

// Value is the effective value of a broker key, dynamic-only ones (replication throttles) included.
func (s *Snapshot) Value(name string) cd.Value {
	if k := kafka.BrokerDynamicOnly.Lookup(name); k != nil {
		if text, set := s.values[name]; set {
			if v, err := k.Parse(text); err == nil {
				return v
			}
		}
		return k.DefaultValue()
	}
	return read(s.values, name)
}

// ListenerValue is the effective value of a key for one listener.
func (s *Snapshot) ListenerValue(listener, key string) cd.Value {
	over := Static{values: s.values}
	return over.ListenerValue(listener, key)
}

// Environment is what checks of dynamic configuration look at, on this node.
func (s *Snapshot) Environment(elr bool) kafka.Environment {
	return kafka.Environment{ELR: elr, Broker: func(name string) string { return s.Value(name).String() }}
}

// Topic is the typed configuration of a topic with the given overrides (its records in the metadata log). The answer is
// shared: the caller must not change it. Overrides that do not parse fall back to the broker's.
func (s *Snapshot) Topic(name string, overrides map[string]string) *Topic {
	if len(overrides) == 0 {
		return s.plain
	}
	s.mu.Lock()
	c, ok := s.topics[name]
	s.mu.Unlock()
	if ok && maps.Equal(c.overrides, overrides) {
		return c.topic
	}
	t := topicFrom(func(key string) cd.Value { return topicValue(s.values, overrides, kafka.Topic.Lookup(key)) })
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.topics) >= maxCachedTopics {
		clear(s.topics)
	}
	s.topics[name] = cachedTopic{overrides: maps.Clone(overrides), topic: t}
	return t
}

// GroupValue is the effective value of a group key for a group with the given overrides.
func (s *Snapshot) GroupValue(overrides map[string]string, name string) cd.Value {
	k := kafka.Group.Lookup(name)
	if k == nil {
		return cd.Value{}
	}
	if text, set := overrides[name]; set {
		if v, err := k.Parse(text); err == nil {
			return v
		}
	}
	if len(k.Synonyms) == 0 {
		return k.DefaultValue()
	}
	v := read(s.values, k.Synonyms[0].Name)
	if v.Type() == cd.List && k.Type == cd.String { // streams.assignor.name: the first registered one
		if len(v.List()) == 0 {
			return k.DefaultValue()
		}
		v, _ = k.Parse(v.List()[0])
	}
	return v
}

package state

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/kbroker/kbroker/controller/metadata"
	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Sources of a config value, numbered as in DescribeConfigs.
const (
	sourceTopic         int8 = 1
	sourceBroker        int8 = 2
	sourceBrokerDefault int8 = 3
	sourceStatic        int8 = 4
	sourceDefault       int8 = 5
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// effectiveTopicConfigs lists every topic config with the value that a topic with these configs of its own has (KIP-525).
func (s *State) effectiveTopicConfigs(img *metadata.Image, own map[string]string) []kmsg.CreateTopicsResponseTopicConfig {
	var out []kmsg.CreateTopicsResponseTopicConfig
	for _, k := range s.topicKeys {
		if _, set := own[k.Name]; k.Internal && !set {
			continue
		}
		value, source, ok := s.effective(img, k, own)
		row := kmsg.NewCreateTopicsResponseTopicConfig()
		row.Name, row.Source, row.IsSensitive = k.Name, source, k.Type.Sensitive()
		if ok && !row.IsSensitive {
			row.Value = &value
		}
		out = append(out, row)
	}
	return out
}

// topicKeysByName lists the keys of a topic, sorted.
func topicKeysByName() []*cd.Key {
	all := kafka.Topic.Keys()
	out := make([]*cd.Key, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	slices.SortFunc(out, func(a, b *cd.Key) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// effective returns the value of a topic key through the layers: the topic's own, this node's dynamic one, the dynamic
// default of all brokers, this node's configuration, and the key's default.
func (s *State) effective(img *metadata.Image, k *cd.Key, own map[string]string) (value string, source int8, ok bool) {
	if v, set := own[k.Name]; set {
		return v, sourceTopic, true
	}
	for _, layer := range [...]struct {
		source int8
		get    func(name string) (string, bool)
	}{
		{sourceBroker, lookup(img.Configs(metadata.Resource{Type: metadata.ResourceBroker, Name: strconv.Itoa(int(s.cfg.NodeID))}))},
		{sourceBrokerDefault, lookup(img.Configs(metadata.Resource{Type: metadata.ResourceBroker}))},
		{sourceStatic, s.cfg.Static},
	} {
		for _, syn := range k.Synonyms {
			if v, set := layer.get(syn.Name); set {
				return scaled(v, syn.Factor), layer.source, true
			}
		}
	}
	value, ok = k.Default.Get()
	return value, sourceDefault, ok
}

func lookup(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

// scaled turns a value of another unit into the key's. -1 means no limit in every unit.
func scaled(v string, factor int64) string {
	if factor <= 1 {
		return v
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return v
	}
	return strconv.FormatInt(n*factor, 10)
}

// topicConfig returns the effective value of a topic's config.
func (s *State) topicConfig(img *metadata.Image, topic, key string) cd.Value {
	k := kafka.Topic.Lookup(key)
	text, _, ok := s.effective(img, k, img.Configs(metadata.Resource{Type: metadata.ResourceTopic, Name: topic}))
	if ok {
		if v, err := k.Parse(text); err == nil {
			return v
		}
	}
	return k.DefaultValue()
}

// minInSync is min.insync.replicas of a topic.
func (s *State) minInSync(img *metadata.Image, topic string) int {
	return int(s.topicConfig(img, topic, "min.insync.replicas").Int())
}

// unclean reports whether a replica that is out of sync may lead the topic's partitions as a last resort.
func (s *State) unclean(img *metadata.Image, topic string) bool {
	return s.topicConfig(img, topic, "unclean.leader.election.enable").Bool()
}

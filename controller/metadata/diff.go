package metadata

import "maps"

// Diff returns the delta that leads from one image to another, however they came about: a node that was given a newer
// snapshot tells its publishers of the difference as of any other change. The delta is sealed.
func Diff(base, next *Image) *Delta {
	d := NewDelta(base)
	d.sealed = true
	d.diffTopics(next)
	diffSmall(&d.brokers, next.brokers)
	diffSmall(&d.controllers, next.controllers)
	diffSmall(&d.features, next.features)
	diffSmall(&d.quotas, next.quotas)
	diffSmall(&d.acls, next.acls)
	diffSmall(&d.scram, next.scram)
	diffSmall(&d.tokens, next.tokens)
	d.diffConfigs(next)
	d.nextProducerID, d.kraftVersion = next.nextProducerID, next.kraftVersion
	return d
}

func (d *Delta) diffTopics(next *Image) {
	for _, old := range d.base.Topics() {
		if next.TopicByID(old.ID) == nil {
			d.topics[old.ID] = &topicEdit{base: old}
			if next.Topic(old.Name) == nil {
				d.names[old.Name] = nil
			}
		}
	}
	for _, t := range next.Topics() {
		old := d.base.TopicByID(t.ID)
		e := &topicEdit{base: old, next: t, changed: make(map[int32]struct{})}
		for id := range max(len(t.Partitions), partitionsOf(old)) {
			if !t.Partition(int32(id)).Equal(old.Partition(int32(id))) {
				e.changed[int32(id)] = struct{}{}
			}
		}
		if old == nil || len(e.changed) > 0 {
			d.topics[t.ID], d.names[t.Name] = e, t
		}
	}
}

func partitionsOf(t *Topic) int {
	if t == nil {
		return 0
	}
	return len(t.Partitions)
}

// diffSmall calls every key touched that one side has and the other has not, or has another value of.
func diffSmall[K, V comparable](e *smallEdit[K, V], next map[K]V) {
	for k, v := range next {
		if old, ok := e.base[k]; !ok || old != v {
			e.own(k)
		}
	}
	for k := range e.base {
		if _, ok := next[k]; !ok {
			e.own(k)
		}
	}
	if e.next != nil {
		e.next = next
	}
}

func (d *Delta) diffConfigs(next *Image) {
	d.configs = make(map[Resource]map[string]string)
	d.base.configs.all(func(r Resource, old map[string]string) bool {
		if now := next.Configs(r); !maps.Equal(old, now) {
			d.configs[r] = now
		}
		return true
	})
	next.configs.all(func(r Resource, now map[string]string) bool {
		if d.base.Configs(r) == nil {
			d.configs[r] = now
		}
		return true
	})
}

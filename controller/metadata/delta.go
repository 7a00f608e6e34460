package metadata

import (
	"maps"
	"slices"
)

// Delta is what a run of records changes in an image. One goroutine owns it while records are replayed into it; after
// Apply it is read only and may be shared.
//
// Replay and SetKRaftVersion change it; Apply seals it; all others ask. What the asking methods return about new values
// is complete only after Apply.
type Delta struct {
	base   *Image
	sealed bool

	topics      map[UUID]*topicEdit // created, changed or removed
	brokers     smallEdit[int32, *Broker]
	controllers smallEdit[int32, *Controller]
	features    smallEdit[string, int16]
	quotas      smallEdit[string, *ClientQuota]
	acls        smallEdit[UUID, *ACL]
	scram       smallEdit[ScramKey, *Scram]
	tokens      smallEdit[string, *Token]
	configs     map[Resource]map[string]string // new maps, owned by the delta

	names map[string]*Topic // names that the delta gave (a topic) or took (nil)

	nextProducerID int64
	kraftVersion   int16
	records        int
}

// NewDelta returns the delta that changes nothing in base.
func NewDelta(base *Image) *Delta {
	return &Delta{
		base:           base,
		topics:         make(map[UUID]*topicEdit),
		names:          make(map[string]*Topic),
		brokers:        smallEdit[int32, *Broker]{base: base.brokers},
		controllers:    smallEdit[int32, *Controller]{base: base.controllers},
		features:       smallEdit[string, int16]{base: base.features},
		quotas:         smallEdit[string, *ClientQuota]{base: base.quotas},
		acls:           smallEdit[UUID, *ACL]{base: base.acls},
		scram:          smallEdit[ScramKey, *Scram]{base: base.scram},
		tokens:         smallEdit[string, *Token]{base: base.tokens},
		nextProducerID: base.nextProducerID,
		kraftVersion:   base.kraftVersion,
	}
}

// smallEdit is a map of few entries in the making: copied whole at the first change.
type smallEdit[K comparable, V any] struct {
	base    map[K]V
	next    map[K]V // nil while nothing has changed
	touched map[K]struct{}
}

func (e *smallEdit[K, V]) get(k K) (V, bool) {
	if e.next != nil {
		v, ok := e.next[k]
		return v, ok
	}
	v, ok := e.base[k]
	return v, ok
}

func (e *smallEdit[K, V]) own(k K) map[K]V {
	if e.next == nil {
		if e.next = maps.Clone(e.base); e.next == nil {
			e.next = make(map[K]V)
		}
		e.touched = make(map[K]struct{})
	}
	e.touched[k] = struct{}{}
	return e.next
}

func (e *smallEdit[K, V]) set(k K, v V) { e.own(k)[k] = v }
func (e *smallEdit[K, V]) delete(k K)   { delete(e.own(k), k) }

func (e *smallEdit[K, V]) changed() bool { return e.next != nil }

func (e *smallEdit[K, V]) done() map[K]V {
	if e.next != nil {
		return e.next
	}
	return e.base
}

// Base returns the image that the delta starts from.
func (d *Delta) Base() *Image { return d.base }

// Records returns how many records have been replayed into the delta.
func (d *Delta) Records() int { return d.records }

// SetKRaftVersion notes the level that a KRaftVersion control record tells.
func (d *Delta) SetKRaftVersion(v int16) { d.kraftVersion = v }

// Apply returns the image behind the delta: base, changed by every replayed record, the last of which stands at offset
// and was written in epoch. The delta is sealed: nothing can be replayed into it any more.
func (d *Delta) Apply(offset int64, epoch int32) *Image {
	d.sealed = true
	next := *d.base
	next.offset, next.epoch = offset, epoch
	next.topics = d.applyTopics()
	next.brokers = d.brokers.done()
	next.controllers = d.controllers.done()
	next.features = d.features.done()
	next.quotas = d.quotas.done()
	next.acls = d.acls.done()
	next.scram = d.scram.done()
	next.tokens = d.tokens.done()
	next.configs = d.applyConfigs()
	next.nextProducerID = d.nextProducerID
	next.kraftVersion = d.kraftVersion
	return &next
}

func (d *Delta) applyTopics() *topicsImage {
	if len(d.topics) == 0 {
		return d.base.topics
	}
	byID, byName := d.base.topics.byID.edit(), d.base.topics.byName.edit()
	for id, e := range d.topics {
		if e.next == nil {
			byID.delete(id)
		} else {
			byID.set(id, e.next)
		}
	}
	alike := d.base.topics.alike.edit()
	for name, t := range d.names {
		if t == nil {
			byName.delete(name)
		} else {
			byName.set(name, t)
		}
		noteAlike(&alike, name, t != nil)
	}
	return &topicsImage{byID: byID.done(), byName: byName.done(), alike: alike.done()}
}

// noteAlike enters a name among those that could collide, or takes it out.
func noteAlike(e *cowEdit[string, []string], name string, there bool) {
	key, can := collisionKey(name)
	if !can {
		return
	}
	old, _ := e.m.get(key)
	if slices.Contains(old, name) == there {
		return
	}
	next := slices.DeleteFunc(slices.Clone(old), func(n string) bool { return n == name })
	if there {
		next = append(next, name)
	}
	if len(next) == 0 {
		e.delete(key)
	} else {
		e.set(key, next)
	}
}

func (d *Delta) applyConfigs() cowMap[Resource, map[string]string] {
	if len(d.configs) == 0 {
		return d.base.configs
	}
	edit := d.base.configs.edit()
	for r, m := range d.configs {
		if len(m) == 0 {
			edit.delete(r)
		} else {
			edit.set(r, m)
		}
	}
	return edit.done()
}

// BrokerChange is a registration that a delta changed: Old is nil when the broker is new, New when it was unregistered.
type BrokerChange struct{ Old, New *Broker }

// BrokerChanges returns the changed registrations, sorted by broker id.
func (d *Delta) BrokerChanges() []BrokerChange {
	var out []BrokerChange
	for _, id := range slices.Sorted(maps.Keys(d.brokers.touched)) {
		out = append(out, BrokerChange{Old: d.base.brokers[id], New: d.brokers.next[id]})
	}
	return out
}

// ControllersChanged reports whether a controller's registration changed.
func (d *Delta) ControllersChanged() bool { return d.controllers.changed() }

// FeatureChanges returns the names of the features whose finalized level was told, sorted.
func (d *Delta) FeatureChanges() []string { return slices.Sorted(maps.Keys(d.features.touched)) }

// ConfigChanges returns the resources whose configs changed, sorted by type and name. Compare the two images for what.
func (d *Delta) ConfigChanges() []Resource {
	return slices.SortedFunc(maps.Keys(d.configs), compareResources)
}

// QuotasChanged reports whether a client quota changed.
func (d *Delta) QuotasChanged() bool { return d.quotas.changed() }

// ACLsChanged reports whether an access control entry was added or removed.
func (d *Delta) ACLsChanged() bool { return d.acls.changed() }

// ScramChanged reports whether a SCRAM credential changed.
func (d *Delta) ScramChanged() bool { return d.scram.changed() }

// TokensChanged reports whether a delegation token changed.
func (d *Delta) TokensChanged() bool { return d.tokens.changed() }

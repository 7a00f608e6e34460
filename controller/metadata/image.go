package metadata

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Image is the world at one offset of the metadata log. It is immutable: everything that its methods return is shared
// and must not be written. The methods are safe for any number of goroutines.
type Image struct {
	offset int64 // last offset whose record is in the image, -1 when none is
	epoch  int32 // epoch of the leader that wrote that record

	topics *topicsImage
	// Small enough to be copied whole when one of theirs changes.
	brokers     map[int32]*Broker
	controllers map[int32]*Controller
	features    map[string]int16
	quotas      map[string]*ClientQuota
	acls        map[UUID]*ACL
	scram       map[ScramKey]*Scram
	tokens      map[string]*Token

	configs        cowMap[Resource, map[string]string]
	nextProducerID int64 // first producer id of the next block
	kraftVersion   int16
}

// topicsImage is shared by all images between which no topic changed, and so is its sorted listing.
type topicsImage struct {
	byID   cowMap[UUID, *Topic]
	byName cowMap[string, *Topic]   // len(byName) == len(byID)
	alike  cowMap[string, []string] // names with a dot or an underscore, by what they are when those are the same

	once   sync.Once
	sorted []*Topic
}

func (t *topicsImage) list() []*Topic {
	t.once.Do(func() {
		t.sorted = make([]*Topic, 0, t.byName.len())
		t.byName.all(func(_ string, topic *Topic) bool {
			t.sorted = append(t.sorted, topic)
			return true
		})
		slices.SortFunc(t.sorted, func(a, b *Topic) int { return cmp.Compare(a.Name, b.Name) })
	})
	return t.sorted
}

// Empty is the world before the first record.
var Empty = &Image{
	offset: -1,
	epoch:  -1,
	topics: &topicsImage{
		byID:   newCowMap[UUID, *Topic](hashUUID),
		byName: newCowMap[string, *Topic](hashString),
		alike:  newCowMap[string, []string](hashString),
	},
	configs: newCowMap[Resource, map[string]string](hashResource),
}

// Offset returns the last offset whose record is in the image, -1 when none is. A snapshot of the image has the id
// Offset()+1 (M10).
func (i *Image) Offset() int64 { return i.offset }

// Epoch returns the leader epoch of the record at Offset, -1 when there is none.
func (i *Image) Epoch() int32 { return i.epoch }

// Topic returns the topic of a name, nil when there is none.
func (i *Image) Topic(name string) *Topic {
	t, _ := i.topics.byName.get(name)
	return t
}

// TopicByID returns the topic with an id, nil when there is none: an id is never used again (trap T33).
func (i *Image) TopicByID(id UUID) *Topic {
	t, _ := i.topics.byID.get(id)
	return t
}

// Colliding returns a topic whose name differs from name in dots and underscores only: the metrics of the two could not
// be told apart (trap T37). ok is false when there is none.
func (i *Image) Colliding(name string) (other string, ok bool) {
	key, can := collisionKey(name)
	if !can {
		return "", false
	}
	names, _ := i.topics.alike.get(key)
	for _, n := range names {
		if n != name {
			return n, true
		}
	}
	return "", false
}

// collisionKey is equal for names that collide; ok is false for names that cannot.
func collisionKey(name string) (key string, ok bool) {
	if !strings.ContainsAny(name, "._") {
		return "", false
	}
	return strings.ReplaceAll(name, ".", "_"), true
}

// Topics returns all topics sorted by name. The list is made once per image and shared.
func (i *Image) Topics() []*Topic { return i.topics.list() }

// NumTopics returns how many topics there are.
func (i *Image) NumTopics() int { return i.topics.byName.len() }

// Partition returns a partition by topic name and partition id, nil when there is none.
func (i *Image) Partition(topic string, id int32) *Partition { return i.Topic(topic).Partition(id) }

// Broker returns the registration of a broker, nil when it is not registered.
func (i *Image) Broker(id int32) *Broker { return i.brokers[id] }

// Brokers returns all registered brokers, fenced ones too, sorted by id. The slice belongs to the caller.
func (i *Image) Brokers() []*Broker { return sortedValues(i.brokers) }

// Controller returns the registration of a controller, nil when it is not registered.
func (i *Image) Controller(id int32) *Controller { return i.controllers[id] }

// Controllers returns all registered controllers sorted by id. The slice belongs to the caller.
func (i *Image) Controllers() []*Controller { return sortedValues(i.controllers) }

// MetadataVersionFeature is the name under which the level of metadata.version is kept among the features.
const MetadataVersionFeature = "metadata.version"

// Feature returns the finalized level of a feature, 0 when it has none.
func (i *Image) Feature(name string) int16 { return i.features[name] }

// MetadataVersion returns the finalized level of metadata.version, 0 before the log has told it.
func (i *Image) MetadataVersion() int16 { return i.features[MetadataVersionFeature] }

// Features returns a copy of the finalized levels. kraft.version is not among them: see KRaftVersion.
func (i *Image) Features() map[string]int16 { return maps.Clone(i.features) }

// KRaftVersion returns the level of kraft.version, which the log tells by a control record.
func (i *Image) KRaftVersion() int16 { return i.kraftVersion }

// Configs returns the configs that were set for a resource, nil when none was. Read only.
func (i *Image) Configs(r Resource) map[string]string {
	m, _ := i.configs.get(r)
	return m
}

// ConfigResources returns every resource of a type that has configs set, sorted by name.
func (i *Image) ConfigResources(t ResourceType) []Resource {
	var out []Resource
	i.configs.all(func(r Resource, _ map[string]string) bool {
		if r.Type == t {
			out = append(out, r)
		}
		return true
	})
	slices.SortFunc(out, compareResources)
	return out
}

// ClientQuotas returns every client quota. The order is fixed, the slice belongs to the caller.
func (i *Image) ClientQuotas() []*ClientQuota { return sortedValues(i.quotas) }

// ACLs returns every access control entry, sorted by id.
func (i *Image) ACLs() []*ACL {
	ids := slices.SortedFunc(maps.Keys(i.acls), compareUUIDs)
	out := make([]*ACL, len(ids))
	for n, id := range ids {
		out[n] = i.acls[id]
	}
	return out
}

// Scram returns a credential, nil when there is none.
func (i *Image) Scram(k ScramKey) *Scram { return i.scram[k] }

// ScramKeys returns the names of all credentials, sorted.
func (i *Image) ScramKeys() []ScramKey {
	return slices.SortedFunc(maps.Keys(i.scram), func(a, b ScramKey) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Mechanism, b.Mechanism))
	})
}

// Token returns a delegation token, nil when there is none.
func (i *Image) Token(id string) *Token { return i.tokens[id] }

// Tokens returns all delegation tokens sorted by id. The slice belongs to the caller.
func (i *Image) Tokens() []*Token { return sortedValues(i.tokens) }

// NextProducerID returns the first producer id that no block has handed out yet (M25).
func (i *Image) NextProducerID() int64 { return i.nextProducerID }

func sortedValues[K cmp.Ordered, V any](m map[K]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func compareUUIDs(a, b UUID) int { return slices.Compare(a[:], b[:]) }

package metadata

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// maxPartitionID bounds what a record can make the image hold for one topic.
const maxPartitionID = 1 << 20

// topicEdit is a topic in the making. next is owned by the delta until Apply.
type topicEdit struct {
	base    *Topic // nil when the delta created the topic
	next    *Topic // nil when the delta removed it
	changed map[int32]struct{}
}

// topic returns the topic as it stands after the records so far, nil when there is none.
func (d *Delta) topic(id UUID) *Topic {
	if e, ok := d.topics[id]; ok {
		return e.next
	}
	return d.base.TopicByID(id)
}

// topicNamed is topic by name.
func (d *Delta) topicNamed(name string) *Topic {
	if t, ok := d.names[name]; ok {
		return t
	}
	return d.base.Topic(name)
}

func (d *Delta) createTopic(name string, id UUID) error {
	if t := d.topicNamed(name); t != nil {
		return fmt.Errorf("topic %q exists already with id %s", name, FormatUUID(t.ID))
	}
	if d.topic(id) != nil || d.base.TopicByID(id) != nil {
		return fmt.Errorf("topic id %s is used twice", FormatUUID(id))
	}
	t := &Topic{Name: name, ID: id}
	d.topics[id] = &topicEdit{next: t, changed: make(map[int32]struct{})}
	d.names[name] = t
	return nil
}

func (d *Delta) removeTopic(id UUID) error {
	t := d.topic(id)
	if t == nil {
		return fmt.Errorf("no topic has id %s", FormatUUID(id))
	}
	if base := d.base.TopicByID(id); base == nil {
		delete(d.topics, id) // created and removed by one delta: nobody needs to hear of it
	} else {
		d.topics[id] = &topicEdit{base: base}
	}
	if d.base.Topic(t.Name) == nil {
		delete(d.names, t.Name)
	} else {
		d.names[t.Name] = nil
	}
	d.removeConfigs(Resource{ResourceTopic, t.Name})
	return nil
}

// editTopic returns the delta's own copy of a topic, to be changed.
func (d *Delta) editTopic(id UUID) (*topicEdit, error) {
	if e, ok := d.topics[id]; ok {
		if e.next == nil {
			return nil, fmt.Errorf("topic %s with id %s has been removed", e.base.Name, FormatUUID(id))
		}
		return e, nil
	}
	base := d.base.TopicByID(id)
	if base == nil {
		return nil, fmt.Errorf("no topic has id %s", FormatUUID(id))
	}
	next := &Topic{Name: base.Name, ID: id, Partitions: slices.Clone(base.Partitions)}
	e := &topicEdit{base: base, next: next, changed: make(map[int32]struct{})}
	d.topics[id] = e
	d.names[base.Name] = next
	return e, nil
}

func (d *Delta) setPartition(topic UUID, id int32, p *Partition) error {
	e, err := d.editTopic(topic)
	if err != nil {
		return err
	}
	if id < 0 || id > maxPartitionID {
		return fmt.Errorf("partition id %d of topic %s is not between 0 and %d", id, e.next.Name, maxPartitionID)
	}
	for int(id) >= len(e.next.Partitions) {
		e.next.Partitions = append(e.next.Partitions, nil)
	}
	e.next.Partitions[id] = p
	e.changed[id] = struct{}{}
	return nil
}

// TopicChange is a topic that a delta created (Old is nil), removed (New is nil) or changed. A name that was deleted
// and created again is two changes.
type TopicChange struct {
	Old, New *Topic
	edit     *topicEdit
}

// Topic returns the topic, the new one when there is one.
func (c TopicChange) Topic() *Topic {
	if c.New != nil {
		return c.New
	}
	return c.Old
}

// PartitionChange is a partition that a delta created (Old is nil), removed (New is nil) or changed.
type PartitionChange struct {
	ID       int32
	Old, New *Partition
}

// Partitions returns the topic's partitions that changed, sorted by id; all of them when the topic was created or removed.
func (c TopicChange) Partitions() []PartitionChange {
	if c.New == nil {
		out := make([]PartitionChange, 0, len(c.Old.Partitions))
		for id, p := range c.Old.Partitions {
			if p != nil {
				out = append(out, PartitionChange{ID: int32(id), Old: p})
			}
		}
		return out
	}
	out := make([]PartitionChange, 0, len(c.edit.changed))
	for _, id := range slices.Sorted(maps.Keys(c.edit.changed)) {
		out = append(out, PartitionChange{ID: id, Old: c.Old.Partition(id), New: c.New.Partition(id)})
	}
	return out
}

// TopicsChanged reports whether any topic changed.
func (d *Delta) TopicsChanged() bool { return len(d.topics) > 0 }

// TopicChanges returns the changed topics: removed ones first, so that a name is free before it is given again, then
// by name.
func (d *Delta) TopicChanges() []TopicChange {
	out := make([]TopicChange, 0, len(d.topics))
	for _, e := range d.topics {
		out = append(out, TopicChange{Old: e.base, New: e.next, edit: e})
	}
	slices.SortFunc(out, func(a, b TopicChange) int {
		removed := func(c TopicChange) int {
			if c.New == nil {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(removed(a), removed(b)), cmp.Compare(a.Topic().Name, b.Topic().Name),
			compareUUIDs(a.Topic().ID, b.Topic().ID))
	})
	return out
}

// TopicPartitionID names a partition of one incarnation of a topic.
type TopicPartitionID struct {
	Topic     string
	TopicID   UUID
	Partition int32
}

// LocalChange is what a delta asks of one broker about one partition.
type LocalChange struct {
	TopicPartitionID
	Old, New *Partition // as in PartitionChange
}

// LocalChanges is what a delta asks of one broker, each list by topic name and partition id.
//
//	Delete   the broker's replica is gone: the topic was removed, or the broker left the replica set
//	Lead     the broker leads; LeaderEpoch says whether it did before
//	Follow   another broker leads, or nobody does
type LocalChanges struct {
	Delete, Lead, Follow []LocalChange
}

// LocalChanges returns what the delta asks of a broker: the partitions that it holds, or held, whose registration changed.
func (d *Delta) LocalChanges(broker int32) LocalChanges {
	var out LocalChanges
	for _, tc := range d.TopicChanges() {
		t := tc.Topic()
		for _, pc := range tc.Partitions() {
			c := LocalChange{TopicPartitionID{t.Name, t.ID, pc.ID}, pc.Old, pc.New}
			switch {
			case pc.New == nil || !pc.New.HasReplica(broker):
				if pc.Old != nil && pc.Old.HasReplica(broker) {
					out.Delete = append(out.Delete, c)
				}
			case pc.New.Leader == broker:
				out.Lead = append(out.Lead, c)
			default:
				out.Follow = append(out.Follow, c)
			}
		}
	}
	return out
}

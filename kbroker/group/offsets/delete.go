package offsets

import "github.com/kbroker/kbroker/kbroker/coordinator"

// DeleteAll makes the tombstones of everything that a group has, committed and pending.
func (s *Store) DeleteAll(group string) []coordinator.Record {
	var out []coordinator.Record
	for _, p := range s.Partitions(group) {
		out = append(out, Tombstone(group, p))
	}
	for _, p := range s.Pending(group) {
		if _, ok := s.Get(group, p); !ok {
			out = append(out, Tombstone(group, p))
		}
	}
	return out
}

// DeleteTopic makes the tombstones of all offsets of a deleted topic; those committed for another topic of that name stay.
func (s *Store) DeleteTopic(topic string, id [16]byte) []coordinator.Record {
	var out []coordinator.Record
	for _, group := range s.Groups() {
		for _, p := range s.Partitions(group) {
			if o, _ := s.Get(group, p); p.Topic == topic && sameTopic(o.TopicID, id) {
				out = append(out, Tombstone(group, p))
			}
		}
		for _, p := range s.Pending(group) {
			if _, ok := s.Get(group, p); !ok && p.Topic == topic {
				out = append(out, Tombstone(group, p))
			}
		}
	}
	return out
}

// sameTopic reports whether two ids may be of the same topic; the zero id is not known.
func sameTopic(a, b [16]byte) bool { return a == b || a == [16]byte{} || b == [16]byte{} }

// For reports whether the offset was committed for the topic with that id.
func (o Offset) For(id [16]byte) bool { return sameTopic(o.TopicID, id) }

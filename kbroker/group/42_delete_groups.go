package group

// DeleteGroups, key 42, versions 0 to 3, as batches of groups of one partition. Only an empty group is deleted, with all its
// offsets, those of open transactions too.
//
//	v3 error messages (KIP-1331)

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// DeleteGroups makes the handler that deletes groups of one partition; ids are distinct. Its response is a
// []kmsg.DeleteGroupsResponseGroup in the order asked.
func DeleteGroups(ids []string) coordinator.Handler {
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		res := coordinator.Result{Divisible: true}
		out := make([]kmsg.DeleteGroupsResponseGroup, len(ids))
		for i, id := range ids {
			out[i] = kmsg.NewDeleteGroupsResponseGroup()
			out[i].Group = id
			recs, err := m.deleteGroup(id)
			if err != nil {
				out[i].ErrorCode = err.Code
			}
			res.Records = append(res.Records, recs...)
		}
		res.Response = out
		return res, nil
	}
}

func (m *Machine) deleteGroup(id string) ([]coordinator.Record, *kerr.Error) {
	g := m.groups[id]
	if g == nil {
		return nil, kerr.GroupIDNotFound
	}
	if err := g.ValidateDelete(); err != nil {
		return nil, err
	}
	return append(m.offsets.DeleteAll(id), m.tombstones(id)...), nil
}

// tombstones are the records that end an empty group.
func (m *Machine) tombstones(id string) []coordinator.Record {
	switch g := m.groups[id].(type) {
	case *classic.Group:
		return []coordinator.Record{classic.Tombstone(id)}
	case *consumer.Group:
		return g.Tombstones()
	}
	return nil
}

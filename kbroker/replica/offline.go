package replica

import (
	"cmp"
	"errors"
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/logstore"
)

// Retry opens the replicas that could not be opened when the metadata asked for them, and leads or follows with them as it now
// says: a topic that was created while the disk was full serves once there is space (R35, trap T72). It costs nothing while all
// is well, and ends at the first replica that the disk still refuses. The node calls it every few seconds.
func (m *Manager) Retry() {
	if len(m.absents()) == 0 {
		return
	}
	m.applying.Lock()
	defer m.applying.Unlock()
	for _, c := range m.absents() {
		if c.New.Leader == m.cfg.BrokerID {
			m.lead(c)
		} else {
			m.follow(c)
		}
		if _, err := m.Partition(c.Topic, c.Partition); errors.Is(err, logstore.ErrNoSpace) {
			return
		}
	}
}

// Failed reports whether the replica that the metadata wants here is offline: it could not be opened, or its log failed. What is
// intact of a damaged log may still be read, which readable tells.
func (m *Manager) Failed(name string, index int32) (offline, readable bool) {
	m.mu.RLock()
	t := m.topics[name]
	p, err := t.partition(index)
	m.mu.RUnlock()
	switch {
	case errors.Is(err, ErrNoReplica):
		return false, false
	case err != nil:
		return true, false
	case p.Log().Offline():
		return true, p.Log().ReadErr() == nil
	}
	return false, true
}

// absents returns what the metadata wants of the replicas that could not be opened, ordered by topic and partition. Those whose
// log is damaged are not among them: trying again cannot help.
func (m *Manager) absents() []metadata.LocalChange {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []metadata.LocalChange
	for _, t := range m.topics {
		for _, a := range t.offline {
			if c := (*logstore.CorruptError)(nil); !errors.As(a.err, &c) {
				out = append(out, a.wanted)
			}
		}
	}
	slices.SortFunc(out, func(a, b metadata.LocalChange) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return out
}

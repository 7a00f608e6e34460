package cli

import (
	"context"
	"sync"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// maxPoll bounds the records taken at once.
const maxPoll = 10_000

// member reads as a member of a group.
type member struct {
	s     *session
	flags consumeFlags
	begin perPartition[int64] // where partitions began when reading did
	end   perPartition[int64] // where they ended then
	next  perPartition[int64] // past what was read here

	mu       sync.Mutex // guards what follows, which the client changes
	joined   bool
	assigned perPartition[bool]
}

// consumeGroup reads as a member of a group and commits what was written.
func (a *App) consumeGroup(ctx context.Context, f consumeFlags, topics []string, w *recordWriter) error {
	m := &member{flags: f, begin: perPartition[int64]{}, end: perPartition[int64]{}, next: perPartition[int64]{}, assigned: perPartition[bool]{}}
	ctx, s, err := a.open(ctx, f.reader(kgo.ConsumerGroup(f.group), kgo.ConsumeTopics(topics...), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.OnPartitionsAssigned(m.gain), kgo.OnPartitionsRevoked(m.lose), kgo.OnPartitionsLost(m.lose))...)
	if err != nil {
		return err
	}
	defer s.close()
	m.s = s
	if err := a.look(ctx, m, topics); err != nil {
		return s.explain(err)
	}
	return s.explain(a.readGroup(ctx, m, w))
}

// look finds the topics and where their partitions begin and end.
func (a *App) look(ctx context.Context, m *member, names []string) error {
	ctx, cancel := context.WithTimeout(ctx, a.limit())
	defer cancel()
	topics, err := existing(ctx, m.s, names...)
	if err != nil || !m.flags.quit {
		return err
	}
	for _, name := range topics.Names() {
		r, err := newResolver(ctx, m.s, topics, name, m.flags.committed)
		if err != nil {
			return err
		}
		m.begin[name], m.end[name] = r.start, r.end
	}
	return nil
}

func (m *member) gain(_ context.Context, _ *kgo.Client, parts map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.joined = true
	for t, ps := range parts {
		for _, p := range ps {
			m.assigned.put(t, p, true)
		}
	}
}

func (m *member) lose(_ context.Context, _ *kgo.Client, parts map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for t, ps := range parts {
		for _, p := range ps {
			m.assigned.remove(t, p)
		}
	}
}

func (a *App) readGroup(ctx context.Context, m *member, w *recordWriter) error {
	defer w.out.Flush()
	var written int64
	for {
		fetches, err := m.s.poll(ctx, pollSize(m.flags.num, written), m.flags.quit)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		records := m.wanted(fetches.Records())
		for _, r := range records {
			if r.Attrs.IsControl() {
				continue
			}
			if err := w.write(r); err != nil {
				return err
			}
			written++
		}
		if err := w.out.Flush(); err != nil {
			return err
		}
		if err := a.commit(ctx, m.s, records); err != nil {
			return err
		}
		if m.flags.num > 0 && written >= m.flags.num {
			return nil
		}
		if m.flags.quit && len(records) == 0 {
			if done, err := m.atEnd(ctx); done || err != nil {
				return err
			}
		}
	}
}

// wanted notes how far partitions were read and leaves out what came after their end.
func (m *member) wanted(records []*kgo.Record) (out []*kgo.Record) {
	if !m.flags.quit {
		return records
	}
	for _, r := range records {
		if r.Offset < m.end[r.Topic][r.Partition] {
			m.next.put(r.Topic, r.Partition, r.Offset+1)
			out = append(out, r)
		}
	}
	return out
}

func (a *App) commit(ctx context.Context, s *session, records []*kgo.Record) error {
	if len(records) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.flags.timeout)
	defer cancel()
	return s.cl.CommitRecords(ctx, records...)
}

// atEnd tells whether every partition of this member was read to its end. A member without partitions asks after the whole
// group: some are about to be its own, or others read them.
func (m *member) atEnd(ctx context.Context) (bool, error) {
	parts, joined := m.mine()
	if !joined {
		return false, nil
	}
	var topics []string
	for t := range parts {
		topics = append(topics, t)
	}
	committed, err := m.s.adm.FetchOffsetsForTopics(ctx, m.flags.group, topics...)
	if err != nil {
		return false, err
	}
	for topic, ps := range parts {
		for p := range ps {
			if left, err := m.left(ctx, topic, p, committed); left || err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// mine are the partitions to look at.
func (m *member) mine() (parts perPartition[bool], joined bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	parts = perPartition[bool]{}
	for t, ps := range m.assigned {
		for p := range ps {
			parts.put(t, p, true)
		}
	}
	if len(parts) == 0 {
		for t, ps := range m.end {
			for p := range ps {
				parts.put(t, p, true)
			}
		}
	}
	return parts, m.joined
}

// left tells whether a partition has anything between the group's position and the end.
func (m *member) left(ctx context.Context, topic string, p int32, committed kadm.OffsetResponses) (bool, error) {
	end := m.end[topic][p]
	at := max(m.next[topic][p], m.begin[topic][p])
	if o, ok := committed.Lookup(topic, p); ok {
		if o.Err != nil {
			return false, o.Err
		}
		at = max(at, o.At)
	}
	if at >= end {
		return false, nil
	}
	return m.s.remains(ctx, topic, p, at, end)
}

func pollSize(limit, written int64) int {
	if limit > 0 {
		return int(min(limit-written, maxPoll))
	}
	return maxPoll
}

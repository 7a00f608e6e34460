package replica

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/logstore"
)

// TopicConfig is what a replica needs to know of its topic's configs.
type TopicConfig struct {
	Log               logstore.Config
	MinInSyncReplicas int32
}

// Config is what a Manager is made of.
type Config struct {
	BrokerID int32
	Store    *logstore.Store
	Topic    func(topic string) TopicConfig // configs in force; called on metadata changes only
	Logger   *slog.Logger
	// Unverified says that transactional batches are appended without asking the transaction coordinator
	// (transaction.partition.verification.enable=false). nil: they are not.
	Unverified func() bool
	// OnLead and OnFollow hear of every partition whose leadership here began or ended, after the replica itself has
	// been told, in the order of the metadata: coordinators are elected and resigned by them.
	OnLead   func(topic string, partition, leaderEpoch int32)
	OnResign func(topic string, partition, leaderEpoch int32)
}

// Manager is the set of this broker's replicas.
type Manager struct {
	cfg Config

	// applying is held by who opens, leads, follows or removes replicas: one at a time, in the order of the metadata. Before mu.
	applying sync.Mutex

	mu     sync.RWMutex
	topics map[string]*topic
	byID   map[metadata.UUID]*topic // same values as topics
}

// topic is the replicas of one topic that are here; index = partition id, nil where there is none.
type topic struct {
	name       string
	id         metadata.UUID
	partitions []*partition.Partition
	offline    map[int32]absent // replicas that should be here but could not be opened
}

// absent is a replica that could not be opened: why, and what the metadata wants of it.
type absent struct {
	err    error
	wanted metadata.LocalChange
}

// New returns a manager without replicas: OnMetadata brings them.
func New(cfg Config) *Manager {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Manager{cfg: cfg, topics: make(map[string]*topic), byID: make(map[metadata.UUID]*topic)}
}

// ErrNoReplica says that the broker holds no replica of the partition.
var ErrNoReplica = errors.New("this broker holds no replica of the partition")

// Partition returns the replica here, ErrNoReplica when there is none, or why it is offline.
func (m *Manager) Partition(name string, index int32) (*partition.Partition, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.topics[name].partition(index)
}

// PartitionByID is Partition for a topic id.
func (m *Manager) PartitionByID(id metadata.UUID, index int32) (*partition.Partition, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.byID[id].partition(index)
}

func (t *topic) partition(index int32) (*partition.Partition, error) {
	if t == nil || index < 0 {
		return nil, ErrNoReplica
	}
	if int(index) < len(t.partitions) && t.partitions[index] != nil {
		return t.partitions[index], nil
	}
	if a, ok := t.offline[index]; ok {
		return nil, a.err
	}
	return nil, ErrNoReplica
}

// All returns every replica here, ordered by topic and partition.
func (m *Manager) All() []*partition.Partition {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []*partition.Partition
	for _, t := range m.topics {
		for _, p := range t.partitions {
			if p != nil {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b *partition.Partition) int {
		return cmp.Or(cmp.Compare(a.TP.Topic, b.TP.Topic), cmp.Compare(a.TP.Partition, b.TP.Partition))
	})
	return out
}

// OnMetadata implements metadata.Publisher.
func (m *Manager) OnMetadata(delta *metadata.Delta, img *metadata.Image) {
	m.applying.Lock()
	defer m.applying.Unlock()
	changes := delta.LocalChanges(m.cfg.BrokerID)
	for _, c := range changes.Delete {
		m.remove(c)
	}
	for _, c := range changes.Follow {
		m.follow(c)
	}
	for _, c := range changes.Lead {
		m.lead(c)
	}
	m.reconfigure(delta, img)
}

func (m *Manager) remove(c metadata.LocalChange) {
	m.mu.Lock()
	t := m.byID[c.TopicID]
	p, err := t.partition(c.Partition)
	if t != nil {
		m.forget(t, c.Partition)
	}
	m.mu.Unlock()
	if p == nil {
		if !errors.Is(err, ErrNoReplica) {
			m.removeOffline(c)
		}
		return
	}
	_, epoch := p.Leadership()
	p.Follow(&metadata.Partition{Leader: metadata.NoLeader, LeaderEpoch: epoch})
	m.resigned(c, epoch)
	if err := m.cfg.Store.Delete(p.TP); err != nil {
		m.cfg.Logger.Error("cannot delete the log of a removed replica", "topic", c.Topic, "partition", c.Partition, "err", err)
	}
}

// removeOffline deletes the log of a replica that could not be opened, so that a topic whose log is damaged can be deleted and
// made anew. One whose topic is not known is set aside instead.
func (m *Manager) removeOffline(c metadata.LocalChange) {
	tp := logstore.TopicPartition{Topic: c.Topic, Partition: c.Partition}
	l := m.cfg.Store.Get(tp)
	if l != nil && l.TopicID() == (metadata.UUID{}) {
		path, err := m.cfg.Store.SetAside(tp)
		if err != nil {
			m.cfg.Logger.Error("cannot set aside the log of a removed replica", "topic", c.Topic, "partition", c.Partition, "err", err)
		} else if path != "" {
			m.cfg.Logger.Warn("the log of a removed replica is kept, because its topic id is not known", "topic", c.Topic, "partition", c.Partition, "kept", path)
		}
		return
	}
	if l == nil || l.TopicID() != c.TopicID {
		return
	}
	if err := m.cfg.Store.Delete(tp); err != nil {
		m.cfg.Logger.Error("cannot delete the log of a removed replica", "topic", c.Topic, "partition", c.Partition, "err", err)
	}
}

// forget takes one replica out of t, and t out of the manager with its last one. m.mu is held.
func (m *Manager) forget(t *topic, index int32) {
	delete(t.offline, index)
	if int(index) < len(t.partitions) {
		t.partitions[index] = nil
	}
	if len(t.offline) > 0 || slices.ContainsFunc(t.partitions, func(p *partition.Partition) bool { return p != nil }) {
		return
	}
	delete(m.byID, t.id)
	if m.topics[t.name] == t {
		delete(m.topics, t.name)
	}
}

func (m *Manager) follow(c metadata.LocalChange) {
	p := m.open(c)
	if p == nil {
		return
	}
	was, epoch := p.Leadership()
	p.Follow(c.New)
	if was == m.cfg.BrokerID {
		m.resigned(c, epoch)
	}
}

func (m *Manager) lead(c metadata.LocalChange) {
	p := m.open(c)
	if p == nil {
		return
	}
	began, err := p.Lead(c.New)
	switch {
	case err != nil:
		m.cfg.Logger.Error("cannot lead a partition", "topic", c.Topic, "partition", c.Partition, "err", err)
	case began && m.cfg.OnLead != nil:
		m.cfg.OnLead(c.Topic, c.Partition, c.New.LeaderEpoch)
	}
}

func (m *Manager) resigned(c metadata.LocalChange, epoch int32) {
	if m.cfg.OnResign != nil {
		m.cfg.OnResign(c.Topic, c.Partition, epoch)
	}
}

// open returns the replica, made with its log when it is new here, nil when the log cannot be had.
func (m *Manager) open(c metadata.LocalChange) *partition.Partition {
	m.mu.RLock()
	p, _ := m.byID[c.TopicID].partition(c.Partition)
	m.mu.RUnlock()
	if p != nil {
		return p
	}
	tp := logstore.TopicPartition{Topic: c.Topic, Partition: c.Partition}
	cfg := m.cfg.Topic(c.Topic)
	log, err := m.cfg.Store.Create(tp, c.TopicID, cfg.Log)
	if errors.Is(err, logstore.ErrLogExists) {
		if err = m.setAside(tp, err); err == nil {
			log, err = m.cfg.Store.Create(tp, c.TopicID, cfg.Log)
		}
	}
	if err == nil {
		err = log.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.topicFor(c)
	was, retried := t.offline[c.Partition]
	if err != nil {
		if !retried || was.err.Error() != err.Error() { // a retry that finds nothing new says nothing
			m.cfg.Logger.Error("a replica is offline", "topic", c.Topic, "partition", c.Partition, "err", err)
		}
		t.offline[c.Partition] = absent{err, c}
		return nil
	}
	if retried {
		m.cfg.Logger.Warn("a replica that was offline serves again", "topic", c.Topic, "partition", c.Partition)
		delete(t.offline, c.Partition)
	}
	p = partition.New(log, c.TopicID, m.cfg.BrokerID)
	p.Reconfigured(cfg.MinInSyncReplicas)
	for int(c.Partition) >= len(t.partitions) {
		t.partitions = append(t.partitions, nil)
	}
	t.partitions[c.Partition] = p
	return p
}

// setAside takes a log out of the way that is not the topic's, as far as its id tells: the name was deleted and given again while this
// broker was away, or the file with the id was changed. Its records must never be served as the topic's (R33), but nobody told this
// broker that they may go: the directory is kept, as Apache Kafka keeps it.
func (m *Manager) setAside(tp logstore.TopicPartition, why error) error {
	l := m.cfg.Store.Get(tp)
	if l == nil {
		return why
	}
	start, end, size := l.StartOffset(), l.EndOffset(), l.Size()
	path, err := m.cfg.Store.SetAside(tp)
	if err != nil {
		return err
	}
	say := m.cfg.Logger.Warn
	if size > 0 {
		say = m.cfg.Logger.Error
	}
	say("a log that is not this topic's was set aside and its replica starts empty; remove the directory when its records are not needed", "topic", tp.Topic,
		"partition", tp.Partition, "why", why, "kept", path, "start", start, "end", end, "bytes", size)
	return nil
}

// topicFor returns the topic of a change, made when it is new. m.mu is held.
func (m *Manager) topicFor(c metadata.LocalChange) *topic {
	t := m.byID[c.TopicID]
	if t == nil {
		t = &topic{name: c.Topic, id: c.TopicID, offline: make(map[int32]absent)}
		m.byID[c.TopicID] = t
	}
	m.topics[c.Topic] = t
	return t
}

func (m *Manager) reconfigure(delta *metadata.Delta, img *metadata.Image) {
	for _, r := range delta.ConfigChanges() {
		switch r.Type {
		case metadata.ResourceTopic:
			m.Reconfigure(r.Name)
		case metadata.ResourceBroker:
			for _, name := range m.names() {
				m.Reconfigure(name)
			}
			return
		}
	}
}

// Reconfigure gives the replicas of a topic the configs that are in force now.
func (m *Manager) Reconfigure(name string) {
	m.mu.RLock()
	t := m.topics[name]
	var ps []*partition.Partition
	if t != nil {
		ps = slices.Clone(t.partitions)
	}
	m.mu.RUnlock()
	if len(ps) == 0 {
		return
	}
	cfg := m.cfg.Topic(name)
	for _, p := range ps {
		if p != nil {
			p.Log().SetConfig(cfg.Log)
			p.Reconfigured(cfg.MinInSyncReplicas)
		}
	}
}

func (m *Manager) names() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	names := make([]string, 0, len(m.topics))
	for name := range m.topics {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// DirFailed tells the replicas of a log directory that it went offline: whoever waits for them hears of it now.
func (m *Manager) DirFailed(dir string) {
	for _, p := range m.All() {
		if p.Log().Dir() == dir {
			p.Moved.Wake()
		}
	}
}

package logstore

import "errors"

var errUnopened = errors.New("logstore: the store has not been opened")

// A Store owns the logs of one node across its log directories. All methods may be called from several goroutines.
type Store struct{}

// Open checks or creates meta.properties in every directory, recovers every log (bounded parallel) and returns the
// store. What it cannot understand, or what belongs to another cluster or node, it refuses before the first write. A
// directory that cannot be read is offline, not fatal, while another one serves.
func Open(cfg StoreConfig) (*Store, error) { return nil, errUnopened }

// Start begins the background work: group commit, periodic flush, checkpoints, retention, cleaning. Close ends it.
func (s *Store) Start() {}

// Get returns the log of a partition, nil when there is none.
func (s *Store) Get(tp TopicPartition) *Log { return nil }

// Logs returns every log, ordered by topic and partition.
func (s *Store) Logs() []*Log { return nil }

// Create makes the log of a partition in the usable directory with the fewest logs. When it exists with the same topic id
// it is returned as it is; with another id the error is ErrLogExists.
func (s *Store) Create(tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	return nil, errUnopened
}

// CreateIn is Create in the directory of that path.
func (s *Store) CreateIn(dir string, tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	return nil, errUnopened
}

// Delete takes the log out of the store and renames its directory to <topic>-<partition>.<uuid>-delete; the files go
// after FileDeleteDelayMs. The name is free at once (invariant R33).
func (s *Store) Delete(tp TopicPartition) error { return errUnopened }

// Dirs describes the log directories in the order of StoreConfig.Dirs.
func (s *Store) Dirs() []DirInfo { return nil }

// ClusterID returns the cluster id found or written in meta.properties.
func (s *Store) ClusterID() string { return "" }

// Close flushes and closes every log, writes the checkpoints and the clean-shutdown marker, and waits for everything that
// Start began.
func (s *Store) Close() error { return errUnopened }

package logstore

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// A Store owns the logs of one node across its log directories. All methods may be called from several goroutines.
//
// Goroutines, between Start and Close: per directory one syncer (group commit) and one keeper (periodic flush,
// checkpoints); one for retention and deletion; one for the cleaner. None per log, no timer per log.
type Store struct {
	cfg       StoreConfig
	fs        vfs.FS
	env       *segment.Env
	log       *slog.Logger
	dirs      []*logDir
	clusterID string
	compiled  atomic.Pointer[logConfig] // the newest, see compile
	tuning    atomic.Pointer[Tuning]    // never nil

	mu struct {
		sync.RWMutex
		logs    map[TopicPartition]*Log
		closed  bool
		started bool
	}
	removals   removals
	stop       chan struct{}
	background sync.WaitGroup
	syncers    sync.WaitGroup
	stopSync   chan struct{}
}

// withDefaults fills in what is zero.
func (c StoreConfig) withDefaults() StoreConfig {
	if c.FS == nil {
		c.FS = vfs.OS{}
	}
	if c.Now == nil {
		c.Now = func() int64 { return time.Now().UnixMilli() }
	}
	if c.Default == (Config{}) {
		c.Default = DefaultConfig()
	}
	if c.Rand == nil {
		c.Rand = randomUint64
	}
	if c.NewID == nil {
		c.NewID = randomID
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.RecoveryThreads = cmp.Or(c.RecoveryThreads, runtime.GOMAXPROCS(0))
	c.ProducerExpiryCheckInterval = cmp.Or(c.ProducerExpiryCheckInterval, 10*time.Minute)
	c.FlushBytes = cmp.Or(c.FlushBytes, 64<<20)
	c.FlushInterval = cmp.Or(c.FlushInterval, time.Second)
	c.HighWatermarkCheckpointInterval = cmp.Or(c.HighWatermarkCheckpointInterval, 5*time.Second)
	c.StartOffsetCheckpointInterval = cmp.Or(c.StartOffsetCheckpointInterval, time.Second)
	c.RetentionCheckInterval = cmp.Or(c.RetentionCheckInterval, 5*time.Minute)
	return c
}

func randomUint64() uint64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}

func randomID() (id [16]byte) {
	_, _ = crand.Read(id[:]) // never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func (s *Store) now() int64 { return s.cfg.Now() }

func (s *Store) configFor(tp TopicPartition) Config {
	if s.cfg.ConfigFor == nil {
		return s.cfg.Default
	}
	return s.cfg.ConfigFor(tp)
}

// Open checks or creates meta.properties in every directory, recovers every log (bounded parallel) and returns the
// store. What it cannot understand, or what belongs to another cluster or node, it refuses before the first write. A
// directory that cannot be read is offline, not fatal, while another one serves.
func Open(cfg StoreConfig) (*Store, error) {
	if len(cfg.Dirs) == 0 {
		return nil, errors.New("logstore: no log directory")
	}
	cfg = cfg.withDefaults()
	s := &Store{cfg: cfg, fs: cfg.FS, log: cfg.Logger, clusterID: cfg.ClusterID, stop: make(chan struct{}), stopSync: make(chan struct{})}
	s.Tune(cfg.Tuning)
	s.env = segment.NewEnv(cfg.FS, cfg.MaxOpenSegments, cfg.IndexCacheBytes)
	s.mu.logs = map[TopicPartition]*Log{}
	for _, path := range cfg.Dirs {
		d := &logDir{store: s, path: path, nudge: make(chan struct{}, 1)}
		d.sync = syncer{dir: d, wake: make(chan struct{}, 1)}
		s.dirs = append(s.dirs, d)
	}
	if err := s.openDirs(); err != nil {
		s.unlock()
		return nil, err
	}
	return s, nil
}

func (s *Store) unlock() {
	for _, d := range s.dirs {
		if d.lock != nil {
			if err := d.lock.Unlock(); err != nil {
				s.log.Warn("lock cannot be given back", "dir", d.path, "err", err)
			}
			d.lock = nil
		}
	}
}

// openDirs looks at every directory before it writes to any.
func (s *Store) openDirs() error {
	metas := make([]checkpoint.MetaProperties, len(s.dirs))
	found := make([]bool, len(s.dirs))
	for i, d := range s.dirs {
		var err error
		metas[i], found[i], err = s.identify(d)
		if errors.Is(err, ErrForeignDir) {
			return err
		}
		if err != nil {
			d.fail(err)
		}
	}
	seen := map[[16]byte]string{}
	for i, d := range s.dirs {
		if id := metas[i].DirectoryID; id != [16]byte{} {
			if other, ok := seen[id]; ok {
				return fmt.Errorf("%w: %s and %s have the same directory id", ErrForeignDir, other, d.path)
			}
			seen[id] = d.path
		}
	}
	usable := 0
	for i, d := range s.dirs {
		if d.offline() != nil {
			continue
		}
		if err := s.openDir(d, metas[i], found[i]); err != nil {
			if errors.Is(err, errRefused) {
				return err
			}
			d.fail(err)
			continue
		}
		usable++
	}
	if usable == 0 {
		return fmt.Errorf("%w: %w", ErrNoUsableDir, s.dirs[0].offline())
	}
	s.reportLost()
	return nil
}

// errRefused marks errors that end Open.
var errRefused = errors.New("log directory refused")

func (s *Store) openDir(d *logDir, meta checkpoint.MetaProperties, found bool) error {
	if err := vfs.MakeDirs(s.fs, d.path); err != nil {
		return err
	}
	lock, err := s.fs.Lock(join(d.path, lockFile))
	if err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	d.lock = lock
	if err := s.adopt(d, meta, found); err != nil {
		return err
	}
	d.takeReserve() // before recovery makes indexes of what is left
	return s.loadDir(d)
}

// loadDir loads every log of a directory.
func (s *Store) loadDir(d *logDir) error {
	names, err := s.fs.List(d.path)
	if err != nil {
		return err
	}
	h := &loadHints{recovery: d.readOffsets(checkpoint.RecoveryPointFile), hw: d.readOffsets(checkpoint.HighWatermarkFile), start: d.readOffsets(checkpoint.StartOffsetFile),
		cleaned: d.readOffsets(checkpoint.CleanerFile)}
	_, h.clean = slices.BinarySearch(names, checkpoint.CleanShutdownFile)
	todo := s.partitions(d, names)
	if err := s.loadAll(d, todo, h); err != nil {
		return err
	}
	d.noteLost(names, todo, h.recovery)
	if h.clean { // from here on the next stop is unclean until it proves otherwise
		if err := s.fs.Remove(join(d.path, checkpoint.CleanShutdownFile)); err != nil {
			return err
		}
		return s.fs.SyncDir(d.path)
	}
	return nil
}

// deleteSuffix ends the names of directories of deleted partitions.
const deleteSuffix = "-delete"

// straySuffix ends the names of directories of logs that were set aside.
const straySuffix = "-stray"

// partitions picks the directories that hold logs. Directories of deleted partitions go; what is none of ours stays untouched.
func (s *Store) partitions(d *logDir, names []string) []TopicPartition {
	var out []TopicPartition
	for _, name := range names {
		switch {
		case strings.HasSuffix(name, deleteSuffix) && strings.Contains(name, "."):
			s.removals.add(removal{path: join(d.path, name)})
			continue
		case strings.HasSuffix(name, "-future"), strings.HasSuffix(name, straySuffix):
			s.log.Warn("directory is left alone", "dir", d.path, "name", name)
			continue
		}
		tp, err := ParseDir(name)
		if err != nil || !safeName(tp.Topic) {
			continue // checkpoints, lost+found, whatever else lies there
		}
		if st, err := s.fs.Stat(join(d.path, name)); err != nil || !st.IsDir() {
			continue
		}
		out = append(out, tp)
	}
	return out
}

// loadAll loads logs in parallel.
func (s *Store) loadAll(d *logDir, todo []TopicPartition, h *loadHints) error {
	next := make(chan TopicPartition)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range min(s.cfg.RecoveryThreads, len(todo)) {
		wg.Go(func() {
			for tp := range next {
				l, err := s.load(d, tp, join(d.path, tp.String()), h)
				mu.Lock()
				if err == nil {
					err = s.put(l)
				}
				if err != nil && failed == nil {
					failed = fmt.Errorf("load %s: %w", tp, err)
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	for _, tp := range todo {
		select {
		case next <- tp:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
	return failed
}

func (s *Store) put(l *Log) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.mu.logs[l.tp]; other != nil {
		return fmt.Errorf("%w: %s is in %s and in %s", errRefused, l.tp, other.dir.path, l.dir.path)
	}
	s.mu.logs[l.tp] = l
	return nil
}

// Get returns the log of a partition, nil when there is none.
func (s *Store) Get(tp TopicPartition) *Log {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.mu.logs[tp]
}

// Logs returns every log, ordered by topic and partition.
func (s *Store) Logs() []*Log {
	list := s.logsIn(nil)
	slices.SortFunc(list, func(a, b *Log) int {
		return cmp.Or(strings.Compare(a.tp.Topic, b.tp.Topic), cmp.Compare(a.tp.Partition, b.tp.Partition))
	})
	return list
}

// logsIn returns the logs of a directory, of all when d is nil, in no order.
func (s *Store) logsIn(d *logDir) []*Log {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]*Log, 0, len(s.mu.logs))
	for _, l := range s.mu.logs {
		if d == nil || l.dir == d {
			list = append(list, l)
		}
	}
	return list
}

// ClusterID returns the cluster id found or written in meta.properties.
func (s *Store) ClusterID() string { return s.clusterID }

// Dirs describes the log directories in the order of StoreConfig.Dirs.
func (s *Store) Dirs() []DirInfo {
	counts := map[*logDir]int{}
	s.mu.RLock()
	for _, l := range s.mu.logs {
		counts[l.dir]++
	}
	s.mu.RUnlock()
	out := make([]DirInfo, len(s.dirs))
	for i, d := range s.dirs {
		out[i] = DirInfo{Path: d.path, ID: d.id, Total: -1, Usable: -1, Logs: counts[d], Err: d.offline()}
		if total, usable, err := s.fs.Usage(d.path); err == nil {
			out[i].Total, out[i].Usable = total, usable
		}
	}
	return out
}

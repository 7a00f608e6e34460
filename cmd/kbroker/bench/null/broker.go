package null

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Topic configs that make the broker do more than the least; all others are ignored.
const (
	// ConfigWalk = "true": every record of uncompressed batches is looked at.
	ConfigWalk = "null.walk"
	// ConfigFlush = "1": a produce request is answered when its bytes are on the disk.
	ConfigFlush = "flush.messages"
)

// Options say where the broker lives.
type Options struct {
	Addr  string // to listen on
	Dir   string // partition directories
	Stats string // address of a listener that tells go_memstats_mallocs_total; "" for none
}

// A Broker is a running null broker.
type Broker struct {
	opt  Options
	sync *syncer
	port int32

	mu     sync.RWMutex
	topics map[string]*topic // guarded by mu
}

type topic struct {
	name  string
	id    [16]byte
	parts []*partition
}

// Run serves until ctx ends.
func Run(ctx context.Context, opt Options) error {
	b := &Broker{opt: opt, topics: make(map[string]*topic)}
	if err := b.load(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", opt.Addr)
	if err != nil {
		return err
	}
	b.port = int32(l.Addr().(*net.TCPAddr).Port)
	b.sync = newSyncer()
	stats, err := serveStats(opt.Stats)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			if stats != nil {
				_ = stats.Close()
			}
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		go newConn(b, c.(*net.TCPConn)).serve()
	}
}

// serveStats answers every request with the number of allocations since the start.
func serveStats(addr string) (*http.Server, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintf(w, "go_memstats_mallocs_total %d\n", m.Mallocs)
	})}
	go s.Serve(l) //nolint:errcheck // ends with Close
	return s, nil
}

func (b *Broker) partition(name []byte, index int32) *partition {
	b.mu.RLock()
	defer b.mu.RUnlock()
	t := b.topics[string(name)]
	if t == nil || index < 0 || int(index) >= len(t.parts) {
		return nil
	}
	return t.parts[index]
}

// create makes a topic with its directories; one that exists keeps its partitions.
func (b *Broker) create(name string, partitions int, walk, fsync bool) (*topic, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.topics[name]; t != nil {
		return t, nil
	}
	t := &topic{name: name}
	copy(t.id[:], name)
	for i := range partitions {
		dir := filepath.Join(b.opt.Dir, name+"-"+strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		t.parts = append(t.parts, &partition{dir: dir, walk: walk, fsync: fsync})
	}
	b.topics[name] = t
	return t, nil
}

func (b *Broker) remove(name string) {
	b.mu.Lock()
	t := b.topics[name]
	delete(b.topics, name)
	b.mu.Unlock()
	if t == nil {
		return
	}
	for _, p := range t.parts {
		p.remove()
	}
}

// load finds the partitions that an earlier run left and reads their files to the end.
func (b *Broker) load() error {
	if err := os.MkdirAll(b.opt.Dir, 0o755); err != nil {
		return err
	}
	list, err := os.ReadDir(b.opt.Dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		i := strings.LastIndexByte(e.Name(), '-')
		if i < 0 || !e.IsDir() {
			continue
		}
		index, err := strconv.Atoi(e.Name()[i+1:])
		if err != nil {
			continue
		}
		p := &partition{dir: filepath.Join(b.opt.Dir, e.Name())}
		if err := p.recover(); err != nil {
			return err
		}
		b.adopt(e.Name()[:i], index, p)
	}
	return nil
}

func (b *Broker) adopt(name string, index int, p *partition) {
	t := b.topics[name]
	if t == nil {
		t = &topic{name: name}
		copy(t.id[:], name)
		b.topics[name] = t
	}
	for len(t.parts) <= index {
		t.parts = append(t.parts, nil)
	}
	t.parts[index] = p
}

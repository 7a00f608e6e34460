package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

const megabyte = 1e6

// memory is row 11.
func memory(e *env) (Figures, error) {
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	time.Sleep(5 * time.Second)
	idle, err := s.RSS()
	if err != nil {
		return nil, err
	}
	topic := e.name("mem")
	if err := e.topicOn(s, topic, 16, nil); err != nil {
		return nil, err
	}
	for _, x := range []struct{ batch, requests, conns int }{{1<<20 - 1024, 512, 4}, {16 << 10, 10000, 16}, {200, 50000, 64}} {
		_, err := Replay{Addr: s.Addr, Conns: x.conns, InFlight: 5, Requests: e.scaled(x.requests, x.conns), Distinct: 2, Load: func(c int) Load {
			return Load{Topic: topic, Partitions: []int32{int32(c % 16)}, RecordSize: 100, Acks: -1}.FillBatch(x.batch)
		}}.Run(e.ctx)
		if err != nil {
			return nil, err
		}
	}
	if _, err := (Reading{Addr: s.Addr, Topic: topic, MaxBytes: 1 << 20, Total: int64(e.scaled(256<<20, 1<<20))}).Run(e.ctx); err != nil {
		return nil, err
	}
	loaded, err := s.RSS()
	return Figures{"idle_mb": idle / megabyte, "loaded_mb": loaded / megabyte}, err
}

// coldStart is row 12.
func coldStart(e *env) (Figures, error) {
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	topic := e.name("cold")
	if err := e.topicOn(s, topic, 1, nil); err != nil {
		return nil, err
	}
	if err := firstAck(e.ctx, s.Addr, topic); err != nil {
		return nil, err
	}
	return Figures{"ms": ms(time.Since(s.began))}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

// back waits until a server that has been started again takes a record, and returns how long that took from exec.
func (e *env) back(s *Server, topic string) (time.Duration, error) {
	if err := s.Ready(e.ctx); err != nil {
		return 0, err
	}
	err := firstAck(e.ctx, s.Addr, topic)
	return time.Since(s.began), err
}

// restart is row 12r.
func restart(e *env) (Figures, error) {
	s, topic, err := e.populated(1000)
	if err != nil {
		return nil, err
	}
	stop, err := s.Stop()
	if err != nil {
		return nil, err
	}
	if err := s.Restart(); err != nil {
		return nil, err
	}
	took, err := e.back(s, topic)
	return Figures{"ms": ms(took), "stop_ms": ms(stop)}, err
}

// populated is a server with a topic of one partition, which has a record, and one of n.
func (e *env) populated(n int) (*Server, string, error) {
	s, err := e.start()
	if err != nil {
		return nil, "", err
	}
	topic := e.name("one")
	if err := e.topicOn(s, topic, 1, nil); err != nil {
		return nil, "", err
	}
	if err := firstAck(e.ctx, s.Addr, topic); err != nil {
		return nil, "", err
	}
	return s, topic, e.topicOn(s, e.name("wide"), n, nil)
}

// manyPartitions is row 13. The partitions come in topics of 1 000, as one request of the creator may make.
func manyPartitions(e *env) (Figures, error) {
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	topic := e.name("one")
	if err := e.topicOn(s, topic, 1, nil); err != nil {
		return nil, err
	}
	before, err := s.RSS()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	for i := range e.scaled(10, 1) {
		if err := e.topicOn(s, fmt.Sprintf("%s-%d", e.name("wide"), i), 1000, nil); err != nil {
			return nil, err
		}
	}
	create := time.Since(start)
	time.Sleep(e.duration(5 * time.Second))
	after, err := s.RSS()
	if err != nil {
		return nil, err
	}
	idle := e.duration(5 * time.Second)
	used, err := cpu(s, func() error { time.Sleep(idle); return nil })
	if err != nil {
		return nil, err
	}
	if _, err := s.Stop(); err != nil {
		return nil, err
	}
	if err := s.Restart(); err != nil {
		return nil, err
	}
	took, err := e.back(s, topic)
	if err != nil {
		return nil, err
	}
	plain, err := plainDirs(filepath.Join(s.Dir, "plain"), e.scaled(10, 1)*1000)
	return Figures{"added_mb": (after - before) / megabyte, "idle_cores": used.Seconds() / idle.Seconds(), "create_s": create.Seconds(),
		"restart_s": took.Seconds(), "plain_s": plain.Seconds()}, err
}

// plainDirs makes n directories with a small file each below dir, and returns how long that took: what the file system alone
// charges at this moment for as many inodes as a broker with one file in each new partition needs. They stay until the run's
// directory goes, because ext4 without a journal looks past every inode that was freed in the last minutes, one by one.
func plainDirs(dir string, n int) (time.Duration, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return 0, err
	}
	content := make([]byte, 60)
	start := time.Now()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprintf("t-%d", i))
		if err := os.Mkdir(sub, 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(filepath.Join(sub, "file"), content, 0o644); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// afterKill is row 16.
func afterKill(e *env) (Figures, error) {
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	topic := e.name("kill")
	if err := e.topicOn(s, topic, 1, nil); err != nil {
		return nil, err
	}
	load := Load{Topic: topic, Partitions: []int32{0}, RecordSize: 1024, Acks: -1}.FillBatch(1<<20 - 1024)
	if _, err := (Replay{Addr: s.Addr, Conns: 1, InFlight: 5, Requests: e.scaled(1000, 8), Distinct: 8, Load: func(int) Load { return load }}).Run(e.ctx); err != nil {
		return nil, err
	}
	s.Kill()
	if err := s.Restart(); err != nil {
		return nil, err
	}
	took, err := e.back(s, topic)
	return Figures{"ms": ms(took)}, err
}

// manyConnections is row 14.
func manyConnections(e *env) (Figures, error) {
	s, err := e.start()
	if err != nil {
		return nil, err
	}
	topic := e.name("polled")
	if err := e.topicOn(s, topic, 1, nil); err != nil {
		return nil, err
	}
	before, err := s.RSS()
	if err != nil {
		return nil, err
	}
	var conns []*client
	defer func() {
		for _, c := range conns {
			c.close()
		}
	}()
	for range e.scaled(10000, 100) {
		c, err := dial(s.Addr)
		if err != nil {
			return nil, err
		}
		c.buf = make([]byte, 512) // an empty answer is small; 10 000 large buffers are not
		conns = append(conns, c)
		if err := firstAnswer(c, topic); err != nil {
			return nil, err
		}
	}
	time.Sleep(time.Second)
	idle, err := s.RSS()
	if err != nil {
		return nil, err
	}
	out := Figures{"idle_kb": (idle - before) / 1e3 / float64(len(conns))}
	return out, e.polls(s, topic, conns, out)
}

// firstAnswer makes a connection one that has spoken.
func firstAnswer(c *client, topic string) error {
	t := fetchFrame(topic, 0, 0, 1024)
	if err := c.send(t.at(0, 1)); err != nil {
		return err
	}
	f, err := c.frame()
	if err != nil {
		return err
	}
	_, err = parseFetch(f, topic, 1)
	return err
}

// polls lets every connection long-poll an empty topic and measures what one poll costs.
func (e *env) polls(s *Server, topic string, conns []*client, out Figures) error {
	var count atomic.Int64
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	errs := make(chan error, len(conns))
	for _, c := range conns {
		wg.Go(func() {
			t := fetchFrame(topic, 0, 500*time.Millisecond, 1024)
			for corr := int32(2); ctx.Err() == nil; corr++ {
				if err := c.send(t.at(0, corr)); err != nil {
					errs <- err
					return
				}
				f, err := c.frame()
				if err == nil {
					_, err = parseFetch(f, topic, corr)
				}
				if err != nil {
					errs <- err
					return
				}
				count.Add(1)
			}
		})
	}
	time.Sleep(e.duration(2 * time.Second))
	from := count.Load()
	used, err := cpu(s, func() error { time.Sleep(e.duration(10 * time.Second)); return nil })
	n := count.Load() - from
	rss, rerr := s.RSS()
	cancel()
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
	}
	if n == 0 {
		return errors.New("no poll was answered")
	}
	out["poll_us"], out["total_mb"] = float64(used.Microseconds())/float64(n), rss/megabyte
	return errors.Join(err, rerr)
}

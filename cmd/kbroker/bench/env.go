package bench

import (
	"context"
	"fmt"
	"time"
)

// env is what a row has at hand for one run.
type env struct {
	ctx    context.Context
	suite  *suite
	spec   Spec
	srv    *Server // of a shared row
	row    row
	repeat int
	topics []string
	own    []*Server // started by the row
}

// name makes a topic name that no other run has used. All have the same length.
func (e *env) name(what string) string {
	return fmt.Sprintf("%s-%s-%d", what, e.row.id, e.repeat)
}

// topic makes a topic on the shared server; close deletes it.
func (e *env) topic(name string, partitions int, configs map[string]string) error {
	return e.topicOn(e.srv, name, partitions, configs)
}

func (e *env) topicOn(s *Server, name string, partitions int, configs map[string]string) error {
	c, err := dial(s.Addr)
	if err != nil {
		return err
	}
	defer c.close()
	if s == e.srv {
		e.topics = append(e.topics, name)
	}
	return c.createTopic(name, partitions, configs)
}

// start starts a server of the row's own, in an empty directory, and waits until it answers.
func (e *env) start() (*Server, error) {
	s, err := Start(e.ctx, e.spec, e.suite.newDir(e.spec.Name), e.suite.cfg.ServerCores)
	if err != nil {
		return nil, err
	}
	e.own = append(e.own, s)
	return s, s.Ready(e.ctx)
}

func (e *env) close() {
	for _, s := range e.own {
		s.Kill()
	}
	e.own = nil
	if len(e.topics) == 0 {
		return
	}
	if c, err := dial(e.srv.Addr); err == nil {
		for _, t := range e.topics {
			if err := c.deleteTopic(t); err != nil {
				e.suite.cfg.Log("delete %s: %v", t, err)
			}
		}
		c.close()
	}
	e.topics = nil
}

// scaled is n times the suite's scale, but at least least.
func (e *env) scaled(n, least int) int {
	return max(least, int(float64(n)*e.suite.cfg.Scale))
}

func (e *env) duration(d time.Duration) time.Duration {
	return max(500*time.Millisecond, time.Duration(float64(d)*min(1, e.suite.cfg.Scale)))
}

// cpu runs fn and returns how much CPU time the server spent meanwhile.
func cpu(s *Server, fn func() error) (time.Duration, error) {
	before, err := s.CPU()
	if err != nil {
		return 0, err
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := s.CPU()
	return after - before, err
}

// firstAck produces one record to partition 0 of a topic that is there, trying until it is taken.
func firstAck(ctx context.Context, addr, topic string) error {
	load := Load{Topic: topic, Partitions: []int32{0}, Records: 1, RecordSize: 100, Acks: -1}
	deadline := time.Now().Add(startDeadline)
	for {
		_, err := Replay{Addr: addr, Conns: 1, InFlight: 1, Requests: 1, Load: func(int) Load { return load }}.Run(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

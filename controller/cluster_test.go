package controller

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// switchboard carries messages between controllers in one process; who is cut off hears and says nothing.
type switchboard struct {
	mu    sync.Mutex
	nodes map[uint64]*quorum.Driver
	cut   map[uint64]bool
}

type line struct {
	board *switchboard
	from  uint64
}

func (l line) Send(messages []*pb.Message) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	for _, m := range messages {
		to := l.board.nodes[m.GetTo()]
		ok := to != nil && !l.board.cut[l.from] && !l.board.cut[m.GetTo()]
		if ok {
			to.Deliver(proto.Clone(m).(*pb.Message))
		}
		if from := l.board.nodes[l.from]; from != nil && m.GetType() == pb.MsgSnap {
			from.ReportSnapshot(m.GetTo(), ok)
		}
	}
}

// three controllers, each with its own disk.
type three struct {
	t      *testing.T
	board  *switchboard
	voters []quorum.Voter
	disks  []*vfs.Mem
	rigs   []*rig
}

func startThree(t *testing.T) *three {
	t.Helper()
	c := &three{t: t, board: &switchboard{nodes: map[uint64]*quorum.Driver{}, cut: map[uint64]bool{}}, rigs: make([]*rig, 3)}
	for i := range 3 {
		c.voters = append(c.voters, quorum.Voter{ID: int32(i + 1), DirectoryID: metadata.UUID{0xd0, byte(i)}})
	}
	for i := range 3 {
		disk := vfs.NewMem()
		if err := errors.Join(Format(disk, "/m", c.voters, nil), disk.SyncDir("/"), disk.SyncDir("/m")); err != nil {
			t.Fatal(err)
		}
		c.disks = append(c.disks, disk)
		c.start(i)
	}
	return c
}

func (c *three) start(i int) {
	c.t.Helper()
	v := c.voters[i]
	c.rigs[i] = start(c.t, c.disks[i], func(cfg *Config) {
		cfg.NodeID, cfg.DirectoryID, cfg.Transport = v.ID, v.DirectoryID, line{c.board, v.RaftID()}
		cfg.Incarnation, cfg.SnapshotBytes = metadata.UUID{byte(v.ID)}, 3000
	})
	c.board.mu.Lock()
	c.board.nodes[v.RaftID()] = c.rigs[i].Driver()
	c.board.mu.Unlock()
}

func (c *three) isolate(i int, cut bool) {
	c.board.mu.Lock()
	c.board.cut[c.voters[i].RaftID()] = cut
	c.board.mu.Unlock()
}

// stop takes a controller away as a power cut does.
func (c *three) stop(i int) {
	c.disks[i] = c.disks[i].Clone(vfs.PowerCut, nil)
	c.board.mu.Lock()
	delete(c.board.nodes, c.voters[i].RaftID())
	c.board.mu.Unlock()
	c.rigs[i].Close()
	c.rigs[i] = nil
}

// leader waits for a leader that is not excluded.
func (c *three) leader(except int) int {
	c.t.Helper()
	for range 600 {
		for i, r := range c.rigs {
			if r == nil || i == except {
				continue
			}
			if st, err := r.Driver().Status(); err == nil && st.Leadership.Active {
				return i
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Fatal("no controller leads within a minute")
	return -1
}

func (c *three) close() {
	for _, r := range c.rigs {
		if r != nil {
			r.Close()
		}
	}
}

// settled waits until all controllers show the same world.
func (c *three) settled() {
	c.t.Helper()
	for range 300 {
		synctest.Wait()
		offset := c.rigs[0].Image().Offset()
		if c.rigs[1].Image().Offset() == offset && c.rigs[2].Image().Offset() == offset {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Fatalf("the images stay at offsets %d, %d, %d", c.rigs[0].Image().Offset(), c.rigs[1].Image().Offset(), c.rigs[2].Image().Offset())
}

func TestThreeControllersSurviveTheLossOfEachLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startThree(t)
		defer c.close()
		var topics []string
		for round := range 4 {
			lead := c.leader(-1)
			c.rigs[lead].join(byte(round+1), -1)
			for n := range 10 {
				name := fmt.Sprintf("t-%d-%d", round, n)
				if row := c.rigs[lead].create(name, 3); row.ErrorCode != 0 {
					t.Fatalf("%s: %s", name, *row.ErrorMessage)
				}
				topics = append(topics, name)
			}
			c.stop(lead)
			next := c.leader(-1)
			if next == lead {
				t.Fatal("the stopped controller leads")
			}
			c.start(lead)
		}
		c.settled()
		for i, r := range c.rigs {
			for _, name := range topics {
				if topic := r.Image().Topic(name); topic == nil || len(topic.Partitions) != 3 {
					t.Fatalf("controller %d lost topic %s", i+1, name)
				}
			}
		}
	})
}

func TestInvM14ControllerThatIsCutOffStopsAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startThree(t)
		defer c.close()
		lead := c.leader(-1)
		c.rigs[lead].join(1, -1)
		c.isolate(lead, true)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		req := kmsg.NewPtrCreateTopicsRequest()
		req.Version = 7
		req.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "never", NumPartitions: 1, ReplicationFactor: 1}}
		begin := time.Now()
		if _, err := c.rigs[lead].Handle(ctx, protocol.Anonymous, req); err == nil {
			t.Fatal("a controller without its majority created a topic")
		} else if waited := time.Since(begin); waited > 3*time.Second {
			t.Fatalf("it gave up after %v: %v", waited, err)
		}
		next := c.leader(lead)
		c.rigs[next].join(2, -1)
		c.rigs[next].create("other", 1)
		c.isolate(lead, false)
		c.settled()
		for i, r := range c.rigs {
			if r.Image().Topic("never") != nil || r.Image().Topic("other") == nil {
				t.Fatalf("controller %d holds what was never committed", i+1)
			}
		}
	})
}

func TestSlowControllerIsGivenASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startThree(t)
		defer c.close()
		lead := c.leader(-1)
		c.rigs[lead].join(1, -1)
		slow := (lead + 1) % 3
		c.isolate(slow, true)
		for n := range 60 {
			c.rigs[lead].create(fmt.Sprint("t", n), 2)
			c.rigs[lead].beat()
			synctest.Wait()
		}
		if _, err := c.rigs[lead].Driver().Read(c.rigs[slow].Image().Offset()+1, 1); !errors.Is(err, quorum.ErrTrimmed) {
			t.Fatalf("the log still holds what the slow one lacks: %v", err)
		}
		c.isolate(slow, false)
		c.settled()
		if n := c.rigs[slow].Image().NumTopics(); n != 60 {
			t.Fatalf("it holds %d topics", n)
		}
		if c.rigs[slow].steps > 40 {
			t.Fatalf("%d steps: it was told of each record instead of a snapshot", c.rigs[slow].steps)
		}
	})
}

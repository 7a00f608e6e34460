package bench

import (
	"encoding/binary"
	"strconv"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// An attack is input that costs its sender little. It is done when run returns; what the broker answers is not judged.
type attack struct {
	name string
	run  func(addr string) error
}

// attacks are cases that have brought brokers down.
var attacks = []attack{
	{"frames", announcedFrames},
	{"groups", manyGroups},
	{"tags", countedTags},
}

// hostile is row 19: each attack against a server of its own, what it made the server take, and how long another client
// waited for its answers meanwhile.
func hostile(e *env) (Figures, error) {
	out := Figures{}
	for _, a := range attacks {
		if err := e.attacked(a, out); err != nil {
			return out, err
		}
		e.close()
	}
	return out, nil
}

func (e *env) attacked(a attack, out Figures) error {
	s, err := e.start()
	if err != nil {
		return err
	}
	other := &bystander{addr: s.Addr, stop: make(chan struct{}), done: make(chan error, 1), latency: newHistogram()}
	go other.run()
	time.Sleep(time.Second) // what starting left behind is done
	before, err := s.RSS()
	if err != nil {
		return err
	}
	used, err := cpu(s, func() error {
		err := a.run(s.Addr)
		time.Sleep(200 * time.Millisecond) // and what goes on after the answer
		return err
	})
	if err != nil {
		return err
	}
	close(other.stop)
	if err := <-other.done; err != nil {
		return err
	}
	peak, err := s.PeakRSS()
	out[a.name+"_mb"] = max(0, peak-before) / megabyte
	out[a.name+"_cpu_s"] = used.Seconds()
	out[a.name+"_others_ms"] = float64(other.latency.ValueAtQuantile(99)) / 1e3
	return err
}

// A bystander asks for the brokers every few milliseconds and notes how long that takes.
type bystander struct {
	addr    string
	stop    chan struct{}
	done    chan error
	latency *hdrhistogram.Histogram
}

func (b *bystander) run() { b.done <- b.ask() }

func (b *bystander) ask() error {
	c, err := dial(b.addr)
	if err != nil {
		return err
	}
	defer c.close()
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(metadataVersion)
	req.Topics = []kmsg.MetadataRequestTopic{}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-b.stop:
			return nil
		case <-tick.C:
		}
		began := time.Now()
		if _, err := c.call(req); err != nil {
			return err
		}
		record1(b.latency, time.Since(began))
	}
}

// announcedFrames is fifty connections that announce 90 MiB each and send ten bytes.
func announcedFrames(addr string) error {
	head := binary.BigEndian.AppendUint32(nil, 90<<20)
	for range 50 {
		c, err := dial(addr)
		if err != nil {
			return err
		}
		defer c.close()
		if err := c.send(append(head[:4:4], make([]byte, 10)...)); err != nil {
			return err
		}
	}
	time.Sleep(time.Second)
	return nil
}

// manyGroups asks for the offsets of 100 000 groups that are not there.
func manyGroups(addr string) error {
	req := kmsg.NewPtrOffsetFetchRequest()
	req.SetVersion(8)
	for i := range 100_000 {
		g := kmsg.NewOffsetFetchRequestGroup()
		g.Group = strconv.Itoa(i)
		req.Groups = append(req.Groups, g)
	}
	return provoke(addr, encode(req))
}

// countedTags is an ApiVersions request whose body is seven bytes, of which five say that 2^32-1 tagged fields follow.
func countedTags(addr string) error {
	req := kmsg.NewPtrApiVersionsRequest()
	req.SetVersion(3)
	frame := encode(req)
	frame = append(frame[:len(frame)-1], 0xff, 0xff, 0xff, 0xff, 0x0f) // in the place of "no tagged fields"
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	return provoke(addr, frame)
}

// provoke sends a frame and waits for an answer or the end of the connection.
func provoke(addr string, frame []byte) error {
	c, err := dial(addr)
	if err != nil {
		return err
	}
	defer c.close()
	if c.send(frame) == nil {
		_, _ = c.frame()
	}
	return nil
}

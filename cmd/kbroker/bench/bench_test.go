package bench

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/kbroker/kbroker/cmd/kbroker/bench/null"
)

// startNull runs a null broker in this process.
func startNull(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	dir := filepath.Join(t.TempDir(), "data")
	go func() { done <- null.Run(ctx, null.Options{Addr: addr, Dir: dir}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s := &Server{Addr: addr}
	for s.probe() != nil {
		time.Sleep(time.Millisecond)
	}
	return addr
}

func makeTopic(t *testing.T, addr, name string, partitions int, configs map[string]string) {
	c, err := dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.createTopic(name, partitions, configs); err != nil {
		t.Fatal(err)
	}
}

func TestTheFetchTemplateKnowsWhereItsOffsetStands(t *testing.T) {
	if err := fetchFrame("topic-x", 3, time.Second, 1<<20).verify(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsProducedIsRead(t *testing.T) {
	addr := startNull(t)
	for _, x := range []struct {
		name          string
		size, records int
		conns         int
		inFlight      int
		walk, flush   string
	}{
		{"small", 100, 1, 3, 5, "true", ""},
		{"medium", 100, 150, 2, 2, "", ""},
		{"large", 1024, 1000, 1, 5, "", ""},
		{"durable", 100, 1, 8, 1, "", "1"},
	} {
		t.Run(x.name, func(t *testing.T) {
			makeTopic(t, addr, x.name, 1, map[string]string{null.ConfigWalk: x.walk, null.ConfigFlush: x.flush})
			load := Load{Topic: x.name, Partitions: []int32{0}, Records: x.records, RecordSize: x.size, Acks: -1}
			progress := 0
			r := Replay{Addr: addr, Load: func(int) Load { return load }, Conns: x.conns, InFlight: x.inFlight, Requests: 60, Distinct: 3}
			if x.conns == 1 {
				r.Progress = func(n int) { progress += n }
			}
			s, err := r.Run(context.Background())
			if err != nil || s.Requests != 60 || s.Latency.TotalCount() != 60 || x.conns == 1 && progress != 60 {
				t.Fatalf("%+v %v", s, err)
			}
			for _, most := range []int32{1 << 20, 300 << 10, 2 << 20} {
				got, err := Reading{Addr: addr, Topic: x.name, MaxBytes: most, Total: 3 * s.Bytes}.Run(context.Background())
				if err != nil || got.Bytes < 3*s.Bytes {
					t.Fatalf("%d: %+v %v", most, got, err)
				}
			}
		})
	}
}

func TestErrorsOfTheBrokerEndAReplay(t *testing.T) {
	addr := startNull(t)
	load := Load{Topic: "missing", Partitions: []int32{0}, Records: 1, RecordSize: 10, Acks: -1}
	_, err := Replay{Addr: addr, Load: func(int) Load { return load }, Conns: 1, InFlight: 1, Requests: 1}.Run(context.Background())
	if err == nil {
		t.Fatal("no error")
	}
}

func TestOneRequestForManyPartitions(t *testing.T) {
	addr := startNull(t)
	makeTopic(t, addr, "many", 100, nil)
	load := Load{Topic: "many", Records: 1, RecordSize: 100, Acks: 1}
	for i := range int32(100) {
		load.Partitions = append(load.Partitions, i)
	}
	s, err := Replay{Addr: addr, Load: func(int) Load { return load }, Conns: 1, InFlight: 2, Requests: 10}.Run(context.Background())
	if err != nil || s.Requests != 10 {
		t.Fatal(s, err)
	}
}

func TestPaceMeasuresEveryRecordOnce(t *testing.T) {
	addr := startNull(t)
	for _, consume := range []bool{false, true} {
		name := fmt.Sprint("pace-", consume)
		makeTopic(t, addr, name, 1, nil)
		got, err := Pace{Addr: addr, Topic: name, Rate: 1000, Duration: 200 * time.Millisecond, RecordSize: 100, Acks: -1, Consume: consume}.Run(context.Background())
		if err != nil || got.Acks.TotalCount() != 200 || consume && got.Read.TotalCount() != 200 {
			t.Fatal(got, err)
		}
	}
}

func TestFlatOutEndsWithEveryRecordInTheLog(t *testing.T) {
	addr := startNull(t)
	makeTopic(t, addr, "flat", 1, nil)
	f, err := NewFlatOut(t.Context(), addr, "flat", 100)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if took, err := f.Run(t.Context(), 5000); err != nil || took <= 0 {
		t.Fatal(took, err)
	}
	got, err := Reading{Addr: addr, Topic: "flat", MaxBytes: 1 << 20, Total: 1}.Run(t.Context())
	if err != nil || got.Bytes == 0 {
		t.Fatal(got, err)
	}
	c, err := dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.send(fetchFrame("flat", 0, 0, 1<<20).at(0, 1)); err != nil {
		t.Fatal(err)
	}
	frame, err := c.frame()
	if err != nil {
		t.Fatal(err)
	}
	if x, err := parseFetch(frame, "flat", 1); err != nil || x.hw != 5001 {
		t.Fatalf("the log ends at %d, not behind the first record and 5000 more: %v", x.hw, err)
	}
}

func TestFlatOutTellsOfARefusal(t *testing.T) {
	addr := startNull(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // until then the client tries again
	defer cancel()
	if f, err := NewFlatOut(ctx, addr, "missing", 100); err == nil {
		f.Close()
		t.Fatal("a topic that is not there took a record")
	}
}

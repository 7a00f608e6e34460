package producerid

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// controller hands out blocks of three.
type controller struct {
	mu   sync.Mutex
	next int64
	fail bool
}

func (c *controller) forward(_ context.Context, req kmsg.Request) (kmsg.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	resp := req.ResponseKind().(*kmsg.AllocateProducerIDsResponse)
	if c.fail {
		resp.ErrorCode = kerr.StaleBrokerEpoch.Code
		return resp, nil
	}
	resp.ProducerIDStart, resp.ProducerIDLen = c.next, 3
	c.next += 3
	return resp, nil
}

func epoch() int64 { return 7 }

func TestInvM25IDsAreHandedOutOnce(t *testing.T) {
	c := &controller{}
	sources := []*Source{New(1, epoch, c.forward), New(2, epoch, c.forward)}
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				id, err := sources[i%2].Next(context.Background())
				mu.Lock()
				if err != nil || seen[id] {
					t.Errorf("id %d again, or %v", id, err)
				}
				seen[id] = true
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if len(seen) != 1000 {
		t.Fatalf("%d ids", len(seen))
	}
}

func TestAFailedBlockIsAskedForAgain(t *testing.T) {
	c := &controller{fail: true}
	s := New(1, epoch, c.forward)
	if _, err := s.Next(context.Background()); !errors.Is(err, kerr.CoordinatorLoadInProgress) {
		t.Fatal(err)
	}
	c.fail = false
	if id, err := s.Next(context.Background()); id != 0 || err != nil {
		t.Fatal(id, err)
	}
}

func TestWaitingForABlockEndsWithTheContext(t *testing.T) {
	release := make(chan struct{})
	started := make(chan struct{})
	s := New(1, epoch, func(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
		close(started)
		<-release
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Next(ctx)
	}()
	<-started
	cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(release)
	<-done
}

// Package producerid hands out producer ids in blocks that the controller has recorded, so that no id is given twice
// across any number of brokers and failovers (M25). What is left of a block when the broker stops is never used.
package producerid

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Forward sends a request to the active controller.
type Forward func(ctx context.Context, req kmsg.Request) (kmsg.Response, error)

// A Source hands out ids. It may be used from several goroutines.
type Source struct {
	brokerID int32
	epoch    func() int64 // broker epoch of this incarnation
	forward  Forward
	block    chan block // holds the block when nobody is taking from it: a lock that can be waited for with a context
}

// A block is the ids [next, end).
type block struct{ next, end int64 }

// New returns a source without a block: the first Next asks for one.
func New(brokerID int32, epoch func() int64, forward Forward) *Source {
	s := &Source{brokerID: brokerID, epoch: epoch, forward: forward, block: make(chan block, 1)}
	s.block <- block{}
	return s
}

// Next returns an id that nobody had before. When the block is used up it waits for the controller; whoever asks
// meanwhile waits for the same block.
func (s *Source) Next(ctx context.Context) (int64, error) {
	var b block
	select {
	case b = <-s.block:
	case <-ctx.Done():
		return -1, ctx.Err()
	}
	defer func() { s.block <- b }()
	if b.next == b.end {
		fresh, err := s.allocate(ctx)
		if err != nil {
			return -1, err
		}
		b = fresh
	}
	b.next++
	return b.next - 1, nil
}

func (s *Source) allocate(ctx context.Context) (block, error) {
	req := kmsg.NewPtrAllocateProducerIDsRequest()
	req.BrokerID, req.BrokerEpoch = s.brokerID, s.epoch()
	kresp, err := s.forward(ctx, req)
	if err != nil {
		return block{}, err
	}
	resp := kresp.(*kmsg.AllocateProducerIDsResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return block{}, kerr.CoordinatorLoadInProgress // retriable at every version, whatever kept the controller
	}
	if resp.ProducerIDLen <= 0 {
		return block{}, kerr.UnknownServerError
	}
	return block{resp.ProducerIDStart, resp.ProducerIDStart + int64(resp.ProducerIDLen)}, nil
}

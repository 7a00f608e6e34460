package service

import (
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group"
)

// passLimit is how many groups one pass over a partition may take; more are spread over several, so that others get their
// turn in between.
const passLimit = 4096

// A pass is a part of a request about many groups: those of one partition, by their places in the request.
type pass struct {
	partition int32
	which     []int32
}

// passes divides groups by partition. The order of the passes does not depend on anything but the request.
func (s *Service) passes(n int, id func(i int) string, wanted func(i int) bool) []pass {
	parts := s.cfg.Partitions()
	current := make(map[int32]int) // the pass of a partition that still has room
	var out []pass
	for i := range n {
		if !wanted(i) {
			continue
		}
		p := coordinator.PartitionFor(id(i), parts)
		at, ok := current[p]
		if !ok || len(out[at].which) == passLimit {
			at = len(out)
			current[p] = at
			out = append(out, pass{partition: p})
		}
		out[at].which = append(out[at].which, int32(i))
	}
	return out
}

// spread runs each pass where it belongs and calls done when all are answered. refuse is told of passes that failed.
func (s *Service) spread(ps []pass, handler func(pass) coordinator.Handler, got func(pass, any), refuse func(pass, *kerr.Error), done func()) {
	if len(ps) == 0 {
		done()
		return
	}
	var left atomic.Int64
	left.Store(int64(len(ps)))
	for _, p := range ps {
		s.rt.Write(p.partition, "", handler(p), func(resp any, err error) {
			if err != nil {
				refuse(p, group.CodeOf(err))
			} else {
				got(p, resp)
			}
			if left.Add(-1) == 0 {
				done()
			}
		})
	}
}

package state

import (
	"math"

	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ProducerIDBlock is how many producer ids a broker gets at once.
const ProducerIDBlock = 1000

// AllocateProducerIDs hands out the next block. The record that says so is committed before the answer leaves, so no
// block is handed out twice (M25).
func (s *State) AllocateProducerIDs(in In, req *kmsg.AllocateProducerIDsRequest) (Records, *kmsg.AllocateProducerIDsResponse) {
	resp := req.ResponseKind().(*kmsg.AllocateProducerIDsResponse)
	if err := checkBrokerEpoch(in.Image, req.BrokerID, req.BrokerEpoch); err != nil {
		resp.ErrorCode = err.code
		return nil, resp
	}
	first := in.Image.NextProducerID()
	if first > math.MaxInt64-ProducerIDBlock {
		resp.ErrorCode = kerr.UnknownServerError.Code
		return nil, resp
	}
	resp.ProducerIDStart, resp.ProducerIDLen = first, ProducerIDBlock
	return Records{&metarec.ProducerIDs{BrokerID: req.BrokerID, BrokerEpoch: req.BrokerEpoch, NextProducerID: first + ProducerIDBlock}}, resp
}

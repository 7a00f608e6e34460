package state

import (
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// UnregisterBroker decides that a broker is gone for good: it leaves ISRs and leaderships, and is forgotten.
func (s *State) UnregisterBroker(in In, req *kmsg.UnregisterBrokerRequest) (Records, *kmsg.UnregisterBrokerResponse) {
	resp := req.ResponseKind().(*kmsg.UnregisterBrokerResponse)
	b := in.Image.Broker(req.BrokerID)
	if b == nil {
		resp.ErrorCode, resp.ErrorMessage = told(fail(kerr.BrokerIDNotRegistered, "Broker ID %d is not currently registered", req.BrokerID))
		return nil, resp
	}
	return append(s.withoutBroker(in.Image, b.ID), &metarec.UnregisterBroker{BrokerID: b.ID, BrokerEpoch: b.Epoch}), resp
}

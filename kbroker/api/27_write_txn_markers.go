package api

// WriteTxnMarkers, key 27, versions 1 to 2. Ends transactions in partitions led here: sent by coordinators on other
// brokers, and by operators who end a transaction that hangs (KIP-664).
//
//	v1 flexible; v2 the transaction version that a marker belongs to (KIP-890)

import (
	"sync"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) writeTxnMarkers(req *protocol.Request, q *kmsg.WriteTxnMarkersRequest, done func(kmsg.Response)) {
	allowed := b.allowedCluster(req.Conn, OpAlter) || b.allowedCluster(req.Conn, OpClusterAction)
	a := &markerAnswers{resp: kmsg.NewPtrWriteTxnMarkersResponse(), done: done, left: 1}
	for mi := range q.Markers {
		m := &q.Markers[mi]
		rm := kmsg.NewWriteTxnMarkersResponseMarker()
		rm.ProducerID = m.ProducerID
		for _, t := range m.Topics {
			rt := kmsg.NewWriteTxnMarkersResponseMarkerTopic()
			rt.Topic = t.Topic
			for _, p := range t.Partitions {
				rp := kmsg.NewWriteTxnMarkersResponseMarkerTopicPartition()
				rp.Partition = p
				if !allowed {
					rp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
				}
				rt.Partitions = append(rt.Partitions, rp)
				a.left++
			}
			rm.Topics = append(rm.Topics, rt)
		}
		a.resp.Markers = append(a.resp.Markers, rm)
	}
	if !allowed {
		done(a.resp)
		return
	}
	for mi := range q.Markers {
		b.writeMarkers(&q.Markers[mi], &a.resp.Markers[mi], a)
	}
	a.one()
}

func (b *Broker) writeMarkers(m *kmsg.WriteTxnMarkersRequestMarker, rm *kmsg.WriteTxnMarkersResponseMarker, a *markerAnswers) {
	marker := coordinator.Marker{
		ProducerID: m.ProducerID, ProducerEpoch: m.ProducerEpoch, CoordinatorEpoch: m.CoordinatorEpoch, Commit: m.Committed,
		Version: int16(m.TransactionVersion),
	}
	for ti := range rm.Topics {
		t := &rm.Topics[ti]
		for pi := range t.Partitions {
			rp := &t.Partitions[pi]
			if _, err := b.Replicas.Partition(t.Topic, rp.Partition); err != nil {
				rp.ErrorCode = kerr.UnknownTopicOrPartition.Code
				a.one()
				continue
			}
			if m.ProducerID < 0 || m.ProducerEpoch < 0 {
				rp.ErrorCode = kerr.UnknownServerError.Code // no marker can be made of it
				a.one()
				continue
			}
			b.Markers.WriteMarker(t.Topic, rp.Partition, marker, func(err error) {
				rp.ErrorCode = code(err)
				a.one()
			})
		}
	}
}

// markerAnswers counts down to the answer. Each partition's code is written by whoever reports it.
type markerAnswers struct {
	mu   sync.Mutex
	left int
	resp *kmsg.WriteTxnMarkersResponse
	done func(kmsg.Response)
}

func (a *markerAnswers) one() {
	a.mu.Lock()
	a.left--
	last := a.left == 0
	a.mu.Unlock()
	if last {
		a.done(a.resp)
	}
}

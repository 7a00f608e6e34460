package api

// DescribeCluster, key 60, versions 0 to 2. The cluster id, a broker that takes what is meant for the controller, and the
// brokers as the listener of the request reaches them (trap T24).
//
//	v1 endpoint type (KIP-919); v2 fenced brokers (KIP-1073)

import (
	"strconv"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The endpoint types of DescribeCluster.
const (
	endpointBrokers     int8 = 1
	endpointControllers int8 = 2
)

func (b *Broker) describeCluster(req *protocol.Request, q *kmsg.DescribeClusterRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeClusterResponse()
	resp.ControllerID, resp.EndpointType = -1, endpointBrokers
	switch {
	case q.Version < 1 || q.EndpointType == endpointBrokers:
	case q.EndpointType == endpointControllers:
		resp.ErrorCode = kerr.MismatchedEndpointType.Code
		resp.ErrorMessage = text("The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER")
		return resp
	default:
		resp.ErrorCode = kerr.UnsupportedEndpointType.Code
		resp.ErrorMessage = text("Unsupported endpoint type " + strconv.Itoa(int(q.EndpointType)))
		return resp
	}
	resp.ClusterID = b.ClusterID
	if q.IncludeClusterAuthorizedOperations {
		resp.ClusterAuthorizedOperations = 0
		if b.allowedCluster(req.Conn, OpDescribe) {
			resp.ClusterAuthorizedOperations = b.operations(req.Conn, ResCluster, ClusterName)
		}
	}
	for _, broker := range b.Image().Brokers() {
		ep, ok := broker.Endpoint(req.Conn.Listener)
		if !ok || broker.Fenced && !(q.Version >= 2 && q.IncludeFencedBrokers) {
			continue
		}
		rb := kmsg.NewDescribeClusterResponseBroker()
		rb.NodeID, rb.Host, rb.Port, rb.Rack, rb.IsFenced = broker.ID, ep.Host, int32(ep.Port), rackOf(broker), broker.Fenced
		resp.Brokers = append(resp.Brokers, rb)
		if !broker.Fenced && (resp.ControllerID < 0 || broker.ID == b.ID) {
			resp.ControllerID = broker.ID
		}
	}
	return resp
}

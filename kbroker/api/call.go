package api

import (
	"bytes"
	"context"
	"net"
	"strings"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// handler answers the requests of one key. It is called on the reader goroutine of the connection and completes reply
// exactly once.
type handler func(b *Broker, req *protocol.Request, reply protocol.Reply)

// decode reads a request with kmsg. The body is copied first: what kmsg hands out aliases it, and rooms keep names,
// metadata and assignments longer than the connection keeps the frame.
func decode[Q kmsg.Request](req *protocol.Request) (q Q, err error) {
	r := kmsg.RequestForKey(req.Key)
	r.SetVersion(req.Version)
	type unsafeReader interface{ UnsafeReadFrom([]byte) error }
	if u, ok := r.(unsafeReader); ok {
		err = u.UnsafeReadFrom(bytes.Clone(req.Body))
	} else {
		err = r.ReadFrom(bytes.Clone(req.Body))
	}
	return r.(Q), err
}

// answering makes a handler of a function that returns the response. It may wait for the controller: the connection's
// next request waits with it.
func answering[Q kmsg.Request](fn func(b *Broker, req *protocol.Request, q Q) kmsg.Response) handler {
	return func(b *Broker, req *protocol.Request, reply protocol.Reply) {
		q, err := decode[Q](req)
		if err != nil {
			reply.Close(protocol.APIName(req.Key) + ": " + err.Error())
			return
		}
		resp := fn(b, req, q)
		resp.SetVersion(req.Version)
		reply.Send(resp)
	}
}

// grouped makes a handler of the group coordinators' door.
func grouped(b *Broker, req *protocol.Request, reply protocol.Reply) {
	q, err := decode[kmsg.Request](req)
	if err != nil {
		reply.Close(protocol.APIName(req.Key) + ": " + err.Error())
		return
	}
	b.Groups.Serve(q, b.callerOf(req), func(resp kmsg.Response) {
		resp.SetVersion(q.GetVersion())
		b.finishGroups(req, q, resp)
		reply.Send(resp)
	})
}

// groupOperations is what a group API does to its groups and to the topics that it names.
var groupOperations = map[int16]struct{ group, topic Operation }{
	8:  {OpRead, OpRead},
	9:  {OpDescribe, OpDescribe},
	11: {OpRead, 0},
	12: {OpRead, 0},
	13: {OpRead, 0},
	14: {OpRead, 0},
	15: {OpDescribe, 0},
	16: {OpDescribe, 0},
	28: {OpRead, OpRead},
	42: {OpDelete, 0},
	47: {OpDelete, OpRead},
	68: {OpRead, OpDescribe},
	69: {OpDescribe, OpDescribe},
}

func (b *Broker) callerOf(req *protocol.Request) Caller {
	host := ""
	if req.Conn.Remote != nil {
		host = req.Conn.Remote.String()
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	conn, ops := req.Conn, groupOperations[req.Key]
	return Caller{
		ClientID:     strings.Clone(req.ClientID), // a coordinator keeps it longer than the frame
		Host:         "/" + host,
		GroupAllowed: func(id string) bool { return b.allowed(conn, ops.group, ResGroup, id) },
		TopicAllowed: func(name string) bool { return b.allowed(conn, ops.topic, ResTopic, name) },
	}
}

// forwardWithin is forward for a request that says how long it may take. Without time it is not begun, as in Apache Kafka.
func (b *Broker) forwardWithin(req *protocol.Request, q kmsg.Request, ms int32) (kmsg.Response, error) {
	if ms <= 0 {
		return nil, context.DeadlineExceeded
	}
	return b.forwardFor(req, q, min(time.Duration(ms)*time.Millisecond, b.Config().Broker().RequestTimeout))
}

// forward hands a request to the controller and waits for the answer, never
// longer than request.timeout.ms.
func (b *Broker) forward(req *protocol.Request, q kmsg.Request) (kmsg.Response, error) {
	return b.forwardFor(req, q, b.Config().Broker().RequestTimeout)
}

func (b *Broker) forwardFor(req *protocol.Request, q kmsg.Request, limit time.Duration) (kmsg.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return b.Controller.Forward(ctx, req.Conn.Principal, q)
}

package api

import (
	"bytes"
	"context"
	"net"

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
	b.Groups.Serve(q, callerOf(req), func(resp kmsg.Response) {
		resp.SetVersion(q.GetVersion())
		reply.Send(resp)
	})
}

func callerOf(req *protocol.Request) Caller {
	host := ""
	if req.Conn.Remote != nil {
		host = req.Conn.Remote.String()
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	// ClientID aliases the frame; a coordinator keeps it.
	return Caller{ClientID: string([]byte(req.ClientID)), Host: "/" + host, Listener: req.Conn.Listener, Principal: req.Conn.Principal}
}

// forward hands a request to the controller and waits for the answer, never
// longer than request.timeout.ms.
func (b *Broker) forward(req *protocol.Request, q kmsg.Request) (kmsg.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), b.Config().Broker().RequestTimeout)
	defer cancel()
	return b.Controller.Forward(ctx, req.Conn.Principal, q)
}

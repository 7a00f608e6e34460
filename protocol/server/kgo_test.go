package server

import (
	"context"
	"testing"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// metadata answers Metadata, and everything else as unsupported, for a broker without topics.
func metadata(req *protocol.Request, reply protocol.Reply) {
	if req.Key != 3 {
		reply.Close("not in this test")
		return
	}
	resp := kmsg.NewPtrMetadataResponse()
	resp.Version = req.Version
	node := kmsg.NewMetadataResponseBroker()
	node.NodeID, node.Host, node.Port = 1, "broker", 9092
	resp.Brokers = append(resp.Brokers, node)
	resp.ControllerID = 1
	reply.Send(resp)
}

func TestFranzGoConnectsAndNegotiates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, metadata, func(c *Config, l *ListenerConfig) {
			c.Guard, c.LoginGuard = nil, nil
			l.ApiVersions.ClusterID, l.ApiVersions.NodeID = "cluster", 1
		})
		defer b.Close()
		cl, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.Dialer(b.net.Host("client").Dial), kgo.DisableClientMetrics())
		if err != nil {
			t.Fatal(err)
		}
		defer cl.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := cl.Ping(ctx); err != nil {
			t.Fatal(err)
		}
		for v := int16(0); v <= 13; v++ {
			req := kmsg.NewPtrMetadataRequest()
			req.Version = v
			req.Topics = []kmsg.MetadataRequestTopic{}
			pinned := kmsg.NewPtrMetadataRequest()
			*pinned = *req
			resp, err := pinned.RequestWith(ctx, cl)
			if err != nil || len(resp.Brokers) != 1 {
				t.Errorf("v%d: %+v %v", v, resp, err)
			}
		}
		if st := b.Stats(); st.BadRequests != 0 || st.Strangers != 0 || st.Panics != 0 {
			t.Errorf("%+v\n%s", st, b.log)
		}
	})
}

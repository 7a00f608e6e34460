package kbroker

import (
	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/group"
	"github.com/kbroker/kbroker/kbroker/group/service"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// groupDoor is the group coordinators as the API room sees them.
type groupDoor struct{ n *Node }

// Serve implements api.Groups.
func (d groupDoor) Serve(req kmsg.Request, from api.Caller, reply func(kmsg.Response)) {
	d.n.groups.Serve(req, service.Context{
		RequestContext: group.RequestContext{ClientID: from.ClientID, ClientHost: from.Host},
		GroupAllowed:   from.GroupAllowed, TopicAllowed: from.TopicAllowed,
	}, reply)
}

// groupConfig is what the group coordinators are told of the configuration.
func groupConfig(b *config.Broker) group.Config {
	c := group.DefaultConfig()
	c.Classic.MinSessionTimeout, c.Classic.MaxSessionTimeout = b.GroupMinSessionTimeout, b.GroupMaxSessionTimeout
	c.Classic.InitialRebalanceDelay, c.Classic.MaxSize = b.GroupInitialRebalanceDelay, int(b.GroupMaxSize)
	c.OffsetMetadataMax = int(b.OffsetMetadataMaxBytes)
	c.OffsetsRetention, c.RetentionCheckInterval = b.OffsetsRetention, b.OffsetsRetentionCheckInterval
	return c
}

package kbroker

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/group"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
	"github.com/kbroker/kbroker/kbroker/group/service"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// groupDoor is the group coordinators as the API room sees them.
type groupDoor struct{ n *Node }

// Serve implements api.Groups.
func (d groupDoor) Serve(req kmsg.Request, from api.Caller, reply func(kmsg.Response)) {
	d.n.groups.Serve(req, service.Context{
		RequestContext: group.RequestContext{ClientID: from.ClientID, ClientHost: from.Host, TopicAllowed: from.TopicAllowed},
		GroupAllowed:   from.GroupAllowed,
	}, reply)
}

// groupConfig is what the group coordinators are told of the configuration.
func groupConfig(b *config.Broker) group.Config {
	c := group.DefaultConfig()
	c.Classic.MinSessionTimeout, c.Classic.MaxSessionTimeout = b.GroupMinSessionTimeout, b.GroupMaxSessionTimeout
	c.Classic.InitialRebalanceDelay, c.Classic.MaxSize = b.GroupInitialRebalanceDelay, int(b.GroupMaxSize)
	c.OffsetMetadataMax = int(b.OffsetMetadataMaxBytes)
	c.OffsetsRetention, c.RetentionCheckInterval = b.OffsetsRetention, b.OffsetsRetentionCheckInterval
	c.Consumer.SessionTimeout, c.Consumer.HeartbeatInterval = b.ConsumerSessionTimeout, b.ConsumerHeartbeatInterval
	c.Consumer.AssignmentInterval, c.Consumer.RegexRefreshInterval = b.ConsumerAssignmentInterval, b.ConsumerRegexRefresh
	c.Consumer.MaxSize, c.Consumer.Assignors = int(b.ConsumerMaxSize), b.ConsumerAssignors
	policy := strings.ToLower(b.ConsumerMigrationPolicy)
	c.Consumer.Upgrade = policy == "bidirectional" || policy == "upgrade"
	c.Consumer.Downgrade = policy == "bidirectional" || policy == "downgrade"
	return c
}

// consumerOverrides is what a group's config resource sets of the settings of consumer groups.
func (n *Node) consumerOverrides(id string) consumer.Overrides {
	set := n.world.upcoming.Load().Configs(metadata.Resource{Type: metadata.ResourceGroup, Name: id})
	ms := func(key string) (time.Duration, bool) {
		v, err := strconv.ParseInt(set[key], 10, 64)
		return time.Duration(v) * time.Millisecond, err == nil
	}
	interval := n.config.Load().Broker().ConsumerAssignmentInterval // may change while the broker runs
	o := consumer.Overrides{AssignmentInterval: &interval}
	o.SessionTimeout, _ = ms("consumer.session.timeout.ms")
	o.HeartbeatInterval, _ = ms("consumer.heartbeat.interval.ms")
	if d, ok := ms("consumer.assignment.interval.ms"); ok {
		o.AssignmentInterval = &d
	}
	return o
}

// consumerProtocol reports whether the cluster has consumer groups (KIP-848) and this broker coordinates them.
func (n *Node) consumerProtocol() bool {
	return n.world.Image().Feature(groupVersion) >= 1 && slices.Contains(n.config.Load().Broker().GroupRebalanceProtocols, "consumer")
}

package api

// ListConfigResources, key 74, versions 0 to 1. The names of the resources that can have configs: every topic, every
// broker (as such and as a holder of loggers), and the groups and client metrics subscriptions that have some. Version 0
// lists client metrics subscriptions (KIP-714); version 1 the types asked for, all of them without any (KIP-1142).

import (
	"slices"
	"strconv"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

var listableResources = []metadata.ResourceType{metadata.ResourceTopic, metadata.ResourceBroker, metadata.ResourceBrokerLogger, metadata.ResourceClientMetrics, metadata.ResourceGroup}

func (b *Broker) listConfigResources(req *protocol.Request, q *kmsg.ListConfigResourcesRequest) kmsg.Response {
	resp := kmsg.NewPtrListConfigResourcesResponse()
	if !b.allowedCluster(req.Conn, OpDescribeConfigs) {
		resp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
		return resp
	}
	types := []metadata.ResourceType{metadata.ResourceClientMetrics}
	if q.Version >= 1 {
		types = listableResources
		if len(q.ResourceTypes) > 0 {
			types = nil
			for _, t := range q.ResourceTypes {
				if !slices.Contains(listableResources, metadata.ResourceType(t)) {
					resp.ErrorCode = kerr.UnsupportedVersion.Code
					return resp
				}
				types = append(types, metadata.ResourceType(t))
			}
		}
	}
	img := b.Image()
	for _, t := range listableResources {
		if !slices.Contains(types, t) {
			continue
		}
		for _, name := range resourceNames(img, t) {
			r := kmsg.NewListConfigResourcesResponseConfigResource()
			r.Name, r.Type = name, int8(t)
			resp.ConfigResources = append(resp.ConfigResources, r)
		}
	}
	return resp
}

func resourceNames(img *metadata.Image, t metadata.ResourceType) []string {
	var names []string
	switch t {
	case metadata.ResourceTopic:
		for _, topic := range img.Topics() {
			names = append(names, topic.Name)
		}
	case metadata.ResourceBroker, metadata.ResourceBrokerLogger:
		for _, broker := range img.Brokers() {
			names = append(names, strconv.Itoa(int(broker.ID)))
		}
	default:
		for _, r := range img.ConfigResources(t) {
			names = append(names, r.Name)
		}
	}
	return names
}

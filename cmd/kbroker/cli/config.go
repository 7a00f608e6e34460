package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (a *App) configCommand() *cobra.Command {
	return parent("config", "Show and change configuration of brokers, topics, groups and client metrics",
		a.configGet(), a.configSet(), a.configUnset(), a.configList(), a.configExplain())
}

// resourceHelp explains how a resource is named.
const resourceHelp = `A resource is broker:ID, broker: (the default of all brokers), topic:NAME, group:NAME or client-metrics:NAME.`

var resourceTypes = map[string]kmsg.ConfigResourceType{"topic": kmsg.ConfigResourceTypeTopic, "broker": kmsg.ConfigResourceTypeBroker,
	"client-metrics": kmsg.ConfigResourceTypeClientMetrics, "group": kmsg.ConfigResourceTypeGroupConfig}

type resource struct {
	typ  kmsg.ConfigResourceType
	kind string
	name string
}

func (r resource) String() string { return r.kind + ":" + r.name }

func parseResource(s string) (resource, error) {
	kind, name, found := strings.Cut(s, ":")
	typ, known := resourceTypes[kind]
	if !found || !known {
		return resource{}, usagef("%q is no resource. %s", s, resourceHelp)
	}
	return resource{typ, kind, name}, nil
}

// describeResource asks for the configuration of one resource, at the broker it belongs to.
func describeResource(ctx context.Context, s *session, r resource, names []string, doc bool) (*kmsg.DescribeConfigsResponseResource, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	req.IncludeSynonyms, req.IncludeDocumentation = true, doc
	rr := kmsg.NewDescribeConfigsRequestResource()
	rr.ResourceType, rr.ResourceName, rr.ConfigNames = r.typ, r.name, names
	req.Resources = append(req.Resources, rr)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	if len(resp.Resources) != 1 {
		return nil, withCode(exitFailed, "%s: the answer holds %d resources", r, len(resp.Resources))
	}
	res := &resp.Resources[0]
	if err := kerr.ErrorForCode(res.ErrorCode); err != nil {
		return nil, withResource(r, describeKafka(err, deref(res.ErrorMessage)))
	}
	return res, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

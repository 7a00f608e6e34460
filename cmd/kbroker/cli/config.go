package cli

import (
	"context"
	"fmt"
	"strconv"
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
	if _, err := strconv.ParseInt(name, 10, 32); typ == kmsg.ConfigResourceTypeBroker && name != "" && err != nil {
		return resource{}, usagef("%q is no broker's id. %s", name, resourceHelp)
	}
	if name == "" && typ != kmsg.ConfigResourceTypeBroker {
		return resource{}, usagef("%q names no %s. %s", s, kind, resourceHelp)
	}
	return resource{typ, kind, name}, nil
}

// explainBroker says which brokers there are when a request could not be sent to one that is not.
func explainBroker(ctx context.Context, s *session, r resource, err error) error {
	if r.typ != kmsg.ConfigResourceTypeBroker || r.name == "" || codeOf(err) != exitFailed {
		return err
	}
	m, merr := s.adm.BrokerMetadata(ctx)
	if merr != nil {
		return err
	}
	ids := m.Brokers.NodeIDs()
	for _, id := range ids {
		if fmt.Sprint(id) == r.name {
			return err
		}
	}
	return notFoundf("there is no broker %s: the brokers are %s", r.name, ints(ids))
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
		return nil, explainBroker(ctx, s, r, err)
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

package state

import (
	"slices"
	"strconv"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func configError(e *kafka.AlterError) *apiError {
	if e.Message == "" {
		return &apiError{e.Code, nil}
	}
	return &apiError{e.Code, &e.Message}
}

// IncrementalAlterConfigs decides about configs one by one; a resource is altered whole or not at all.
func (s *State) IncrementalAlterConfigs(in In, req *kmsg.IncrementalAlterConfigsRequest) (Records, *kmsg.IncrementalAlterConfigsResponse) {
	resp := req.ResponseKind().(*kmsg.IncrementalAlterConfigsResponse)
	resp.Resources = make([]kmsg.IncrementalAlterConfigsResponseResource, 0, len(req.Resources))
	var out Records
	repeated := repeats(req.Resources, func(r *kmsg.IncrementalAlterConfigsRequestResource) metadata.Resource {
		return metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName}
	})
	env := s.environment(in)
	for i, r := range req.Resources {
		res := metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName}
		ops := make([]kafka.Operation, len(r.Configs))
		for n, c := range r.Configs {
			ops[n] = kafka.Operation{Name: c.Name, Op: kafka.Op(c.Op), Value: c.Value}
		}
		recs, err := alterConfigs(in, env, res, repeated[i], func(current map[string]string) (kafka.Result, *apiError) { return alter(res, current, ops) })
		row := kmsg.NewIncrementalAlterConfigsResponseResource()
		row.ResourceType, row.ResourceName = r.ResourceType, r.ResourceName
		row.ErrorCode, row.ErrorMessage = told(err)
		resp.Resources = append(resp.Resources, row)
		out = append(out, recs...)
	}
	if req.ValidateOnly {
		return nil, resp
	}
	return out, resp
}

func alter(res metadata.Resource, current map[string]string, ops []kafka.Operation) (kafka.Result, *apiError) {
	result, err := kafka.Alter(kafka.ResourceType(res.Type), current, ops)
	if err != nil {
		return kafka.Result{}, configError(err)
	}
	return result, nil
}

// AlterConfigs decides about the whole config of resources: what the request omits is reset (trap T45).
func (s *State) AlterConfigs(in In, req *kmsg.AlterConfigsRequest) (Records, *kmsg.AlterConfigsResponse) {
	resp := req.ResponseKind().(*kmsg.AlterConfigsResponse)
	resp.Resources = make([]kmsg.AlterConfigsResponseResource, 0, len(req.Resources))
	var out Records
	repeated := repeats(req.Resources, func(r *kmsg.AlterConfigsRequestResource) metadata.Resource {
		return metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName}
	})
	env := s.environment(in)
	for i, r := range req.Resources {
		res := metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName}
		entries := make([]kafka.Operation, len(r.Configs))
		for n, c := range r.Configs {
			entries[n] = kafka.Operation{Name: c.Name, Value: c.Value}
		}
		recs, err := alterConfigs(in, env, res, repeated[i], func(current map[string]string) (kafka.Result, *apiError) {
			result, err := kafka.Replace(current, entries)
			if err != nil {
				return kafka.Result{}, configError(err)
			}
			return result, nil
		})
		row := kmsg.NewAlterConfigsResponseResource()
		row.ResourceType, row.ResourceName = r.ResourceType, r.ResourceName
		row.ErrorCode, row.ErrorMessage = told(err)
		resp.Resources = append(resp.Resources, row)
		out = append(out, recs...)
	}
	if req.ValidateOnly {
		return nil, resp
	}
	return out, resp
}

// repeats says for each item whether its key appears more than once.
func repeats[T any, K comparable](list []T, key func(*T) K) []bool {
	count := make(map[K]int, len(list))
	for i := range list {
		count[key(&list[i])]++
	}
	out := make([]bool, len(list))
	for i := range list {
		out[i] = count[key(&list[i])] > 1
	}
	return out
}

// environment is what the values of every resource of a request are looked at with.
func (s *State) environment(in In) kafka.Environment {
	return kafka.Environment{ELR: elr(in.Image), Broker: s.brokerValue(in.Image)}
}

func alterConfigs(in In, env kafka.Environment, res metadata.Resource, repeated bool, change func(current map[string]string) (kafka.Result, *apiError)) (Records, *apiError) {
	if repeated {
		return nil, fail(kerr.InvalidRequest, "Each resource must appear at most once.")
	}
	current := in.Image.Configs(res)
	result, err := change(current)
	if err != nil {
		return nil, err
	}
	// as Kafka, which looks at names and values first and for the resource last
	if res.Type == metadata.ResourceTopic && res.Name != "" {
		if err := checkTopicName(res.Name); err != nil {
			return nil, err
		}
	}
	if aerr := kafka.Validate(kafka.Resource{Type: kafka.ResourceType(res.Type), Name: res.Name}, current, result.Next, env); aerr != nil {
		return nil, configError(aerr)
	}
	if err := checkResource(in.Image, res); err != nil {
		return nil, err
	}
	var out Records
	for _, c := range result.Changes {
		out = append(out, &metarec.Config{ResourceType: int8(res.Type), ResourceName: res.Name, Name: c.Name, Value: c.Value})
	}
	return out, nil
}

// checkResource refuses resources that there are not.
func checkResource(img *metadata.Image, res metadata.Resource) *apiError {
	switch res.Type {
	case metadata.ResourceTopic:
		if res.Name != "" && img.Topic(res.Name) == nil {
			return fail(kerr.UnknownTopicOrPartition, "The topic '%s' does not exist.", res.Name)
		}
	case metadata.ResourceBroker:
		return checkBrokerResource(img, res.Name)
	}
	return nil
}

func checkBrokerResource(img *metadata.Image, name string) *apiError {
	if name == "" {
		return nil
	}
	id, err := strconv.ParseInt(name, 10, 32)
	switch {
	case err != nil:
		return fail(kerr.InvalidRequest, "Invalid broker name %s", name)
	case img.Broker(int32(id)) == nil && img.Controller(int32(id)) == nil:
		return fail(kerr.BrokerIDNotRegistered, "No node with id %d found.", id)
	}
	return nil
}

// brokerValue reads a broker key as it is in force on this node.
func (s *State) brokerValue(img *metadata.Image) func(name string) string {
	layers := []func(string) (string, bool){
		lookup(img.Configs(metadata.Resource{Type: metadata.ResourceBroker, Name: strconv.Itoa(int(s.cfg.NodeID))})),
		lookup(img.Configs(metadata.Resource{Type: metadata.ResourceBroker})),
		s.cfg.Static,
	}
	return func(name string) string {
		for _, get := range layers {
			if v, ok := get(name); ok {
				return v
			}
		}
		if k := kafka.Broker.Lookup(name); k != nil {
			v, _ := k.Default.Get()
			return v
		}
		return ""
	}
}

const minISRKey = "min.insync.replicas"

// pinMinISR returns the records that eligible leader replicas need (KAFKA-16540): min.insync.replicas becomes one value
// for the cluster, and no broker has its own.
func (s *State) pinMinISR(img *metadata.Image) Records {
	var out Records
	all := metadata.Resource{Type: metadata.ResourceBroker}
	if _, set := img.Configs(all)[minISRKey]; !set {
		value, ok := s.cfg.Static(minISRKey)
		if !ok {
			value, _ = kafka.Broker.Lookup(minISRKey).Default.Get()
		}
		out = append(out, &metarec.Config{ResourceType: int8(all.Type), Name: minISRKey, Value: &value})
	}
	for _, r := range img.ConfigResources(metadata.ResourceBroker) {
		if _, set := img.Configs(r)[minISRKey]; set && r != all {
			out = append(out, &metarec.Config{ResourceType: int8(r.Type), ResourceName: r.Name, Name: minISRKey})
		}
	}
	return slices.Clip(out)
}

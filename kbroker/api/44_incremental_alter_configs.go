package api

// IncrementalAlterConfigs, key 44, versions 0 to 1: sets, deletes, appends to and subtracts from configs, and leaves the
// others alone (KIP-339, trap T47). The controller decides about everything but broker loggers.
//
//	v1 flexible

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) incrementalAlterConfigs(req *protocol.Request, q *kmsg.IncrementalAlterConfigsRequest) kmsg.Response {
	resp := kmsg.NewPtrIncrementalAlterConfigsResponse()
	resources := make([]alteration, len(q.Resources))
	for i, r := range q.Resources {
		resources[i] = alteration{kind: r.ResourceType, name: r.ResourceName}
	}
	loggers := func(i int) *alterError { return b.alterLoggers(q.Resources[i].Configs, q.ValidateOnly) }
	forward := *q
	forward.Resources = make([]kmsg.IncrementalAlterConfigsRequestResource, 0, len(q.Resources))
	b.screen(req, resources, loggers, func(i int) { forward.Resources = append(forward.Resources, q.Resources[i]) })
	if len(forward.Resources) > 0 {
		kresp, err := b.forward(req, &forward)
		n := 0
		for i := range resources {
			if !resources[i].forwarded {
				continue
			}
			if err != nil {
				resources[i].err = &alterError{code(err), sentence(wireError(err))}
			} else if n < len(kresp.(*kmsg.IncrementalAlterConfigsResponse).Resources) {
				r := kresp.(*kmsg.IncrementalAlterConfigsResponse).Resources[n]
				resources[i].settle(r.ErrorCode, r.ErrorMessage)
				n++
			}
		}
	}
	resp.Resources = make([]kmsg.IncrementalAlterConfigsResponseResource, 0, len(resources))
	for i := range resources {
		r := &resources[i]
		rr := kmsg.NewIncrementalAlterConfigsResponseResource()
		rr.ResourceType, rr.ResourceName = r.kind, r.name
		rr.ErrorCode, rr.ErrorMessage = r.told()
		resp.Resources = append(resp.Resources, rr)
	}
	return resp
}

func (b *Broker) alterLoggers(ops []kmsg.IncrementalAlterConfigsRequestResourceConfig, validateOnly bool) *alterError {
	const (
		opSet    = 0
		opDelete = 1
	)
	levels := b.Loggers.Levels()
	for _, op := range ops {
		if _, ok := levels[op.Name]; !ok {
			return &alterError{invalidConfigCode, "Logger " + op.Name + " does not exist!"}
		}
		switch {
		case op.Op == opDelete:
		case op.Op != opSet:
			return &alterError{invalidRequestCode, op.Op.String() + " operation is not allowed for the BROKER_LOGGER resource"}
		case op.Value == nil || !validLevel(*op.Value):
			return &alterError{invalidConfigCode, "Cannot set the log level of " + op.Name + ": supported levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"}
		}
	}
	if validateOnly {
		return nil
	}
	for _, op := range ops {
		level := ""
		if op.Op == opSet {
			level = *op.Value
		}
		if !b.Loggers.SetLevel(op.Name, level) {
			return &alterError{invalidConfigCode, "Cannot set the log level of " + op.Name + " to " + level}
		}
	}
	return nil
}

// validLevel is log4j's set, which tools send; slog has fewer, and the Loggers room maps them.
func validLevel(level string) bool {
	switch level {
	case "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL":
		return true
	}
	return false
}

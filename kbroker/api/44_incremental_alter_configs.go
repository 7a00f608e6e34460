package api

// IncrementalAlterConfigs, key 44, versions 0 to 1: sets, deletes, appends to and subtracts from configs, and leaves the
// others alone (KIP-339, trap T47). The controller decides about everything but broker loggers.
//
//	v1 flexible

import (
	"strconv"

	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
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
	shape := make([]kafka.Operation, len(ops))
	for i, op := range ops {
		shape[i] = kafka.Operation{Name: op.Name, Op: kafka.Op(op.Op), Value: op.Value}
	}
	if err := kafka.CheckShape(shape); err != nil {
		return &alterError{err.Code, err.Message}
	}
	levels := b.Loggers.Levels()
	for _, op := range shape {
		if err := checkLoggerOp(levels, op); err != nil {
			return err
		}
	}
	if validateOnly {
		return nil
	}
	for _, op := range shape {
		level := ""
		if op.Op == kafka.OpSet {
			level = *op.Value
		}
		if !b.Loggers.SetLevel(op.Name, level) {
			return &alterError{invalidConfigCode, "Cannot set the log level of " + op.Name + " to " + level}
		}
	}
	return nil
}

func checkLoggerOp(levels map[string]string, op kafka.Operation) *alterError {
	switch op.Op {
	case kafka.OpSet, kafka.OpDelete:
	case kafka.OpAppend, kafka.OpSubtract:
		return &alterError{invalidRequestCode, op.Op.String() + " operation is not allowed for the BROKER_LOGGER resource"}
	default:
		return &alterError{invalidRequestCode, "Unknown operation type " + strconv.Itoa(int(op.Op)) + " is not allowed for the BROKER_LOGGER resource"}
	}
	if _, ok := levels[op.Name]; !ok {
		return &alterError{invalidConfigCode, "Logger " + op.Name + " does not exist!"}
	}
	if op.Op == kafka.OpSet && !validLevel(*op.Value) {
		return &alterError{invalidConfigCode, "Cannot set the log level of " + op.Name + " to " + *op.Value +
			" as it is not a supported log level. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"}
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

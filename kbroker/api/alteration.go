package api

import (
	"strconv"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

var (
	invalidRequestCode = kerr.InvalidRequest.Code
	invalidConfigCode  = kerr.InvalidConfig.Code
)

// An alteration is one resource of AlterConfigs or IncrementalAlterConfigs on its way.
type alteration struct {
	kind      kmsg.ConfigResourceType
	name      string
	forwarded bool // the controller answers it
	err       *alterError
}

type alterError struct {
	code    int16
	message string
}

// settle takes over what the controller says.
func (a *alteration) settle(code int16, message *string) {
	if code == 0 {
		return
	}
	a.err = &alterError{code: code}
	if message != nil {
		a.err.message = *message
	}
}

// told returns what the answer says.
func (a *alteration) told() (code int16, message *string) {
	switch {
	case a.err == nil:
		return 0, nil
	case a.err.message == "":
		return a.err.code, nil
	}
	return a.err.code, &a.err.message
}

// screen settles every alteration that never reaches the controller, and calls loggers to apply one of this broker's
// loggers and forward for what the controller decides about, in order.
func (b *Broker) screen(req *protocol.Request, all []alteration, loggers func(i int) *alterError, forward func(i int)) {
	type resource struct {
		kind kmsg.ConfigResourceType
		name string
	}
	times := make(map[resource]int, len(all))
	for i := range all {
		times[resource{all[i].kind, all[i].name}]++
	}
	for i := range all {
		a := &all[i]
		if times[resource{a.kind, a.name}] > 1 {
			a.err = &alterError{invalidRequestCode, "Each resource must appear at most once."}
			continue
		}
		switch a.err = b.screenOne(req, a); {
		case a.err != nil:
		case a.kind == kmsg.ConfigResourceTypeBrokerLogger:
			a.err = loggers(i)
		default:
			a.forwarded = true
			forward(i)
		}
	}
}

func (b *Broker) screenOne(req *protocol.Request, a *alteration) *alterError {
	switch a.kind {
	case kmsg.ConfigResourceTypeTopic:
		if !b.allowed(req.Conn, OpAlterConfigs, ResTopic, a.name) {
			return &alterError{kerr.TopicAuthorizationFailed.Code, sentence(kerr.TopicAuthorizationFailed)}
		}
		return nil
	case kmsg.ConfigResourceTypeGroupConfig:
		if !b.allowed(req.Conn, OpAlterConfigs, ResGroup, a.name) {
			return &alterError{kerr.GroupAuthorizationFailed.Code, sentence(kerr.GroupAuthorizationFailed)}
		}
		return nil
	case kmsg.ConfigResourceTypeBroker, kmsg.ConfigResourceTypeBrokerLogger, kmsg.ConfigResourceTypeClientMetrics:
		if !b.allowedCluster(req.Conn, OpAlterConfigs) {
			return &alterError{kerr.ClusterAuthorizationFailed.Code, sentence(kerr.ClusterAuthorizationFailed)}
		}
	default:
		return &alterError{invalidRequestCode, "Unknown resource type " + strconv.Itoa(int(a.kind))}
	}
	if a.kind == kmsg.ConfigResourceTypeClientMetrics || a.kind == kmsg.ConfigResourceTypeBroker && a.name == "" {
		return nil
	}
	return b.isMe(a.name)
}

func (b *Broker) isMe(name string) *alterError {
	id, err := strconv.ParseInt(name, 10, 32)
	switch {
	case err != nil:
		return &alterError{invalidRequestCode, "Node id must be an integer, but it is: " + name}
	case int32(id) != b.ID:
		return &alterError{invalidRequestCode, "Unexpected broker id, expected " + strconv.Itoa(int(b.ID)) + ", but received " + name}
	}
	return nil
}

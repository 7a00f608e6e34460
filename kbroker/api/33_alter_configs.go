package api

// AlterConfigs, key 33, versions 0 to 2: the configs named become all that a resource has; what is left out is reset (trap
// T45). The controller decides about everything but broker loggers, which are this process's own.
//
//	v2 flexible

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) alterConfigs(req *protocol.Request, q *kmsg.AlterConfigsRequest) kmsg.Response {
	resp := kmsg.NewPtrAlterConfigsResponse()
	resources := make([]alteration, len(q.Resources))
	for i, r := range q.Resources {
		resources[i] = alteration{kind: r.ResourceType, name: r.ResourceName}
	}
	loggers := func(int) *alterError { return &alterError{invalidRequestCode, "Unknown resource type 8"} }
	forward := *q
	forward.Resources = make([]kmsg.AlterConfigsRequestResource, 0, len(q.Resources))
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
			} else if n < len(kresp.(*kmsg.AlterConfigsResponse).Resources) {
				r := kresp.(*kmsg.AlterConfigsResponse).Resources[n]
				resources[i].settle(r.ErrorCode, r.ErrorMessage)
				n++
			}
		}
	}
	resp.Resources = make([]kmsg.AlterConfigsResponseResource, 0, len(resources))
	for i := range resources {
		r := &resources[i]
		rr := kmsg.NewAlterConfigsResponseResource()
		rr.ResourceType, rr.ResourceName = r.kind, r.name
		rr.ErrorCode, rr.ErrorMessage = r.told()
		resp.Resources = append(resp.Resources, rr)
	}
	return resp
}

package api

// DescribeUserScramCredentials, key 50, version 0. The mechanisms and iterations of the users asked for, or of all (null or
// empty); never a secret.

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeUserScramCredentials(req *protocol.Request, q *kmsg.DescribeUserSCRAMCredentialsRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeUserSCRAMCredentialsResponse()
	if !b.allowedCluster(req.Conn, OpDescribe) {
		resp.ErrorCode, resp.ErrorMessage = kerr.ClusterAuthorizationFailed.Code, text(sentence(kerr.ClusterAuthorizationFailed))
		return resp
	}
	resp.ErrorMessage = text("")
	have := map[string][]kmsg.DescribeUserSCRAMCredentialsResponseResultCredentialInfo{}
	var all []string
	img := b.Image()
	for _, key := range img.ScramKeys() {
		if have[key.User] == nil {
			all = append(all, key.User)
		}
		info := kmsg.NewDescribeUserSCRAMCredentialsResponseResultCredentialInfo()
		info.Mechanism, info.Iterations = key.Mechanism, img.Scram(key).Iterations
		have[key.User] = append(have[key.User], info)
	}
	asked, times := all, map[string]int{}
	if len(q.Users) > 0 {
		asked = nil
		for _, u := range q.Users {
			if times[u.Name]++; times[u.Name] == 1 {
				asked = append(asked, u.Name)
			}
		}
	}
	for _, user := range asked {
		r := kmsg.NewDescribeUserSCRAMCredentialsResponseResult()
		r.User, r.ErrorMessage, r.CredentialInfos = user, text(""), have[user]
		switch {
		case times[user] > 1:
			r.ErrorCode, r.ErrorMessage, r.CredentialInfos = kerr.DuplicateResource.Code, text("Cannot describe SCRAM credentials for the same user twice in a single request: "+user), nil
		case have[user] == nil:
			r.ErrorCode, r.ErrorMessage = kerr.ResourceNotFound.Code, text("Attempt to describe a user credential that does not exist: "+user)
		}
		resp.Results = append(resp.Results, r)
	}
	return resp
}

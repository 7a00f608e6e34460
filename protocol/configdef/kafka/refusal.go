package kafka

import (
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// understood maps a key of class Refuse to the values that stand for something kbroker does itself.
var understood = map[string][]string{
	"authorizer.class.name": {
		"org.apache.kafka.metadata.authorizer.StandardAuthorizer",
		"kafka.security.authorizer.AclAuthorizer",
		"kafka.security.auth.SimpleAclAuthorizer",
	},
	"principal.builder.class": {"org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"},
	"replica.selector.class": {
		"org.apache.kafka.common.replica.RackAwareReplicaSelector",
		"org.apache.kafka.common.replica.LeaderSelector",
	},
	"sasl.server.callback.handler.class": {
		"org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
		"org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerValidatorCallbackHandler",
	},
	"group.consumer.assignors": {"uniform", "range",
		"org.apache.kafka.coordinator.group.assignor.UniformAssignor",
		"org.apache.kafka.coordinator.group.assignor.RangeAssignor"},
	"group.share.assignors":   {"simple", "org.apache.kafka.coordinator.group.assignor.SimpleAssignor"},
	"group.streams.assignors": {"sticky"},
	"config.providers":        {"file", "env", "dir", "directory"},
}

// reasons says why a value is not taken, by key.
var reasons = map[string]string{
	"authorizer.class.name":                    "only the standard authorizer is built in; another class would decide access, and ignoring it would open the cluster",
	"principal.builder.class":                  "principals are derived by the default rules; another builder would name users differently and ACLs would not match",
	"replica.selector.class":                   "only the rack-aware and the leader selector are built in",
	"create.topic.policy.class.name":           "no policy class can be loaded, so topics would be created that the policy forbids",
	"alter.config.policy.class.name":           "no policy class can be loaded, so changes would pass that the policy forbids",
	"client.quota.callback.class":              "no callback class can be loaded, so clients would get other quotas than intended",
	"ssl.engine.factory.class":                 "TLS is built in; an engine factory cannot be loaded",
	"remote.log.storage.system.enable":         "tiered storage is not offered, and data would stay on local disk without the retention you expect",
	"config.providers":                         "values can come from files, directories and the environment only",
	"group.consumer.assignors":                 "the built-in assignors are uniform and range",
	"group.share.assignors":                    "the built-in assignor is simple",
	"group.streams.assignors":                  "the built-in assignor is sticky",
	"follower.fetch.last.tiered.offset.enable": "tiered storage is not offered",
}

// tiered keys have no effect while tiered storage is off, so their values are kept and reported.
func isTieredKnob(name string) bool {
	return strings.HasPrefix(name, "remote.") && name != "remote.log.storage.system.enable" ||
		strings.HasPrefix(name, "log.local.") || strings.HasPrefix(name, "log.remote.")
}

// isKerberosKnob: Kerberos keys matter only where GSSAPI is offered, which is refused as a mechanism.
func isKerberosKnob(name string) bool { return strings.HasPrefix(name, "sasl.kerberos.") }

// Refusal says why a broker key of class Refuse cannot take a value; nil when it can: its default, no value, a value
// that is understood, or a key that has no effect here.
func Refusal(name string, v cd.Value) error {
	k, _ := BaseKey(name)
	if k == nil || k.Handling != cd.Refuse || isTieredKnob(k.Name) || isKerberosKnob(k.Name) {
		return nil
	}
	if v.IsNull() || v.String() == k.DefaultValue().String() {
		return nil
	}
	given := v.List()
	if k.Type != cd.List {
		given = []string{v.Text()}
		if k.Type != cd.String && k.Type != cd.Class {
			given = []string{v.String()}
		}
	}
	for _, g := range given {
		if g != "" && !slices.Contains(understood[k.Name], g) {
			why := reasons[k.Name]
			if why == "" {
				why = "classes cannot be loaded into this broker"
			}
			return cd.Complaint(name, name+"="+v.String()+" is refused: "+why+
				". Remove the setting or leave it at its default.")
		}
	}
	return nil
}

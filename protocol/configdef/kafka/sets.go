package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// The four sets. They are built once and never change.
var (
	// Broker holds the keys of server.properties and of dynamic broker configuration.
	Broker = cd.NewDef(identityKeys(), serverKeys(), logKeys(), replicationKeys(), groupCoordinatorKeys(), shareKeys(),
		transactionKeys(), securityKeys(), quotaKeys(), tieredKeys())
	// BrokerDynamicOnly holds keys that exist only as dynamic broker configuration.
	BrokerDynamicOnly = cd.NewDef(throttleKeys())
	// Topic holds the keys of a topic.
	Topic = cd.NewDef(topicKeys())
	// Group holds the keys of a group of any kind.
	Group = cd.NewDef(groupKeys())
	// ClientMetrics holds the keys of a client metrics subscription.
	ClientMetrics = cd.NewDef(clientMetricsKeys())
)

func broker(name string, typ cd.Type, def cd.Default, imp cd.Importance, dyn cd.DynamicMode, h cd.Handling,
	check cd.Validator, doc string, synonyms ...cd.Synonym) cd.Key {
	return cd.Key{Name: name, Type: typ, Default: def, Importance: imp, Doc: doc, Validator: check, Scope: cd.ScopeBroker,
		Dynamic: dyn, Handling: h, Synonyms: synonyms}
}

func topic(name string, typ cd.Type, def cd.Default, imp cd.Importance, h cd.Handling, check cd.Validator, doc string,
	synonyms ...cd.Synonym) cd.Key {
	return cd.Key{Name: name, Type: typ, Default: def, Importance: imp, Doc: doc, Validator: check, Scope: cd.ScopeTopic,
		Dynamic: cd.ClusterWide, Handling: h, Synonyms: synonyms}
}

func group(name string, typ cd.Type, def cd.Default, imp cd.Importance, check cd.Validator, doc string,
	synonyms ...cd.Synonym) cd.Key {
	return cd.Key{Name: name, Type: typ, Default: def, Importance: imp, Doc: doc, Validator: check, Scope: cd.ScopeGroup,
		Dynamic: cd.ClusterWide, Synonyms: synonyms}
}

func clientMetrics(name string, typ cd.Type, def cd.Default, imp cd.Importance, check cd.Validator, doc string) cd.Key {
	return cd.Key{Name: name, Type: typ, Default: def, Importance: imp, Doc: doc, Validator: check,
		Scope: cd.ScopeClientMetrics, Dynamic: cd.ClusterWide}
}

func internal(k cd.Key) cd.Key {
	k.Internal = true
	return k
}

func syn(name string, factor int64) cd.Synonym { return cd.Synonym{Name: name, Factor: factor} }

// throttleKeys: rates that operators set while replicas move; they are never read from a file.
func throttleKeys() []cd.Key {
	const unlimited = "9223372036854775807"
	rate := func(name, doc string) cd.Key {
		return broker(name, cd.Long, cd.Text(unlimited), cd.Medium, cd.ClusterWide, cd.Honour, cd.AtLeast(0), doc)
	}
	return []cd.Key{
		rate("leader.replication.throttled.rate", "Bytes per second that throttled replicas send as leaders."),
		rate("follower.replication.throttled.rate", "Bytes per second that throttled replicas fetch as followers."),
		rate("replica.alter.log.dirs.io.max.bytes.per.second", "Bytes per second read while replicas move between log directories."),
	}
}

package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// Static is what a node was started with. It never changes; all its maps and slices belong to it.
type Static struct {
	NodeID       int32
	IsBroker     bool // at least one of the two roles is set
	IsController bool
	ClusterID    string // from the environment, for storage that is not formatted yet; empty when nobody said
	Dev          bool   // started without file and without roles: see Dev

	Listeners               []Listener // all, in the order given
	Advertised              []Listener // of the broker role only; no controller listener among them, hosts filled in
	ControllerListenerNames []string   // upper case, the first one is used towards controllers
	InterBrokerListener     string     // upper case; names one of Advertised on a broker
	Protocols               map[string]Protocol

	Voters           []kafka.Voter // static voter set; empty for a dynamic one
	BootstrapServers []string      // host:port; empty for a static one

	LogDirs        []string // at least one
	MetadataLogDir string   // one of LogDirs unless configured apart
	Rack           string   // empty when not set

	Admin Admin

	values map[string]string // what was set, after removed names were dropped
}

// Load merges the layers, types them and checks them. Warnings are for the log; an error says which key is wrong and
// why, in Kafka's words where Kafka has any.
func Load(src Sources) (*Static, []Warning, error) {
	m, err := merge(src)
	if err != nil {
		return nil, m.warnings, err
	}
	s := &Static{values: m.values, ClusterID: m.clusterID, Dev: m.dev}
	if err := s.settleNodeID(); err != nil {
		return nil, m.warnings, err
	}
	if err := s.checkValues(); err != nil {
		return nil, m.warnings, err
	}
	if err := s.settleQuorum(); err != nil {
		return nil, m.warnings, err
	}
	host := src.Hostname
	if host == "" {
		host = "localhost"
	}
	if err := s.settleListeners(host); err != nil {
		return nil, m.warnings, err
	}
	if err := s.settleAdmin(); err != nil {
		return nil, m.warnings, err
	}
	if err := s.settleDirs(); err != nil {
		return nil, m.warnings, err
	}
	if err := s.checkRelations(); err != nil {
		return nil, m.warnings, err
	}
	return s, append(m.warnings, s.remarks()...), nil
}

// Originals is a copy of what was set by file, environment, arguments or Dev.
func (s *Static) Originals() map[string]string { return maps.Clone(s.values) }

// Value is the static value of a broker key, its default when it was not set.
func (s *Static) Value(name string) cd.Value { return read(s.values, name) }

// Text is Value's text form: what DescribeConfigs shows, but a secret in clear. Keys outside Kafka's table (super.users)
// are found too; empty when not set.
func (s *Static) Text(name string) string {
	if kafka.Broker.Lookup(name) == nil {
		return strings.TrimSpace(s.values[name])
	}
	v := s.Value(name)
	switch {
	case v.IsNull():
		return ""
	case v.Type() == cd.Password:
		return v.Text()
	}
	return v.String()
}

// ListenerValue is the value of a key for one listener: listener.name.<listener>.<key> if set, else the key's own.
func (s *Static) ListenerValue(listener, key string) cd.Value {
	k := kafka.Broker.Lookup(key)
	if k == nil {
		return cd.Value{}
	}
	if text, set := s.values[kafka.ListenerPrefix+strings.ToLower(listener)+"."+key]; set {
		if v, err := k.Parse(text); err == nil {
			return v
		}
	}
	return s.Value(key)
}

// JAASConfig is the login text for a mechanism on a listener: listener.name.<listener>.<mechanism>.sasl.jaas.config, else
// the listener's own, else sasl.jaas.config; empty when there is none.
func (s *Static) JAASConfig(listener, mechanism string) string {
	const key = "sasl.jaas.config"
	if text, set := s.values[kafka.ListenerPrefix+strings.ToLower(listener)+"."+strings.ToLower(mechanism)+"."+key]; set {
		return strings.TrimSpace(text)
	}
	return s.ListenerValue(listener, key).Text()
}

// SuperUsers are the principals that super.users names, separated by semicolons.
func (s *Static) SuperUsers() []string {
	var out []string
	for _, u := range strings.Split(s.values["super.users"], ";") {
		if u = strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// Listener finds a listener by name in any case; false when there is none.
func (s *Static) Listener(name string) (Listener, bool) {
	i := slices.IndexFunc(s.Listeners, func(l Listener) bool { return strings.EqualFold(l.Name, name) })
	if i < 0 {
		return Listener{}, false
	}
	return s.Listeners[i], true
}

// IsControllerListener tells whether a listener serves controllers.
func (s *Static) IsControllerListener(name string) bool {
	return slices.Contains(s.ControllerListenerNames, strings.ToUpper(name))
}

// settleNodeID joins node.id and its older name. A value that is no id is told of under the name that was written, where
// Kafka names broker.id always.
func (s *Static) settleNodeID() error {
	node, hasNode := s.values["node.id"]
	old, hasOld := s.values["broker.id"]
	switch {
	case hasNode && hasOld && strings.TrimSpace(node) != strings.TrimSpace(old):
		return cd.Complaint("node.id", "`node.id` and `broker.id` must be set to the same value. "+
			"`broker.id` is deprecated, please use `node.id` instead.")
	case hasOld && !hasNode:
		s.values["node.id"] = old
		return checkNodeID("broker.id", old)
	case hasNode && !hasOld:
		s.values["broker.id"] = node
		return checkNodeID("node.id", node)
	}
	return nil
}

func checkNodeID(written, value string) error {
	k, _ := kafka.BaseKey("node.id")
	_, err := k.Parse(value)
	if wrong := (*cd.Error)(nil); errors.As(err, &wrong) {
		return cd.Invalid(written, wrong.Value, wrong.Reason)
	}
	return err
}

// checkValues parses every known key, demands the required ones and refuses what would be ignored at a cost.
func (s *Static) checkValues() error {
	for i := range kafka.Broker.Keys() {
		k := &kafka.Broker.Keys()[i]
		if _, set := s.values[k.Name]; !set && k.Default.IsRequired() {
			return cd.Complaint(k.Name, fmt.Sprintf("Missing required configuration %q which has no default value.", k.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		k, _ := kafka.BaseKey(name)
		if k == nil {
			continue
		}
		v, err := k.Parse(s.values[name])
		if err != nil {
			return err
		}
		if err := kafka.Refusal(name, v); err != nil {
			return err
		}
	}
	roles := s.Value("process.roles").List()
	s.IsBroker, s.IsController = slices.Contains(roles, "broker"), slices.Contains(roles, "controller")
	s.NodeID = int32(s.Value("node.id").Int())
	s.Rack = s.Text("broker.rack")
	return nil
}

func (s *Static) settleQuorum() error {
	for _, e := range s.Value("controller.quorum.voters").List() {
		v, err := kafka.ParseVoter(e)
		if err != nil {
			return err
		}
		s.Voters = append(s.Voters, v)
	}
	s.BootstrapServers = s.Value("controller.quorum.bootstrap.servers").List()
	if len(s.Voters) == 0 && len(s.BootstrapServers) == 0 {
		return cd.Complaint("controller.quorum.voters", "If using process.roles, either controller.quorum.bootstrap.servers must contain "+
			"the set of bootstrap controllers or controller.quorum.voters must contain a parseable set of controllers.")
	}
	return nil
}

// settleDirs finds the directories. As in Kafka 4.4 one that is written twice counts once, and one that is written in two
// ways is refused: a directory has one lock and one set of logs.
func (s *Static) settleDirs() error {
	name := "log.dirs"
	s.LogDirs = s.Value(name).List()
	if len(s.LogDirs) == 0 {
		name = "log.dir"
		s.LogDirs = s.Value(name).List()
	}
	spelled := map[string]string{}
	for _, d := range s.LogDirs {
		if first, twice := spelled[filepath.Clean(d)]; twice {
			return cd.Complaint(name, fmt.Sprintf("Duplicate log directory found: %s and %s in %s are the same.", first, d, name))
		}
		spelled[filepath.Clean(d)] = d
	}
	s.MetadataLogDir = s.Text("metadata.log.dir")
	if s.MetadataLogDir == "" {
		s.MetadataLogDir = s.LogDirs[0]
	}
	return nil
}

// remarks are warnings about combinations that work and yet surprise.
func (s *Static) remarks() []Warning {
	var out []Warning
	if s.Value("controller.quorum.fetch.timeout.ms").Int() < s.Value("controller.quorum.election.timeout.ms").Int() {
		out = append(out, Warning{"controller.quorum.fetch.timeout.ms", "is shorter than controller.quorum.election.timeout.ms"})
	}
	if s.Value("broker.heartbeat.interval.ms").Int() >= s.Value("broker.session.timeout.ms").Int() {
		out = append(out, Warning{"broker.heartbeat.interval.ms",
			"is not shorter than broker.session.timeout.ms: the broker will be fenced between two heartbeats"})
	}
	if s.IsBroker && len(s.Voters) == 1 && s.IsController && s.Value("offsets.topic.replication.factor").Int() > 1 {
		out = append(out, Warning{"offsets.topic.replication.factor",
			"is above 1 on a node whose quorum is itself alone: groups wait until that many brokers are there"})
	}
	if n := strings.Count(s.values["log.dirs"], ",") + 1 - len(s.LogDirs); s.values["log.dirs"] != "" && n > 0 {
		out = append(out, Warning{"log.dirs", "names a directory more than once, which counts once"})
	}
	return append(out, s.adminRemark()...)
}

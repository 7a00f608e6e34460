package config

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
)

// Dev is the base of a node that was given neither a file nor KAFKA_PROCESS_ROLES: one combined node on this machine.
// Everything is laid under the environment and --set. Where it differs from Kafka's defaults:
//
//   - replication factors and minimum in-sync replicas of the internal topics are 1, because there is one broker;
//   - group.initial.rebalance.delay.ms is 0, so that a first consumer reads at once;
//   - data lives in ./kbroker-data;
//   - listeners without a host are advertised as localhost.
//
// Node id, listeners and quorum voters follow from each other, so that setting one of them is enough.
func Dev() map[string]string {
	base := oneReplica()
	maps.Copy(base, map[string]string{
		"process.roles":                    "broker,controller",
		"controller.listener.names":        "CONTROLLER",
		"log.dirs":                         "./kbroker-data",
		"group.initial.rebalance.delay.ms": "0",
	})
	return base
}

// oneReplica is the stock server.properties where it differs from Kafka's defaults: the internal topics have one replica.
// It is the base of an environment of KAFKA_CFG_ variables, whose image lays them over that file. The Apache image lays
// KAFKA_ variables over nothing, so there the defaults are three replicas.
func oneReplica() map[string]string {
	return map[string]string{
		"offsets.topic.replication.factor":                 "1",
		"transaction.state.log.replication.factor":         "1",
		"transaction.state.log.min.isr":                    "1",
		"share.coordinator.state.topic.replication.factor": "1",
		"share.coordinator.state.topic.min.isr":            "1",
	}
}

const (
	devBrokerListener = "PLAINTEXT://:9092"
	devControllerPort = 9093
	devNodeID         = "1"
)

// fillDev completes values to a single combined node.
func fillDev(values map[string]string) {
	for name, v := range Dev() {
		if name == "log.dirs" && values["log.dir"] != "" {
			continue
		}
		if _, set := values[name]; !set {
			values[name] = v
		}
	}
	fillNodeID(values)
	if values["process.roles"] != Dev()["process.roles"] {
		return // somebody chose other roles: the rest is for them to say
	}
	controller := strings.TrimSpace(strings.Split(values["controller.listener.names"], ",")[0])
	fillListeners(values, controller)
	if values["controller.quorum.voters"] == "" && values["controller.quorum.bootstrap.servers"] == "" {
		values["controller.quorum.voters"] = values["node.id"] + "@" + controllerAddress(values, controller)
	}
	fillProtocolMap(values, controller)
	fillAdvertised(values, controller)
}

// replicatedBy are keys whose value above one says that the broker was meant to have peers.
var replicatedBy = []string{"offsets.topic.replication.factor", "transaction.state.log.replication.factor", "default.replication.factor",
	"transaction.state.log.min.isr", "min.insync.replicas"}

// refusePeers: an environment written for ZooKeeper does not say who the other brokers are. A single broker becomes a
// combined node; a broker that expects peers must not become a cluster of its own, which would take writes in place of
// the cluster it was meant to join.
func refusePeers(values map[string]string) error {
	zk := strings.TrimSpace(values["zookeeper.connect"])
	if zk == "" || zk == "null" {
		return nil
	}
	for _, key := range replicatedBy {
		if n, err := strconv.Atoi(strings.TrimSpace(values[key])); err == nil && n > 1 {
			return fmt.Errorf("zookeeper.connect is set and process.roles is not, and %s=%d means several brokers: there is no ZooKeeper in Kafka 4, "+
				"so say who they are with process.roles and controller.quorum.voters (KAFKA_PROCESS_ROLES, KAFKA_CONTROLLER_QUORUM_VOTERS)", key, n)
		}
	}
	return nil
}

// fillNodeID takes the older broker.id, of which -1 means "make one up".
func fillNodeID(values map[string]string) {
	old := strings.TrimSpace(values["broker.id"])
	if strings.HasPrefix(old, "-") {
		delete(values, "broker.id")
		old = ""
	}
	if values["node.id"] == "" {
		values["node.id"] = devNodeID
		if old != "" {
			values["node.id"] = old
		}
	}
}

func fillListeners(values map[string]string, controller string) {
	if strings.TrimSpace(values["listeners"]) == "" {
		values["listeners"] = devBrokerListener
	}
	if !slices.ContainsFunc(listenerNames(values["listeners"]), func(n string) bool { return strings.EqualFold(n, controller) }) {
		values["listeners"] += "," + controller + "://localhost:" + strconv.Itoa(freePort(values["listeners"]))
	}
}

// freePort is the first port from 9093 on that no listener uses.
func freePort(listeners string) int {
	used := map[int]bool{}
	for _, e := range strings.Split(listeners, ",") {
		if l, err := parseListener(strings.TrimSpace(e)); err == nil {
			used[l.Port] = true
		}
	}
	port := devControllerPort
	for used[port] {
		port++
	}
	return port
}

func controllerAddress(values map[string]string, controller string) string {
	for _, e := range strings.Split(values["listeners"], ",") {
		l, err := parseListener(strings.TrimSpace(e))
		if err != nil || !strings.EqualFold(l.Name, controller) {
			continue
		}
		host := l.Host
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		return net.JoinHostPort(host, strconv.Itoa(l.Port))
	}
	return "localhost:" + strconv.Itoa(devControllerPort)
}

func fillProtocolMap(values map[string]string, controller string) {
	m := values["listener.security.protocol.map"]
	if m == "" {
		return
	}
	for _, e := range strings.Split(m, ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(e), ":"); strings.EqualFold(name, controller) {
			return
		}
	}
	values["listener.security.protocol.map"] = m + "," + controller + ":PLAINTEXT"
}

// fillAdvertised names localhost where a listener names no host or all of them.
func fillAdvertised(values map[string]string, controller string) {
	if strings.TrimSpace(values["advertised.listeners"]) != "" {
		return
	}
	var out []string
	for _, e := range strings.Split(values["listeners"], ",") {
		l, err := parseListener(strings.TrimSpace(e))
		if err != nil {
			return // reported when the listeners are read
		}
		if strings.EqualFold(l.Name, controller) {
			continue
		}
		if l.Host == "" || l.Host == "0.0.0.0" || l.Host == "::" {
			l.Host = "localhost"
		}
		out = append(out, l.String())
	}
	values["advertised.listeners"] = strings.Join(out, ",")
}

// deriveListeners: an environment that advertises addresses but names no listeners listens on the same ports of all
// addresses, as the Apache image's script arranges. A controller-only node keeps its own.
func deriveListeners(env map[string]string) {
	adv := env["advertised.listeners"]
	if adv == "" || env["listeners"] != "" || env["process.roles"] == "controller" {
		return
	}
	var out []string
	for _, e := range strings.Split(adv, ",") {
		l, err := parseListener(strings.TrimSpace(e))
		if err != nil {
			return
		}
		l.Host = "0.0.0.0"
		out = append(out, l.String())
	}
	env["listeners"] = strings.Join(out, ",")
}

func listenerNames(listeners string) []string {
	names := map[string]bool{}
	for _, e := range strings.Split(listeners, ",") {
		if name, _, found := strings.Cut(strings.TrimSpace(e), "://"); found {
			names[strings.ToUpper(name)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

package config

import (
	"fmt"
	"slices"
	"strings"
)

// notProperties are KAFKA_ variables that start scripts and JVMs read; they never become properties.
var notProperties = []string{"KAFKA_VERSION", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS",
	"KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS", "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS",
	"KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_JMX_HOSTNAME", "KAFKA_JMX_PORT", "KAFKA_HOME", "KAFKA_CLUSTER_ID",
	"KAFKA_KRAFT_CLUSTER_ID"}

const (
	envPrefix    = "KAFKA_"
	envCfgPrefix = "KAFKA_CFG_"
)

// Environment is what the process environment says.
type Environment struct {
	Properties []Property
	ClusterID  string // CLUSTER_ID, KAFKA_CLUSTER_ID or KAFKA_KRAFT_CLUSTER_ID; empty when none is set
	Warnings   []Warning
	Cfg        bool // a KAFKA_CFG_ variable is among them: the dialect of an image whose base is the stock server.properties
}

// FromEnvironment reads NAME=value pairs as the Apache image does: KAFKA_A_B is a.b, a double underscore an underscore,
// a triple one a hyphen; the value is read as the right side of a property line, with its escapes and continuations.
// KAFKA_CFG_A_B, from another image's dialect, is a.b as well. A comma at the end of a list, which some test harnesses
// send, is dropped with a warning.
func FromEnvironment(environ []string) (Environment, error) {
	var env Environment
	pairs := slices.Clone(environ)
	slices.Sort(pairs) // one order whatever the environment's
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case name == "CLUSTER_ID" || name == "KAFKA_CLUSTER_ID" || name == "KAFKA_KRAFT_CLUSTER_ID":
			if env.ClusterID == "" || name == "CLUSTER_ID" {
				env.ClusterID = strings.TrimSpace(value)
			}
		case !strings.HasPrefix(name, envPrefix) || slices.Contains(notProperties, name):
		case EnvName(name) == "":
			env.Warnings = append(env.Warnings, Warning{name, "the environment variable names no setting; it is ignored"})
		default:
			props, err := ParseProperties("environment variable "+name, []byte(EnvName(name)+"="+value))
			if err != nil {
				return Environment{}, err
			}
			for i := range props {
				props[i].Line = 0
				if t := strings.TrimRight(props[i].Value, ", "); strings.HasSuffix(strings.TrimSpace(props[i].Value), ",") && t != "" {
					env.Warnings = append(env.Warnings, Warning{props[i].Name, fmt.Sprintf("%s ends in a comma, which was dropped", name)})
					props[i].Value = t
				}
			}
			env.Properties = append(env.Properties, props...)
			env.Cfg = env.Cfg || strings.HasPrefix(name, envCfgPrefix)
		}
	}
	return env, nil
}

// EnvName is the property that a KAFKA_ variable stands for.
func EnvName(variable string) string {
	if rest, cfg := strings.CutPrefix(variable, envCfgPrefix); cfg {
		return strings.ReplaceAll(strings.ToLower(rest), "_", ".")
	}
	s := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(variable, envPrefix)), "_", ".")
	s = strings.ReplaceAll(s, "...", "-")
	return strings.ReplaceAll(s, "..", "_")
}

package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// Sources is everything a node is started with.
type Sources struct {
	File     []Property // of server.properties
	FileName string     // empty when the node has no file
	Environ  []string   // NAME=value pairs
	Set      []string   // name=value arguments, the last one wins
	Hostname string     // this machine's name, advertised where a listener names no host; "localhost" when empty
	// Lookup answers ${provider:path:key} references; nil when no provider is configured.
	Lookup func(provider, path, key string) (string, error)
}

// merged is the static layers put together, before anything is typed.
type merged struct {
	values    map[string]string
	clusterID string
	dev       bool
	warnings  []Warning
}

// merge lays file, environment and arguments over each other. Removed names are dropped with a warning each; unknown
// ones stay, as Kafka keeps them.
func merge(src Sources) (merged, error) {
	m := merged{values: map[string]string{}}
	env, err := FromEnvironment(src.Environ)
	if err != nil {
		return m, err
	}
	m.clusterID, m.warnings = env.ClusterID, env.Warnings
	for _, p := range src.File {
		m.values[p.Name] = p.Value
	}
	fromEnv := map[string]string{}
	for _, p := range env.Properties {
		fromEnv[p.Name] = p.Value
	}
	m.dev = src.FileName == "" && fromEnv["process.roles"] == ""
	if src.FileName == "" {
		deriveListeners(fromEnv)
		if env.Cfg {
			maps.Copy(m.values, oneReplica())
		}
	}
	maps.Copy(m.values, fromEnv)
	if err := applySet(m.values, src.Set); err != nil {
		return m, err
	}
	if m.dev {
		if err := refusePeers(m.values); err != nil {
			return m, err
		}
		fillDev(m.values)
	}
	return m, m.screen(src.Lookup)
}

// applySet lays name=value arguments over values.
func applySet(values map[string]string, set []string) error {
	for _, s := range set {
		name, value, found := strings.Cut(s, "=")
		name = strings.TrimSpace(name)
		if !found || name == "" {
			return fmt.Errorf("--set %q is not name=value", s)
		}
		values[name] = value
	}
	return nil
}

// screen drops removed names, warns of unknown ones and resolves references.
func (m *merged) screen(lookup func(provider, path, key string) (string, error)) error {
	for _, name := range slices.Sorted(maps.Keys(m.values)) {
		k, perListener := kafka.BaseKey(name)
		switch {
		case isRemoved(name):
			m.warnings = append(m.warnings, Warning{name, "Kafka 4 has no such setting any more; it is ignored"})
			delete(m.values, name)
			continue
		case k != nil && kafka.BrokerDynamicOnly.Lookup(name) != nil:
			m.warnings = append(m.warnings, Warning{name, "takes effect only as dynamic configuration"})
		case k == nil && !perListener && !isOutside(name):
			m.warnings = append(m.warnings, Warning{name, "is not a known setting; it is kept without effect"})
		}
		v, err := resolve(m.values[name], lookup)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		m.values[name] = v
	}
	return nil
}

// resolve replaces ${provider:key} and ${provider:path:key}. Without a lookup the text stays, as Kafka leaves it.
func resolve(text string, lookup func(provider, path, key string) (string, error)) (string, error) {
	if lookup == nil {
		return text, nil
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		ref, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(text)
			return b.String(), nil
		}
		b.WriteString(before)
		provider, path, ok := strings.Cut(ref, ":")
		if !ok {
			b.WriteString("${" + ref + "}")
			text = after
			continue
		}
		key := path
		if i := strings.LastIndexByte(path, ':'); i >= 0 {
			path, key = path[:i], path[i+1:]
		} else {
			path = ""
		}
		v, err := lookup(provider, path, key)
		if err != nil {
			return "", fmt.Errorf("reference ${%s}: %w", ref, err)
		}
		b.WriteString(v)
		text = after
	}
}

// overlay lays dynamic values over static ones. A key that is overridden takes its older names with it, so that
// log.retention.ms set at run time is not beaten by log.retention.hours from the file.
func overlay(base, over map[string]string) map[string]string {
	out := maps.Clone(base)
	for _, name := range slices.Sorted(maps.Keys(over)) {
		if k := kafka.Broker.Lookup(name); k != nil {
			for _, s := range k.Synonyms {
				delete(out, s.Name)
			}
		}
		out[name] = over[name]
	}
	return out
}

// read parses a broker key from effective values, its own default when it is not set. The values were checked before.
func read(values map[string]string, name string) cd.Value {
	k := kafka.Broker.Lookup(name)
	if k == nil {
		return cd.Value{}
	}
	if text, set := values[name]; set {
		if v, err := k.Parse(text); err == nil {
			return v
		}
	}
	return k.DefaultValue()
}

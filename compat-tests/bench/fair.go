package bench

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
)

// settings are configs by name, as a broker tells them.
type settings map[string]string

// ownSettings are those in which two brokers on one machine have to differ: where they listen and keep their data.
var ownSettings = []string{"advertised.listeners", "controller.quorum.bootstrap.servers", "controller.quorum.voters", "listeners", "log.dir", "log.dirs",
	"metadata.log.dir"}

// alike fails where two brokers are not set alike, and names the first of what differs.
func alike(a, b settings) error {
	var differ []string
	keys := maps.Clone(a)
	maps.Copy(keys, b)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		x, inA := a[k]
		y, inB := b[k]
		if !slices.Contains(ownSettings, k) && (x != y || inA != inB) {
			differ = append(differ, fmt.Sprintf("%s is %s and %s", k, shown(x, inA), shown(y, inB)))
		}
	}
	if differ == nil {
		return nil
	}
	return fmt.Errorf("settings differ: %s", strings.Join(differ[:min(len(differ), 5)], "; "))
}

func shown(v string, there bool) string {
	if !there {
		return "not there"
	}
	return fmt.Sprintf("%q", v)
}

// settingsOf reads the one resource of an answer.
func settingsOf(cs kadm.ResourceConfigs, err error) (settings, error) {
	if err != nil {
		return nil, err
	}
	if len(cs) != 1 || cs[0].Err != nil {
		return nil, fmt.Errorf("configs: %+v", cs)
	}
	out := settings{}
	for _, c := range cs[0].Configs {
		out[c.Key] = c.MaybeValue()
	}
	return out, nil
}

// fairBroker holds a broker's settings against those of the one before.
func (r *runner) fairBroker(ctx context.Context, s *system) error {
	ctx, cancel := context.WithTimeout(ctx, adminDeadline)
	defer cancel()
	have, err := settingsOf(s.admin.DescribeBrokerConfigs(ctx, 1))
	if err != nil {
		return fmt.Errorf("settings of %s: %w", s.kind, err)
	}
	return r.hold(brokerScenario.Name, have)
}

// fairTopic holds a topic's settings against what the scenario asks for and against the topic on the broker before.
func (r *runner) fairTopic(ctx context.Context, s *system, sc Scenario, topic string) error {
	ctx, cancel := context.WithTimeout(ctx, adminDeadline)
	defer cancel()
	have, err := settingsOf(s.admin.DescribeTopicConfigs(ctx, topic))
	if err != nil {
		return fmt.Errorf("settings of %s on %s: %w", topic, s.kind, err)
	}
	for k, v := range sc.configs {
		if have[k] != v {
			return fmt.Errorf("%s asks for %s=%s and %s has %q", sc.Name, k, v, s.kind, have[k])
		}
	}
	return r.hold(sc.Name, have)
}

func (r *runner) hold(what string, have settings) error {
	before, ok := r.fair[what]
	if !ok {
		r.fair[what] = have
		return nil
	}
	if err := alike(before, have); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

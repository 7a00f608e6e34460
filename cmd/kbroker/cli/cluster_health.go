package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

type healthDoc struct {
	Healthy         bool     `json:"healthy"`
	Problems        []string `json:"problems"`
	Brokers         int      `json:"brokers"`
	Controller      int32    `json:"controller"`
	Leaderless      []string `json:"leaderless_partitions"`
	UnderReplicated []string `json:"under_replicated_partitions"`
	Offline         []string `json:"offline_partitions"` // led and in sync, but a replica's log is offline
}

// maxNamed is how many partitions a health line names.
const maxNamed = 5

// healthOf judges a view of the cluster: somebody controls it, and every partition has a leader and all its replicas, none of
// which is offline.
func healthOf(m kadm.Metadata) healthDoc {
	d := healthDoc{Brokers: len(m.Brokers), Controller: m.Controller, Problems: []string{}, Leaderless: []string{}, UnderReplicated: []string{}, Offline: []string{}}
	for _, t := range m.Topics.Sorted() {
		for _, p := range t.Partitions.Sorted() {
			name := fmt.Sprintf("%s-%d", p.Topic, p.Partition)
			switch {
			case p.Leader < 0 || p.Err != nil && !slices.Contains(p.ISR, p.Leader):
				d.Leaderless = append(d.Leaderless, name)
			case len(p.ISR) < len(p.Replicas):
				d.UnderReplicated = append(d.UnderReplicated, name)
			case len(p.OfflineReplicas) > 0:
				d.Offline = append(d.Offline, name)
			}
		}
	}
	if m.Controller < 0 {
		d.Problems = append(d.Problems, "no controller")
	}
	if len(m.Brokers) == 0 {
		d.Problems = append(d.Problems, "no broker")
	}
	for _, c := range []struct {
		names []string
		what  string
	}{{d.Leaderless, "without leader"}, {d.UnderReplicated, "under-replicated"}, {d.Offline, "with an offline log"}} {
		if n := len(c.names); n > 0 {
			d.Problems = append(d.Problems, fmt.Sprintf("%d partitions %s: %s", n, c.what, strings.Join(c.names[:min(n, maxNamed)], ", ")))
		}
	}
	d.Healthy = len(d.Problems) == 0
	return d
}

func (a *App) clusterHealth() *cobra.Command {
	c := &cobra.Command{Use: "health", Short: "Check the whole cluster; exit code 6 when it is not well", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		m, err := s.adm.Metadata(ctx)
		if err != nil {
			return err
		}
		d := healthOf(m)
		t := &table{head: []string{"HEALTHY", "BROKERS", "CONTROLLER", "LEADERLESS", "UNDER-REPLICATED", "OFFLINE"}, whole: d}
		t.add(d, fmt.Sprint(d.Healthy), fmt.Sprint(d.Brokers), fmt.Sprint(d.Controller), fmt.Sprint(len(d.Leaderless)), fmt.Sprint(len(d.UnderReplicated)), fmt.Sprint(len(d.Offline)))
		if err := a.print(t); err != nil {
			return err
		}
		if !d.Healthy {
			return withCode(exitUnhealthy, "%s", strings.Join(d.Problems, "; "))
		}
		return nil
	})
	return a.withOutput(c)
}

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

type clusterRow struct {
	Cluster    string `json:"cluster_id"`
	Controller int32  `json:"controller"`
	Brokers    int    `json:"brokers"`
	Topics     int    `json:"topics"`
	Partitions int    `json:"partitions"`
}

func (a *App) clusterInfo() *cobra.Command {
	c := &cobra.Command{Use: "info", Short: "Show cluster id, controller and sizes", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		m, err := s.adm.Metadata(ctx)
		if err != nil {
			return err
		}
		r := clusterRow{m.Cluster, m.Controller, len(m.Brokers), len(m.Topics), 0}
		for _, t := range m.Topics {
			r.Partitions += len(t.Partitions)
		}
		t := &table{head: []string{"CLUSTER", "CONTROLLER", "BROKERS", "TOPICS", "PARTITIONS"}, whole: r}
		t.add(r, r.Cluster, fmt.Sprint(r.Controller), fmt.Sprint(r.Brokers), fmt.Sprint(r.Topics), fmt.Sprint(r.Partitions))
		return a.print(t)
	})
	return a.withOutput(c)
}

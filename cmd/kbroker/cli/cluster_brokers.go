package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

type brokerRow struct {
	ID         int32  `json:"id"`
	Host       string `json:"host"`
	Port       int32  `json:"port"`
	Rack       string `json:"rack"`
	Controller bool   `json:"controller"`
}

func (a *App) clusterBrokers() *cobra.Command {
	c := &cobra.Command{Use: "brokers", Short: "List brokers", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		m, err := s.adm.BrokerMetadata(ctx)
		if err != nil {
			return err
		}
		t := &table{head: []string{"ID", "ADDRESS", "RACK"}}
		for _, b := range m.Brokers {
			r := brokerRow{b.NodeID, b.Host, b.Port, deref(b.Rack), b.NodeID == m.Controller}
			t.add(r, fmt.Sprint(r.ID), fmt.Sprintf("%s:%d", r.Host, r.Port), orDash(r.Rack))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

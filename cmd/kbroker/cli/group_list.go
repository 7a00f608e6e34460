package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type groupRow struct {
	Group       string `json:"group"`
	Type        string `json:"type"`
	Protocol    string `json:"protocol_type"`
	State       string `json:"state"`
	Coordinator int32  `json:"coordinator"`
}

func (a *App) groupList() *cobra.Command {
	var states []string
	c := &cobra.Command{Use: "list", Aliases: []string{"ls"}, Short: "List groups of every kind", Args: cobra.NoArgs}
	c.Flags().StringSliceVar(&states, "state", nil, "only groups in these states")
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		groups, err := s.adm.ListGroups(ctx, states...)
		if err != nil {
			return err
		}
		types, err := groupTypes(ctx, s)
		if err != nil {
			return err
		}
		t := &table{head: []string{"GROUP", "TYPE", "PROTOCOL", "STATE"}}
		for _, g := range groups.Sorted() {
			typ := orDefault(types[g.Group], "Classic")
			t.add(groupRow{g.Group, typ, g.ProtocolType, g.State, g.Coordinator}, g.Group, typ, orDash(g.ProtocolType), orDash(g.State))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

// groupTypes asks every broker for the kinds of its groups.
func groupTypes(ctx context.Context, s *session) (map[string]string, error) {
	out := map[string]string{}
	for _, shard := range s.cl.RequestSharded(ctx, kmsg.NewPtrListGroupsRequest()) {
		if shard.Err != nil {
			return nil, shard.Err
		}
		for _, g := range shard.Resp.(*kmsg.ListGroupsResponse).Groups {
			out[g.Group] = g.GroupType
		}
	}
	return out, nil
}

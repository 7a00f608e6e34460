package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

type memberRow struct {
	Group      string             `json:"group"`
	Member     string             `json:"member"`
	Instance   string             `json:"instance"`
	ClientID   string             `json:"client_id"`
	Host       string             `json:"host"`
	Assignment map[string][]int32 `json:"assignment"`
}

func (a *App) groupMembers() *cobra.Command {
	c := &cobra.Command{Use: "members GROUP…", Short: "Show the members of groups and what they read", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeGroups()}
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		lags, err := s.adm.Lag(ctx, names...)
		if err != nil {
			return err
		}
		t := &table{head: []string{"GROUP", "MEMBER", "INSTANCE", "CLIENT", "HOST", "ASSIGNMENT"}}
		for _, name := range names {
			g, ok := lags[name]
			if !ok || g.State == "Dead" {
				return notFoundf("group %s does not exist", name)
			}
			if g.DescribeErr != nil {
				return fmt.Errorf("group %s: %w", name, g.DescribeErr)
			}
			for _, m := range g.Members {
				row := memberOf(name, m)
				t.add(row, name, m.MemberID, orDash(row.Instance), orDash(m.ClientID), orDash(m.ClientHost), assignment(row.Assignment))
			}
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

func memberOf(group string, m kadm.DescribedGroupMember) memberRow {
	row := memberRow{Group: group, Member: m.MemberID, ClientID: m.ClientID, Host: m.ClientHost, Assignment: map[string][]int32{}}
	if m.InstanceID != nil {
		row.Instance = *m.InstanceID
	}
	if c, ok := m.Assigned.AsConsumer(); ok {
		for _, t := range c.Topics {
			row.Assignment[t.Topic] = t.Partitions
		}
	}
	return row
}

func assignment(m map[string][]int32) string {
	var parts []string
	for _, t := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, t+":"+ints(m[t]))
	}
	return orDash(strings.Join(parts, " "))
}

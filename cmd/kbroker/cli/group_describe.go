package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

type lagRow struct {
	Group     string `json:"group"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Committed int64  `json:"committed"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Lag       int64  `json:"lag"`
	Member    string `json:"member"`
	Host      string `json:"host"`
	ClientID  string `json:"client_id"`
	Error     string `json:"error,omitempty"`
}

type groupDoc struct {
	Group       string   `json:"group"`
	State       string   `json:"state"`
	Protocol    string   `json:"protocol"`
	Coordinator int32    `json:"coordinator"`
	Members     int      `json:"members"`
	TotalLag    int64    `json:"total_lag"`
	Partitions  []lagRow `json:"partitions"`
}

func (a *App) groupDescribe() *cobra.Command {
	var summary bool
	c := &cobra.Command{Use: "describe GROUP…", Short: "Show positions and lag of groups", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeGroups()}
	c.Flags().BoolVarP(&summary, "summary", "s", false, "one line per group")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		lags, err := s.adm.Lag(ctx, names...)
		if err != nil {
			return err
		}
		var docs []groupDoc
		for _, name := range names {
			l, ok := lags[name]
			if !ok || l.State == "Dead" && len(l.Lag) == 0 {
				return notFoundf("group %s does not exist", name)
			}
			if err := l.Error(); err != nil {
				return fmt.Errorf("group %s: %w", name, err)
			}
			docs = append(docs, groupDocument(l))
		}
		if summary {
			return a.printGroupSummary(docs)
		}
		t := &table{head: []string{"GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER", "HOST", "CLIENT"}, whole: docs}
		for _, d := range docs {
			for _, r := range d.Partitions {
				t.add(r, r.Group, r.Topic, fmt.Sprint(r.Partition), dashed(r.Committed), dashed(r.End), dashed(r.Lag),
					orDash(r.Member), orDash(r.Host), orDash(r.ClientID))
			}
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

func dashed(n int64) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func groupDocument(l kadm.DescribedGroupLag) groupDoc {
	d := groupDoc{Group: l.Group, State: l.State, Protocol: l.Protocol, Coordinator: l.Coordinator.NodeID, Members: len(l.Members),
		Partitions: []lagRow{}}
	for _, p := range l.Lag.Sorted() {
		r := lagRow{Group: l.Group, Topic: p.Topic, Partition: p.Partition, Committed: p.Commit.At, Start: p.Start.Offset, End: p.End.Offset, Lag: p.Lag}
		if p.Member != nil {
			r.Member, r.Host, r.ClientID = p.Member.MemberID, p.Member.ClientHost, p.Member.ClientID
		}
		if p.Err != nil {
			r.Error = p.Err.Error()
		}
		d.TotalLag += max(p.Lag, 0)
		d.Partitions = append(d.Partitions, r)
	}
	return d
}

func (a *App) printGroupSummary(docs []groupDoc) error {
	t := &table{head: []string{"GROUP", "STATE", "PROTOCOL", "COORDINATOR", "MEMBERS", "LAG"}}
	for _, d := range docs {
		t.add(d, d.Group, d.State, orDash(d.Protocol), fmt.Sprint(d.Coordinator), fmt.Sprint(d.Members), fmt.Sprint(d.TotalLag))
	}
	return a.print(t)
}

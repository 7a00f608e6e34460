package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// healthCommand asks one broker one question and is done: it is what a container's HEALTHCHECK runs.
func (a *App) healthCommand() *cobra.Command {
	c := &cobra.Command{Use: "health", Short: "Check one broker: exit code 0 when it serves, 6 when not", Args: cobra.NoArgs,
		Long: "Check that a broker accepts connections, knows its cluster and holds no replica that is offline. One line, exit code 0 or 6, made for probes."}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		err := a.ask(a.probe)(cmd, args)
		if err != nil && codeOf(err) != exitUsage && codeOf(err) != exitUnhealthy {
			return withCode(exitUnhealthy, "unhealthy: %w", err)
		}
		return err
	}
	return a.withOutput(c)
}

type probeRow struct {
	Healthy    bool   `json:"healthy"`
	Cluster    string `json:"cluster_id"`
	Controller int32  `json:"controller"`
	Brokers    int    `json:"brokers"`
}

func (a *App) probe(ctx context.Context, s *session, _ []string) error {
	resp, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return err
	}
	if len(resp.Brokers) == 0 {
		return errors.New("the broker names no live broker")
	}
	if names := offlineHere(resp); len(names) > 0 {
		return withCode(exitUnhealthy, "unhealthy: %d partitions are offline on this broker: %s", len(names), strings.Join(names[:min(len(names), maxNamed)], ", "))
	}
	r := probeRow{true, deref(resp.ClusterID), resp.ControllerID, len(resp.Brokers)}
	t := &table{head: []string{"HEALTHY", "CLUSTER", "CONTROLLER", "BROKERS"}, whole: r}
	t.add(r, "true", r.Cluster, fmt.Sprint(r.Controller), fmt.Sprint(r.Brokers))
	return a.print(t)
}

// offlineHere names the partitions whose replica on the broker that answered is offline. A broker of kbroker names itself as the
// controller that clients may ask. What is wrong on other brokers is `cluster health`'s to tell: a probe must not fail everywhere
// because of one.
func offlineHere(resp *kmsg.MetadataResponse) (names []string) {
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if slices.Contains(p.OfflineReplicas, resp.ControllerID) {
				names = append(names, fmt.Sprintf("%s-%d", deref(t.Topic), p.Partition))
			}
		}
	}
	return names
}

package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type featureRow struct {
	Feature   string `json:"feature"`
	Min       int16  `json:"supported_min"`
	Max       int16  `json:"supported_max"`
	Finalized int16  `json:"finalized"`
	Epoch     int64  `json:"epoch"`
}

func (a *App) clusterFeatures() *cobra.Command {
	c := &cobra.Command{Use: "features", Short: "Show feature levels", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		req := kmsg.NewPtrApiVersionsRequest()
		req.ClientSoftwareName, req.ClientSoftwareVersion = "kbroker", "1"
		resp, err := req.RequestWith(ctx, s.cl)
		if err != nil {
			return err
		}
		rows := map[string]featureRow{}
		for _, f := range resp.SupportedFeatures {
			rows[f.Name] = featureRow{f.Name, f.MinVersion, f.MaxVersion, 0, resp.FinalizedFeaturesEpoch}
		}
		for _, f := range resp.FinalizedFeatures {
			r := rows[f.Name]
			r.Feature, r.Finalized, r.Epoch = f.Name, f.MaxVersionLevel, resp.FinalizedFeaturesEpoch
			rows[f.Name] = r
		}
		t := &table{head: []string{"FEATURE", "MIN", "MAX", "FINALIZED"}}
		for _, n := range slices.Sorted(maps.Keys(rows)) {
			r := rows[n]
			t.add(r, n, fmt.Sprint(r.Min), fmt.Sprint(r.Max), fmt.Sprint(r.Finalized))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

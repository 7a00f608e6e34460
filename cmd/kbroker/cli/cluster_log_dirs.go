package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

type logDirRow struct {
	Broker     int32  `json:"broker"`
	Dir        string `json:"dir"`
	Partitions int    `json:"partitions"`
	Bytes      int64  `json:"bytes"`
	Total      int64  `json:"volume_bytes"`
	Usable     int64  `json:"usable_bytes"`
	Error      string `json:"error,omitempty"`
}

func (a *App) clusterLogDirs() *cobra.Command {
	c := &cobra.Command{Use: "log-dirs", Short: "Show log directories and their disks", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		dirs, err := s.adm.DescribeAllLogDirs(ctx, nil)
		if err != nil {
			return err
		}
		t := &table{head: []string{"BROKER", "DIR", "PARTITIONS", "SIZE", "VOLUME", "USABLE", "ERROR"}}
		for _, d := range dirs.Sorted() {
			r := logDirRow{Broker: d.Broker, Dir: d.Dir, Bytes: d.Size(), Total: d.TotalBytes, Usable: d.UsableBytes}
			r.Partitions = len(d.Topics.Sorted())
			if d.Err != nil {
				r.Error = d.Err.Error()
			}
			t.add(r, fmt.Sprint(r.Broker), r.Dir, fmt.Sprint(r.Partitions), a.size(r.Bytes), a.size(r.Total), a.size(r.Usable), orDash(r.Error))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

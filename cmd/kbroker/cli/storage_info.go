package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/kbroker/storage"
	"github.com/kbroker/kbroker/logstore/vfs"
)

type storageRow struct {
	Dir         string `json:"dir"`
	Formatted   bool   `json:"formatted"`
	ClusterID   string `json:"cluster_id"`
	NodeID      int32  `json:"node_id"`
	DirectoryID string `json:"directory_id"`
	Problem     string `json:"problem,omitempty"`
}

func (a *App) storageInfo() *cobra.Command {
	var file string
	c := &cobra.Command{Use: "info", Short: "Show what the log directories of a configuration hold; exit code 1 when something is wrong", Args: cobra.NoArgs}
	c.Flags().StringVarP(&file, "config", "c", "", "server.properties")
	c.RunE = func(*cobra.Command, []string) error {
		if err := a.checkOutput(); err != nil {
			return err
		}
		s, err := a.loadForStorage(file)
		if err != nil {
			return err
		}
		dirs := slices.Clone(s.LogDirs)
		if !slices.Contains(dirs, s.MetadataLogDir) {
			dirs = append(dirs, s.MetadataLogDir)
		}
		t := &table{head: []string{"DIR", "FORMATTED", "CLUSTER", "NODE", "DIRECTORY-ID", "PROBLEM"}}
		bad := 0
		for _, d := range storage.Inspect(vfs.OS{}, dirs) {
			r := storageRow{Dir: d.Path, Formatted: d.Formatted, Problem: d.Problem, NodeID: -1}
			if d.Formatted {
				r.ClusterID, r.NodeID, r.DirectoryID = d.Meta.ClusterID, d.Meta.NodeID, uuidText(d.Meta.DirectoryID)
			}
			if d.Problem != "" {
				bad++
			}
			t.add(r, r.Dir, fmt.Sprint(r.Formatted), orDash(r.ClusterID), dashed(int64(r.NodeID)), orDash(r.DirectoryID), orDash(r.Problem))
		}
		if err := a.print(t); err != nil {
			return err
		}
		if bad > 0 {
			return withCode(exitFailed, "%d of %d directories have a problem", bad, len(dirs))
		}
		return nil
	}
	return a.withOutput(c)
}

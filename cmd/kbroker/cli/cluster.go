package cli

import "github.com/spf13/cobra"

func (a *App) clusterCommand() *cobra.Command {
	return parent("cluster", "Show the cluster: brokers, quorum, features, disks, health",
		a.clusterInfo(), a.clusterBrokers(), a.clusterQuorum(), a.clusterFeatures(), a.clusterLogDirs(), a.clusterHealth())
}

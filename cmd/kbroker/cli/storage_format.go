package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/storage"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// metadataVersion is the level that new clusters begin with; releases are the names it goes by.
const metadataVersion = "4.4-IV2"

var releases = []string{"", "4.4", "4.4-IV2"}

type formatFlags struct {
	clusterID, file, release, initialControllers string
	ignore, standalone, noInitial                bool
	scram, features                              []string
}

func (a *App) storageFormat() *cobra.Command {
	var f formatFlags
	c := &cobra.Command{Use: "format", Short: "Format the log directories of a configuration", Args: cobra.NoArgs,
		Long: "Format the log directories that a configuration names. The flags are kafka-storage's. A node also formats\nempty directories itself when it starts."}
	fs := c.Flags()
	fs.StringVarP(&f.clusterID, "cluster-id", "t", "", "cluster id: any text without blanks, see random-uuid")
	fs.StringVarP(&f.file, "config", "c", "", "server.properties; without it the configuration is that of start without a file")
	fs.BoolVarP(&f.ignore, "ignore-formatted", "g", false, "skip directories that are formatted already")
	fs.StringVarP(&f.release, "release-version", "r", "", "release whose feature levels to begin with; "+metadataVersion+" is the only one")
	fs.StringArrayVarP(&f.features, "feature", "f", nil, "feature=level; kraft.version=1 and the levels of "+metadataVersion+" are accepted, but for share and streams groups, which are not served")
	fs.StringArrayVarP(&f.scram, "add-scram", "S", nil, "refused: credentials cannot be made at format time")
	fs.BoolVarP(&f.standalone, "standalone", "s", false, "begin as the only voter of a dynamic quorum")
	fs.BoolVarP(&f.noInitial, "no-initial-controllers", "N", false, "refused: a node cannot join a quorum yet")
	fs.StringVarP(&f.initialControllers, "initial-controllers", "I", "", "refused: list voters in controller.quorum.voters")
	a.required(c, "cluster-id", "make one with kbroker storage random-uuid")
	a.exclusive(c, "they are different ways for a quorum to begin", "standalone", "no-initial-controllers", "initial-controllers")
	c.RunE = func(*cobra.Command, []string) error {
		if err := f.check(); err != nil {
			return err
		}
		s, err := a.loadForStorage(f.file)
		if err != nil {
			return err
		}
		return a.format(s, f)
	}
	return c
}

// featureLevels are those of metadataVersion.
var featureLevels = []string{"kraft.version=1", "metadata.version=33", "transaction.version=2", "group.version=1",
	"eligible.leader.replicas.version=1"}

func (f formatFlags) check() error {
	switch {
	case strings.TrimSpace(f.clusterID) == "" || strings.ContainsAny(f.clusterID, " \t\n"):
		return usagef("cluster id %q is empty or has blanks", f.clusterID)
	case len(f.scram) > 0:
		return usagef("--add-scram is refused: credentials cannot be made at format time")
	case f.initialControllers != "":
		return usagef("--initial-controllers is refused: list the voters in controller.quorum.voters")
	case f.noInitial:
		return usagef("--no-initial-controllers is refused: it is for a node that is to join a quorum, which is not built yet, and this node would become a cluster of its own instead. " +
			"Use --standalone for a cluster of one node")
	case !slices.Contains(releases, f.release):
		return usagef("release %q is refused: new clusters begin at %s", f.release, metadataVersion)
	}
	for _, level := range f.features {
		if !slices.Contains(featureLevels, strings.ReplaceAll(level, " ", "")) {
			return usagef("feature level %s is refused: new clusters begin with %s", level, strings.Join(featureLevels, ", "))
		}
	}
	return nil
}

func (a *App) format(s *config.Static, f formatFlags) error {
	if len(s.Voters) > 0 && f.standalone && !s.Dev {
		return usagef("You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. " +
			"If you want to use dynamic quorum, please remove controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.")
	}
	if s.IsController && len(s.Voters) == 0 && !f.standalone {
		return withCode(exitFailed, "Because controller.quorum.voters is not set on this controller, you must specify one of the following: "+
			"--standalone, --initial-controllers, or --no-initial-controllers. Only --standalone is served yet")
	}
	o := storage.Options{FS: vfs.OS{}, Dirs: s.LogDirs, MetadataDir: s.MetadataLogDir, ClusterID: f.clusterID, NodeID: s.NodeID, IgnoreFormatted: f.ignore}
	if s.IsController && FormatQuorum != nil {
		o.Quorum = func(dir string, id [16]byte) error { return FormatQuorum(o.FS, s, dir, id) }
	}
	done, err := storage.Format(o)
	for _, d := range done {
		kind := "data"
		if d == s.MetadataLogDir {
			kind = "metadata"
		}
		fmt.Fprintf(a.Out, "Formatting %s directory %s with metadata.version %s.\n", kind, d, metadataVersion)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(a.Out, "All of the log directories are already formatted.")
	}
	return err
}

package kbroker

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/controller"
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/storage"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// openStorage formats the directories that are new, refuses those of another cluster or node before the first write, and
// opens and recovers every log.
func (n *Node) openStorage(ctx context.Context, _ Options) error {
	formatted, err := n.metadataFormatted()
	if err != nil {
		return err
	}
	if !formatted {
		if err := refuseToJoin(ctx, n.static, addressesOf); err != nil {
			return err
		}
		if err := refuseMovedMetadata(n.fs, n.static); err != nil {
			return err
		}
	}
	if n.clusterID, err = clusterID(n.fs, n.static); err != nil {
		return err
	}
	if _, err = storage.Format(storage.Options{FS: n.fs, Dirs: n.static.LogDirs, MetadataDir: n.static.MetadataLogDir,
		ClusterID: n.clusterID, NodeID: n.static.NodeID, IgnoreFormatted: true}); err != nil {
		return err
	}
	n.previousEpoch = cleanEpoch(n.fs, n.static.LogDirs) // opening removes the markers
	n.store, err = logstore.Open(n.storeConfig())
	if err != nil {
		return err
	}
	n.onClose(func(context.Context) error { return n.store.Close() })
	return nil
}

// cleanEpoch returns the broker epoch of the incarnation before, which every log directory's clean-shutdown marker must
// name: the proof that it lost no record, which eligible leader replicas ask for (KIP-966). -1 when one does not, or
// another one is named.
func cleanEpoch(fsys vfs.FS, dirs []string) int64 {
	epoch := int64(-1)
	for i, dir := range dirs {
		data, err := fsys.ReadFile(filepath.Join(dir, checkpoint.CleanShutdownFile))
		if err != nil {
			return -1
		}
		if e := checkpoint.ParseCleanShutdown(data); i == 0 {
			epoch = e
		} else if e != epoch {
			return -1
		}
	}
	return epoch
}

// clusterID returns the id that was given, the one that the directories have, or a new one. It writes nothing.
func clusterID(fsys vfs.FS, c *config.Static) (string, error) {
	if c.ClusterID != "" {
		return c.ClusterID, nil
	}
	for _, dir := range append(slices.Clone(c.LogDirs), c.MetadataLogDir) {
		m, ok, err := storage.Read(fsys, dir)
		if err != nil {
			return "", err
		}
		if ok && m.ClusterID == "" && m.Version == 1 {
			return "", fmt.Errorf("%s has no cluster.id: it was cut, because nobody writes it without. Put the line cluster.id=... back (clients and other directories of this node know the id)",
				filepath.Join(dir, checkpoint.MetaPropertiesFile))
		}
		if ok && m.ClusterID != "" {
			return m.ClusterID, nil
		}
	}
	return metadata.FormatUUID(storage.NewID()), nil
}

// diskReserve is how many bytes each log directory keeps for what must go on when its disk is full: the metadata log, without which
// no topic is deleted and no node starts, and the checkpoints.
const diskReserve = 4 << 20

func (n *Node) storeConfig() logstore.StoreConfig {
	b := n.config.Load().Broker()
	return logstore.StoreConfig{
		FS: n.fs, Dirs: n.static.LogDirs, ClusterID: n.clusterID, NodeID: n.static.NodeID,
		Default:                         logConfig(n.config.Load().Topic("", nil)),
		BrokerEpoch:                     n.brokerEpoch,
		HighWatermarkCheckpointInterval: b.HighWatermarkCheckpointInterval,
		StartOffsetCheckpointInterval:   b.LogFlushStartOffsetCheckpointInterval,
		RetentionCheckInterval:          b.LogRetentionCheckInterval,
		Tuning:                          storeTuning(b),
		ProducerExpiryCheckInterval:     b.ProducerIDExpirationCheckInterval,
		ReserveBytes:                    diskReserve,
		CleanerDisabled:                 !b.CleanerEnable,
		Logger:                          n.loggers.For("log"),
		OnDirFailure:                    n.dirFailed,
	}
}

func storeTuning(b *config.Broker) logstore.Tuning {
	return logstore.Tuning{ProducerExpiryMs: b.ProducerIDExpiration.Milliseconds(), CleanerBackoff: b.CleanerBackoff,
		CleanerDedupeBytes: b.CleanerDedupeBufferSize, CleanerIOBytes: int(b.CleanerIOBufferSize)}
}

func (n *Node) dirFailed(dir string, err error) {
	n.log.Error("a log directory went offline", "dir", dir, "err", err)
	if dir == n.static.MetadataLogDir {
		n.faults.met(fmt.Errorf("the directory of the metadata log failed: %s: %w", dir, err))
		return
	}
	if n.replicas != nil {
		n.replicas.DirFailed(dir)
	}
}

// metadataVoter is this node as a voter: the directory id is that of the metadata log's directory.
func (n *Node) metadataVoter() (quorum.Voter, error) {
	self := quorum.Voter{ID: n.static.NodeID, Endpoints: n.controllerEndpoints()}
	for _, d := range n.store.Dirs() {
		if d.Path == n.static.MetadataLogDir {
			self.DirectoryID = d.ID
			return self, d.Err
		}
	}
	m, _, err := storage.Read(n.fs, n.static.MetadataLogDir)
	self.DirectoryID = m.DirectoryID
	return self, err
}

func (n *Node) controllerEndpoints() (out []quorum.Endpoint) {
	for _, b := range n.bound {
		if n.static.IsControllerListener(b.Name) {
			out = append(out, quorum.Endpoint{Name: b.Name, Host: hostOr(b.Host, "localhost"), Port: uint16(port(b.socket, b.Port))})
		}
	}
	return out
}

func hostOr(host, fallback string) string {
	if host == "" || host == "0.0.0.0" || host == "::" {
		return fallback
	}
	return host
}

// FormatQuorum writes what the metadata log of a new directory begins with: this node as the only voter, and the feature
// levels of the cluster. It refuses a directory that holds a metadata log.
func FormatQuorum(fsys vfs.FS, c *config.Static, dir string, directoryID [16]byte) error {
	self := quorum.Voter{ID: c.NodeID, DirectoryID: directoryID}
	for _, l := range c.Listeners {
		if c.IsControllerListener(l.Name) {
			self.Endpoints = append(self.Endpoints, quorum.Endpoint{Name: l.Name, Host: hostOr(l.Host, "localhost"), Port: uint16(l.Port)})
		}
	}
	return controller.Format(fsys, dir, []quorum.Voter{self}, nil)
}

// formatMetadata does the same for a node that finds its directory without a metadata log.
func (n *Node) formatMetadata(self quorum.Voter) error {
	formatted, err := n.metadataFormatted()
	if err != nil || formatted {
		return err
	}
	return controller.Format(n.fs, n.static.MetadataLogDir, []quorum.Voter{self}, nil)
}

func (n *Node) metadataFormatted() (bool, error) {
	return quorum.Formatted(n.fs, filepath.Join(n.static.MetadataLogDir, quorum.DirName))
}

// refuseMovedMetadata keeps a node from beginning an empty cluster while its metadata log lies in another of its
// directories: after the order of log.dirs was changed, the first of which holds it.
func refuseMovedMetadata(fsys vfs.FS, c *config.Static) error {
	for _, dir := range c.LogDirs {
		formatted, err := quorum.Formatted(fsys, filepath.Join(dir, quorum.DirName))
		if err == nil && formatted && dir != c.MetadataLogDir {
			return fmt.Errorf("%s holds the metadata log and %s, which log.dirs or metadata.log.dir names for it, holds none: put the directories back in their order, or set metadata.log.dir=%s", dir, c.MetadataLogDir, dir)
		}
	}
	return nil
}

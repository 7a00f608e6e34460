package kbroker

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// identity is whom the data directories belong to.
type identity struct {
	clusterID string
	made      bool // by this start: no directory had one
}

// identify finds the cluster id: the one that was given, the one that the directories have, or a new one. It writes
// nothing. A directory of another cluster is refused here, before anything is opened.
func identify(fsys vfs.FS, c *config.Static) (identity, error) {
	id := identity{clusterID: c.ClusterID}
	found := false
	for _, dir := range metaDirs(c) {
		path := filepath.Join(dir, checkpoint.MetaPropertiesFile)
		data, err := fsys.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return id, err
		}
		m, err := checkpoint.ParseMetaProperties(path, data)
		if err != nil {
			return id, err
		}
		switch {
		case m.ClusterID == "":
			continue
		case id.clusterID == "":
			id.clusterID = m.ClusterID
		case id.clusterID != m.ClusterID:
			return id, fmt.Errorf("%w: %s says cluster %s, this node is to join %s", logstore.ErrForeignDir, path, m.ClusterID, id.clusterID)
		}
		found = true
	}
	if id.clusterID == "" {
		id.clusterID = randomUUID()
	}
	id.made = !found
	return id, nil
}

// metaDirs are the directories that carry a meta.properties: the log directories and that of the metadata log.
func metaDirs(c *config.Static) []string {
	dirs := slices.Clone(c.LogDirs)
	if !slices.Contains(dirs, c.MetadataLogDir) {
		dirs = append(dirs, c.MetadataLogDir)
	}
	return dirs
}

// randomUUID returns a random id as Kafka prints it; never one that a command line would take for a flag.
func randomUUID() string {
	for {
		if s := metadata.FormatUUID(newUUID()); s[0] != '-' {
			return s
		}
	}
}

func newUUID() (id metadata.UUID) {
	for {
		if _, err := rand.Read(id[:]); err != nil {
			panic(err) // crypto/rand never fails on the systems that Go supports
		}
		id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4
		if s := metadata.FormatUUID(id); s[0] != '-' {
			return id
		}
	}
}

// metadataDirectoryID returns the directory id of the metadata log's directory, which is made when it is none of the log
// directories (metadata.log.dir).
func (n *Node) metadataDirectoryID() (metadata.UUID, error) {
	for _, d := range n.store.Dirs() {
		if d.Path == n.static.MetadataLogDir {
			return d.ID, d.Err
		}
	}
	dir := n.static.MetadataLogDir
	if err := n.fs.MkdirAll(dir, 0o755); err != nil {
		return metadata.UUID{}, err
	}
	path := filepath.Join(dir, checkpoint.MetaPropertiesFile)
	data, err := n.fs.ReadFile(path)
	if err == nil {
		m, err := checkpoint.ParseMetaProperties(path, data)
		if err == nil && m.NodeID >= 0 && m.NodeID != n.static.NodeID {
			err = fmt.Errorf("%w: %s belongs to node %d, this is node %d", logstore.ErrForeignDir, path, m.NodeID, n.static.NodeID)
		}
		if err != nil || m.DirectoryID != (metadata.UUID{}) {
			return m.DirectoryID, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return metadata.UUID{}, err
	}
	m := checkpoint.MetaProperties{Version: 1, ClusterID: n.clusterID, NodeID: n.static.NodeID, DirectoryID: newUUID()}
	return m.DirectoryID, checkpoint.WriteAtomic(n.fs, path, m.Encode())
}

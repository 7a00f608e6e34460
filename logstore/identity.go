package logstore

import (
	"fmt"

	"github.com/kbroker/kbroker/logstore/checkpoint"
)

// identify reads meta.properties of a directory and refuses one of another cluster or node. It writes nothing.
func (s *Store) identify(d *logDir) (meta checkpoint.MetaProperties, found bool, err error) {
	path := join(d.path, checkpoint.MetaPropertiesFile)
	data, err := s.fs.ReadFile(path)
	if isNotExist(err) {
		return meta, false, nil
	}
	if err != nil {
		return meta, false, err
	}
	if meta, err = checkpoint.ParseMetaProperties(path, data); err != nil {
		return meta, false, fmt.Errorf("%w: %w", ErrForeignDir, err)
	}
	if meta.NodeID >= 0 && meta.NodeID != s.cfg.NodeID {
		return meta, true, fmt.Errorf("%w: %s belongs to node %d, this is node %d", ErrForeignDir, path, meta.NodeID, s.cfg.NodeID)
	}
	if meta.ClusterID != "" && s.clusterID != "" && meta.ClusterID != s.clusterID {
		return meta, true, fmt.Errorf("%w: %s belongs to cluster %s, this is cluster %s", ErrForeignDir, path, meta.ClusterID, s.clusterID)
	}
	if s.clusterID == "" {
		s.clusterID = meta.ClusterID
	}
	return meta, true, nil
}

// adopt writes meta.properties when it is missing or lacks something.
func (s *Store) adopt(d *logDir, meta checkpoint.MetaProperties, found bool) error {
	want := meta
	if !found {
		want = checkpoint.MetaProperties{}
	}
	want.Version, want.NodeID = 1, s.cfg.NodeID
	if want.ClusterID == "" {
		want.ClusterID = s.clusterID
	}
	for want.DirectoryID == [16]byte{} || reservedID(want.DirectoryID) {
		want.DirectoryID = s.cfg.NewID()
	}
	d.id = want.DirectoryID
	if found && meta.Version == 1 && meta.ClusterID == want.ClusterID && meta.DirectoryID == want.DirectoryID && meta.NodeID == want.NodeID {
		return nil
	}
	return checkpoint.WriteAtomic(s.fs, join(d.path, checkpoint.MetaPropertiesFile), want.Encode())
}

// reservedID reports the ids below 100, which Kafka gives other meanings (unassigned, lost, migrating).
func reservedID(id [16]byte) bool {
	for _, b := range id[:15] {
		if b != 0 {
			return false
		}
	}
	return id[15] < 100
}

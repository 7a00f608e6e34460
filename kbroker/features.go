package kbroker

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
)

const (
	groupVersion       = "group.version"
	kraftVersion       = "kraft.version"
	transactionVersion = "transaction.version"
)

// featureLevels are the features of Kafka 4.4 and the levels that a node registers with, ascending by name. A feature
// whose room is not built is registered, because the metadata log of a 4.4 cluster finalizes it, but not told to clients:
// told says which ones are.
var featureLevels = []struct {
	name   string
	levels metadata.VersionRange
	told   bool
}{
	{"eligible.leader.replicas.version", metadata.VersionRange{Min: 0, Max: 1}, true},
	{groupVersion, metadata.VersionRange{Min: 0, Max: 1}, true},
	{kraftVersion, metadata.VersionRange{Min: 0, Max: 1}, true},
	{metadata.MetadataVersionFeature, metadata.VersionRange{Min: 7, Max: 33}, true},
	{"share.version", metadata.VersionRange{Min: 0, Max: 2}, false},
	{"streams.version", metadata.VersionRange{Min: 0, Max: 1}, false},
	{transactionVersion, metadata.VersionRange{Min: 0, Max: 2}, true},
}

// features are the levels that ApiVersions tells.
func (n *Node) features() protocol.Features {
	img := n.world.Image()
	f := protocol.Features{Epoch: img.Offset()}
	for _, s := range featureLevels {
		if !s.told {
			continue
		}
		f.Supported = append(f.Supported, protocol.SupportedFeature{Name: s.name, Min: s.levels.Min, Max: s.levels.Max})
		level := img.Feature(s.name)
		if s.name == kraftVersion {
			level = img.KRaftVersion()
		}
		if level > 0 {
			f.Finalized = append(f.Finalized, protocol.FinalizedFeature{Name: s.name, Level: level})
		}
	}
	return f
}

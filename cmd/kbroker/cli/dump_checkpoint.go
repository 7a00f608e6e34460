package cli

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/record/control"
)

// maxSmallFile bounds the files that are read whole.
const maxSmallFile = 64 << 20

type offsetCheckpointRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

type epochRow struct {
	Epoch       int32 `json:"epoch"`
	StartOffset int64 `json:"start_offset"`
}

type propertyRow struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type producerRow struct {
	ProducerID       int64 `json:"producer_id"`
	ProducerEpoch    int16 `json:"producer_epoch"`
	CoordinatorEpoch int32 `json:"coordinator_epoch"`
	TxnFirstOffset   int64 `json:"txn_first_offset"` // -1: no transaction is open
	LastTimestamp    int64 `json:"last_timestamp"`
	LastSequence     int32 `json:"last_sequence"`
	LastOffset       int64 `json:"last_offset"`
}

func (a *App) dumpCheckpoint() *cobra.Command {
	c := &cobra.Command{Use: "checkpoint FILE…", Short: "Show the small files: *-checkpoint, *.snapshot, meta.properties, partition.metadata, quorum-state, *.raft", Args: cobra.MinimumNArgs(1)}
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := a.checkDump(); err != nil {
			return err
		}
		for _, file := range files {
			show := a.smallFile(filepath.Base(file))
			if show == nil {
				return usagef("%s: the name is none of a checkpoint, a producer snapshot (.snapshot), meta.properties, partition.metadata, quorum-state, quorum-flushed, .kafka_cleanshutdown or .raft", file)
			}
			if err := a.dumpSmallFile(file, show); err != nil {
				return err
			}
		}
		return nil
	}
	return a.dumpOutput(c)
}

// smallFile is what shows a file of that name, nil when the name is of no kind that is known.
func (a *App) smallFile(name string) func(file string, data []byte) error {
	switch name {
	case checkpoint.RecoveryPointFile, checkpoint.HighWatermarkFile, checkpoint.StartOffsetFile, checkpoint.CleanerFile:
		return a.dumpOffsetCheckpoint
	case checkpoint.EpochFile:
		return a.dumpEpochs
	case checkpoint.PartitionMetadataFile:
		return a.dumpPartitionMetadata
	case checkpoint.MetaPropertiesFile:
		return a.dumpMetaProperties
	case "quorum-state":
		return a.dumpQuorumState
	case checkpoint.CleanShutdownFile, "quorum-flushed":
		return a.dumpText
	}
	switch filepath.Ext(name) {
	case ".snapshot":
		return a.dumpProducers
	case ".raft":
		return a.dumpText
	}
	return nil
}

func (a *App) dumpSmallFile(file string, show func(string, []byte) error) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > maxSmallFile {
		return withCode(exitFailed, "%s: %d bytes are too many for such a file", file, info.Size())
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	a.heading(a.Out, file)
	return show(file, data)
}

func (a *App) dumpOffsetCheckpoint(file string, data []byte) error {
	offsets, err := checkpoint.ParseOffsets(file, data)
	if err != nil {
		return err
	}
	for _, p := range slices.SortedFunc(maps.Keys(offsets), func(a, b checkpoint.Partition) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Index, b.Index))
	}) {
		if err := a.line(offsetCheckpointRow{p.Topic, p.Index, offsets[p]}, "topic: %s partition: %d offset: %d", p.Topic, p.Index, offsets[p]); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) dumpEpochs(file string, data []byte) error {
	epochs, err := checkpoint.ParseEpochs(file, data)
	if err != nil {
		return err
	}
	for _, e := range epochs {
		if err := a.line(epochRow{e.Epoch, e.Start}, "epoch: %d startOffset: %d", e.Epoch, e.Start); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) property(name, value string) error {
	return a.line(propertyRow{name, value}, "%s: %s", name, value)
}

func (a *App) dumpPartitionMetadata(file string, data []byte) error {
	id, err := checkpoint.ParsePartitionMetadata(file, data)
	if err != nil {
		return err
	}
	return a.property("topic_id", checkpoint.FormatUUID(id))
}

func (a *App) dumpMetaProperties(file string, data []byte) error {
	m, err := checkpoint.ParseMetaProperties(file, data)
	if err != nil {
		return err
	}
	rows := [][2]string{{"version", fmt.Sprint(m.Version)}, {"cluster.id", m.ClusterID}, {"node.id", fmt.Sprint(m.NodeID)}, {"directory.id", checkpoint.FormatUUID(m.DirectoryID)}}
	for _, name := range slices.Sorted(maps.Keys(m.Other)) {
		rows = append(rows, [2]string{name, m.Other[name]})
	}
	for _, r := range rows {
		if err := a.property(r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) dumpQuorumState(file string, data []byte) error {
	q, err := control.ParseQuorumState(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return a.line(q, "leaderId: %d leaderEpoch: %d votedId: %d votedDirectoryId: %s", q.LeaderID, q.LeaderEpoch, q.VotedID, checkpoint.FormatUUID(q.VotedDirectoryID))
}

// dumpText shows a file of one line of text: the raft index of a metadata snapshot (.raft), how far the metadata log was
// flushed, the marker of a clean stop.
func (a *App) dumpText(file string, data []byte) error {
	return a.property(map[string]string{".raft": "raft index of the snapshot", "": "flushed to offset, checksum", ".kafka_cleanshutdown": "clean stop"}[filepath.Ext(file)],
		strings.TrimSpace(string(data)))
}

func (a *App) dumpProducers(file string, data []byte) error {
	entries, err := producer.ParseSnapshot(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for i := range entries {
		e := &entries[i]
		row := producerRow{e.ProducerID, e.Epoch, e.CoordinatorEpoch, e.TxnFirstOffset, e.LastTimestamp, e.LastSeq(), e.LastDataOffset()}
		if err := a.line(row, "producerId: %d producerEpoch: %d coordinatorEpoch: %d currentTxnFirstOffset: %d lastTimestamp: %d lastSequence: %d lastOffset: %d",
			row.ProducerID, row.ProducerEpoch, row.CoordinatorEpoch, row.TxnFirstOffset, row.LastTimestamp, row.LastSequence, row.LastOffset); err != nil {
			return err
		}
	}
	return nil
}

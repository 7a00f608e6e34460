package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/producer"
)

// The files in testdata were written by Apache Kafka 4.4.0: the snapshot that a formatted controller begins with, and a
// partition of __consumer_offsets after a group of one member read, committed and left.

func TestDumpMetadataReadsASnapshotOfKafka(t *testing.T) {
	s := &shell{t: t}
	out := s.ok("dump metadata testdata/00000000000000000000-0000000000.checkpoint")
	want := `Dumping testdata/00000000000000000000-0000000000.checkpoint
offset: 0 epoch: 0 SNAPSHOT_HEADER
offset: 1 epoch: 0 FeatureLevel v0 {"FeatureLevel":33,"Name":"metadata.version"}
offset: 2 epoch: 0 FeatureLevel v0 {"FeatureLevel":1,"Name":"eligible.leader.replicas.version"}
offset: 3 epoch: 0 FeatureLevel v0 {"FeatureLevel":1,"Name":"group.version"}
offset: 4 epoch: 0 FeatureLevel v0 {"FeatureLevel":2,"Name":"share.version"}
offset: 5 epoch: 0 FeatureLevel v0 {"FeatureLevel":1,"Name":"streams.version"}
offset: 6 epoch: 0 FeatureLevel v0 {"FeatureLevel":2,"Name":"transaction.version"}
offset: 7 epoch: 0 SNAPSHOT_FOOTER
`
	if out != want {
		t.Errorf("\n got %s\nwant %s", out, want)
	}
}

func TestDumpOffsetsReadsAPartitionOfKafka(t *testing.T) {
	s := &shell{t: t}
	s.has("dump offsets testdata/00000000000000000000.log", `OffsetCommitKey {"Group":"g1","Partition":0,"Topic":"orders"}`, `"Offset":500,`,
		`GroupMetadataKey {"Group":"g1"}`)
	lines := strings.Split(strings.TrimSpace(s.ok("dump offsets -o jsonl testdata/00000000000000000000.log")), "\n")
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
	s.fails("dump offsets --kind nonsense testdata/00000000000000000000.log", exitUsage, "--kind")
}

func TestDumpSegmentNamesDamage(t *testing.T) {
	s := &shell{t: t}
	s.has("dump segment -r testdata/00000000000000000000.log", "baseOffset: 0 lastOffset: 0 count: 1", "position: 0", "compresscodec: none", "isvalid: true", "| offset: 0")
	data, err := os.ReadFile("testdata/00000000000000000000.log")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	broken := filepath.Join(dir, "00000000000000000000.log")
	data[70] ^= 1
	if err := os.WriteFile(broken, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails("dump segment -r "+broken, exitFailed, "1 batches have a wrong checksum")
	if err := os.WriteFile(broken, data[:120], 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails("dump segment "+broken, exitFailed, "")
	s.fails("dump segment "+filepath.Join(dir, "absent.log"), exitNotFound, "")
}

func TestDumpOffsetsOfAnotherTopicIsOneSentence(t *testing.T) {
	s := &shell{t: t}
	s.fails("dump offsets --kind transaction testdata/00000000000000000000.log", exitFailed, "its records are not those of a transaction coordinator")
}

func TestDumpCheckpointShowsTheSmallFiles(t *testing.T) {
	s := &shell{t: t}
	dir := t.TempDir()
	for name, c := range map[string][2]string{
		"leader-epoch-checkpoint":              {"0\n1\n3 17\n", "epoch: 3 startOffset: 17"},
		"recovery-point-offset-checkpoint":     {"0\n1\norders 2 17\n", "topic: orders partition: 2 offset: 17"},
		"partition.metadata":                   {"version: 0\ntopic_id: AKV6WRmqQKan55aQ-8BblQ\n", "topic_id: AKV6WRmqQKan55aQ-8BblQ"},
		"meta.properties":                      {"version=1\ncluster.id=x\nnode.id=7\ndirectory.id=AKV6WRmqQKan55aQ-8BblQ\n", "node.id: 7"},
		"quorum-state":                         {`{"leaderId":-1,"leaderEpoch":5,"votedId":1,"votedDirectoryId":"AKV6WRmqQKan55aQ-8BblQ","data_version":1}`, "leaderEpoch: 5"},
		"00000000000000000000-0000000000.raft": {`{"version":1,"index":4}`, `raft index of the snapshot: {"version":1,"index":4}`},
		"00000000000000000007.snapshot":        {string(producer.AppendSnapshot(nil, []producer.Entry{{ProducerID: 9, Epoch: 2}})), "producerId: 9 producerEpoch: 2"},
		".kafka_cleanshutdown":                 {`{"version":0,"brokerEpoch":4}`, `clean stop: {"version":0,"brokerEpoch":4}`},
		"quorum-flushed":                       {"00000000000000000014 daf3b77b\n", "flushed to offset, checksum: 00000000000000000014 daf3b77b"},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c[0]), 0o600); err != nil {
			t.Fatal(err)
		}
		s.has("dump checkpoint "+file, c[1])
		s.has("dump metadata "+file, c[1])
		for line := range strings.Lines(s.ok("dump checkpoint -o jsonl " + file)) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%s: no JSON: %s", name, line)
			}
		}
	}
	s.fails("dump checkpoint "+filepath.Join(dir, "nonsense"), exitUsage, "partition.metadata")
	s.fails("dump checkpoint "+filepath.Join(dir, "cleaner-offset-checkpoint"), exitNotFound, "")
}

func TestDumpIndex(t *testing.T) {
	s := &shell{t: t}
	s.has("dump index testdata/00000000000000000000.timeindex", "timestamp: 1795528912161 offset: 10")
	s.fails("dump index testdata/nonsense", exitUsage, "is not that of a segment's file")
	s.fails("dump index -o json testdata/00000000000000000000.timeindex", exitUsage, "table or jsonl")
}

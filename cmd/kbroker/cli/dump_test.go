package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

func TestDumpIndex(t *testing.T) {
	s := &shell{t: t}
	s.has("dump index testdata/00000000000000000000.timeindex", "timestamp: 1795528912161 offset: 10")
	s.fails("dump index testdata/nonsense", exitUsage, "is not that of a segment's file")
	s.fails("dump index -o json testdata/00000000000000000000.timeindex", exitUsage, "table or jsonl")
}

package controller

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
)

// kafkaDir is the beginning of a metadata directory that Apache Kafka 4.4.0 wrote in combined mode.
const kafkaDir = "testdata/kafka-4.4.0/__cluster_metadata-0"

func kafkaFiles(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(kafkaDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(kafkaDir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestKafkasMetadataDirectoryIsAdopted starts on a directory of Apache Kafka's and goes on in the next epoch.
func TestKafkasMetadataDirectoryIsAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := vfs.NewMem()
		err := disk.MkdirAll("/m/"+quorum.DirName, 0o755)
		for name, content := range kafkaFiles(t) {
			f, ferr := disk.OpenFile("/m/"+quorum.DirName+"/"+name, vfs.ReadWrite|vfs.Create, 0o644)
			if ferr != nil {
				t.Fatal(ferr)
			}
			_, werr := f.WriteAt(content, 0)
			err = errors.Join(err, werr, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		dir, err := metadata.ParseUUID("a2Jyb2tlci1yZWZlcmVu1w")
		if err != nil {
			t.Fatal(err)
		}
		r := start(t, disk, func(c *Config) { c.DirectoryID, c.ClusterID = dir, "a2Jyb2tlci1yZWZlcmVuYw" })
		defer r.Close()
		synctest.Wait()
		img := r.Image()
		if img.NumTopics() != 5 || img.Epoch() != 2 || img.KRaftVersion() != 1 || img.MetadataVersion() != metarec.MaxMetadataVersion {
			t.Fatalf("%d topics, epoch %d, kraft.version %d, metadata.version %d", img.NumTopics(), img.Epoch(), img.KRaftVersion(), img.MetadataVersion())
		}
		if b := img.Broker(1); b == nil || b.Epoch != 13 || b.Fenced || len(b.LogDirs) != 1 {
			t.Fatalf("the broker is %+v", b)
		}
		for _, topic := range img.Topics() {
			if p := topic.Partition(0); p == nil || p.Leader != 1 || p.Directories[0] != dir {
				t.Fatalf("%s: %+v", topic.Name, p)
			}
		}
	})
}

// TestKafkasRecordsAreWrittenBackByteForByte decodes every record of Apache Kafka's log and checkpoint and encodes it
// again at the version that we write.
func TestKafkasRecordsAreWrittenBackByteForByte(t *testing.T) {
	for name, content := range kafkaFiles(t) {
		if filepath.Ext(name) == "" {
			continue
		}
		for len(content) > 0 {
			b, rest, err := record.Next(content)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			content = rest
			if b.IsControl() {
				continue
			}
			err = b.Records(func(r record.Record) error {
				rec, version, err := metarec.Unmarshal(r.Value)
				if err != nil {
					return err
				}
				if want := metarec.VersionAt(rec, metarec.MaxMetadataVersion); version != want {
					t.Errorf("%s, offset %d: %T at version %d, we write %d", name, r.Offset, rec, version, want)
				}
				if got := metarec.Marshal(nil, rec, version); !bytes.Equal(got, r.Value) {
					t.Errorf("%s, offset %d: %T is %x, we write %x", name, r.Offset, rec, r.Value, got)
				}
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

// TestNewDirectoryIsFormattedAsKafkaFormatsIt compares the checkpoint of a new directory, record by record.
func TestNewDirectoryIsFormattedAsKafkaFormatsIt(t *testing.T) {
	disk := vfs.NewMem()
	dir, err := metadata.ParseUUID("a2Jyb2tlci1yZWZlcmVu1w")
	if err != nil {
		t.Fatal(err)
	}
	name := quorum.BootstrapCheckpoint()
	theirs := kafkaFiles(t)[name]
	voter := quorum.Voter{ID: 1, DirectoryID: dir, Endpoints: []quorum.Endpoint{{Name: "CONTROLLER", Host: "127.0.0.1", Port: 35707}}}
	if err := Format(disk, "/m", []quorum.Voter{voter}, nil); err != nil {
		t.Fatal(err)
	}
	ours, err := disk.ReadFile("/m/" + quorum.DirName + "/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var want, got [][]byte
	for _, f := range []struct {
		content []byte
		out     *[][]byte
	}{{theirs, &want}, {ours, &got}} {
		batches, err := quorum.ParseCheckpoint(name, f.content)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range batches {
			err := b.Records(func(r record.Record) error {
				*f.out = append(*f.out, bytes.Clone(r.Key), bytes.Clone(r.Value))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(want) != len(got) {
		t.Fatalf("%d keys and values, Apache Kafka has %d", len(got), len(want))
	}
	for i := range want {
		if i == 1 {
			continue // the snapshot header carries a time
		}
		if !bytes.Equal(want[i], got[i]) {
			t.Errorf("record %d: %x, Apache Kafka writes %x", i/2, got[i], want[i])
		}
	}
}

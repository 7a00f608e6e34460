package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What is committed is what the definitions say: otherwise a change of one would silently not reach the other.
func TestCommittedFilesAreWhatTheDefinitionsSay(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./protocol/schema", name)
		}
	}
}

func TestGoNamesUseGoInitialisms(t *testing.T) {
	for in, want := range map[string]string{
		"TopicId": "TopicID", "PartitionIds": "PartitionIDs", "Isr": "ISR", "LastKnownElr": "LastKnownELR", "group": "Group",
		"IncarnationId": "IncarnationID", "ZkMigrationState": "ZKMigrationState", "Identity": "Identity", "TaskIds": "TaskIDs",
		"leaderEpoch": "LeaderEpoch", "ClientIdHash": "ClientIDHash",
	} {
		if got := goName(in); got != want {
			t.Errorf("goName(%q) = %q, want %q", in, got, want)
		}
	}
}

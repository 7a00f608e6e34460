package checkpoint

import (
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestOffsetsAreKafkasText(t *testing.T) {
	o := Offsets{{"b", 10}: 7, {"b", 9}: 8, {"a.b_c-1", 0}: 1 << 62}
	text := "0\n3\na.b_c-1 0 4611686018427387904\nb 9 8\nb 10 7\n"
	if got := string(o.Encode()); got != text {
		t.Fatalf("%q", got)
	}
	back, err := ParseOffsets("f", []byte(text))
	if err != nil || !maps.Equal(back, o) {
		t.Fatal(back, err)
	}
	if back, err := ParseOffsets("f", []byte("0\n0\n")); err != nil || len(back) != 0 {
		t.Fatal(back, err)
	}
}

func TestMalformedCheckpointsNameFileAndLine(t *testing.T) {
	for text, line := range map[string]int{
		"": 0, "0": 0, "1\n0\n": 1, "x\n0\n": 1, "0\n-1\n": 2, "0\n2\na 0 1\n": 2, "0\n99999999999\n": 2, "0\n1\na 0\n": 3, "0\n1\na x 1\n": 3,
		"0\n1\na 0 -1\n": 3, "0\n1\na -1 1\n": 3, "0\n1\na 0 1\nb 0 1\n": 2, "0\n1\n\x00\x00\x00": 3, "\x00\x00\x00\x00": 0,
	} {
		_, err := ParseOffsets("name", []byte(text))
		var e *Error
		if !errors.As(err, &e) || e.File != "name" || e.Line != line {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestEpochs(t *testing.T) {
	list := []EpochStart{{0, 0}, {3, 10}, {4, 10}}
	text := "0\n3\n0 0\n3 10\n4 10\n"
	if got := string(EncodeEpochs(list)); got != text {
		t.Fatalf("%q", got)
	}
	if got, err := ParseEpochs("f", []byte(text)); err != nil || !reflect.DeepEqual(got, list) {
		t.Fatal(got, err)
	}
	for _, bad := range []string{"0\n2\n3 10\n3 11\n", "0\n2\n3 10\n4 9\n", "0\n1\n-1 0\n", "0\n1\n0\n"} {
		if _, err := ParseEpochs("f", []byte(bad)); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestPartitionMetadata(t *testing.T) {
	id := [16]byte{0xff, 0xef, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
	text := "version: 0\ntopic_id: _-8BAgMEBQYHCAkKCwwNDg\n"
	if got := string(EncodePartitionMetadata(id)); got != text {
		t.Fatalf("%q", got)
	}
	for _, x := range []string{text, strings.TrimSuffix(text, "\n")} {
		if got, err := ParsePartitionMetadata("f", []byte(x)); err != nil || got != id {
			t.Fatal(got, err)
		}
	}
	for _, bad := range []string{"", "version: 1\ntopic_id: _-8BAgMEBQYHCAkKCwwNDg\n", "version: 0\n", "version: 0\ntopic_id: xx\n", "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA\n",
		"version: 0\ntopic_id: _-8BAgMEBQYHCAkKCwwNDg\nmore\n"} {
		if _, err := ParsePartitionMetadata("f", []byte(bad)); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestMetaProperties(t *testing.T) {
	text := "#\n#Tue Nov 24 2026\ncluster.id=MkU3OEVBNTcwNTJENDM2Qg\ndirectory.id=EREREREREREREREREREREQ\nnode.id=3\nversion=1\nfuture.key=x\n"
	m, err := ParseMetaProperties("f", []byte(text))
	if err != nil || m.NodeID != 3 || m.ClusterID != "MkU3OEVBNTcwNTJENDM2Qg" || m.Other["future.key"] != "x" || m.DirectoryID[0] != 0x11 || m.Version != 1 {
		t.Fatalf("%+v %v", m, err)
	}
	back, err := ParseMetaProperties("f", m.Encode())
	if err != nil || !reflect.DeepEqual(back, m) {
		t.Fatalf("%+v %v", back, err)
	}
	if old, err := ParseMetaProperties("f", []byte("version=0\nbroker.id=7\n")); err != nil || old.NodeID != 7 {
		t.Fatalf("%+v %v", old, err)
	}
	for _, bad := range []string{"", "version=2\nnode.id=1\n", "node.id=-1\n", "node.id=x\n", "hello\n", "node.id=1\ndirectory.id=short\n", "version=1\n"} {
		if _, err := ParseMetaProperties("f", []byte(bad)); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestCleanShutdown(t *testing.T) {
	if got := string(EncodeCleanShutdown(42)); got != `{"version":0,"brokerEpoch":42}` {
		t.Fatal(got)
	}
	for text, want := range map[string]int64{`{"version":0,"brokerEpoch":42}`: 42, "": -1, "\n": -1, "{": -1} {
		if got := ParseCleanShutdown([]byte(text)); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestWriteAtomicLeavesOldOrNew(t *testing.T) {
	mem := vfs.NewMem()
	if err := WriteAtomic(mem, "/f", []byte("old content")); err != nil {
		t.Fatal(err)
	}
	points := 0
	mem.SetHook(func(op vfs.Op) {
		points++
		for seed := range uint64(8) {
			for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash} {
				b, err := mem.Clone(kind, rand.New(rand.NewPCG(uint64(points), seed))).ReadFile("/f")
				if err != nil || string(b) != "old content" && string(b) != "new" {
					t.Errorf("before %s: %q %v", op.Kind, b, err)
				}
			}
		}
	})
	if err := WriteAtomic(mem, "/f", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if b, err := mem.Clone(vfs.PowerCut, nil).ReadFile("/f"); err != nil || string(b) != "new" {
		t.Fatalf("%q %v", b, err)
	}
	if points < 5 {
		t.Fatalf("%d points", points)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("0\n1\na 0 1\n"))
	f.Add([]byte("version=1\nnode.id=1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, err := ParseOffsets("f", b); err == nil {
			if back, err := ParseOffsets("f", o.Encode()); err != nil || !maps.Equal(back, o) {
				t.Fatal(back, err)
			}
		}
		if l, err := ParseEpochs("f", b); err == nil {
			if back, err := ParseEpochs("f", EncodeEpochs(l)); err != nil || len(back) != len(l) {
				t.Fatal(back, err)
			}
		}
		if id, err := ParsePartitionMetadata("f", b); err == nil {
			if back, err := ParsePartitionMetadata("f", EncodePartitionMetadata(id)); err != nil || back != id {
				t.Fatal(back, err)
			}
		}
		_, _ = ParseMetaProperties("f", b)
		ParseCleanShutdown(b)
	})
}

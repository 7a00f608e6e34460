package storage

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

func options(fsys vfs.FS) Options {
	n := byte(100)
	return Options{FS: fsys, Dirs: []string{"/a", "/b"}, MetadataDir: "/a", ClusterID: "c", NodeID: 3,
		NewID: func() [16]byte { n++; return [16]byte{1, 15: n} }}
}

func TestFormatWritesMetaPropertiesEverywhere(t *testing.T) {
	fsys := vfs.NewMem()
	o := options(fsys)
	var quorum []string
	o.Quorum = func(dir string, id [16]byte) error {
		if _, ok, _ := Read(fsys, dir); ok {
			t.Error("meta.properties came before the metadata log")
		}
		quorum = append(quorum, dir)
		return nil
	}
	done, err := Format(o)
	if err != nil || !slices.Equal(done, []string{"/a", "/b"}) || !slices.Equal(quorum, []string{"/a"}) {
		t.Fatal(done, quorum, err)
	}
	a, ok, err := Read(fsys, "/a")
	if !ok || err != nil || a.Version != 1 || a.ClusterID != "c" || a.NodeID != 3 {
		t.Errorf("%+v %v %v", a, ok, err)
	}
	if b, _, _ := Read(fsys, "/b"); b.DirectoryID == a.DirectoryID {
		t.Error("two directories share an id")
	}
}

func TestFormattedDirectoriesAreLeftAlone(t *testing.T) {
	fsys := vfs.NewMem()
	o := options(fsys)
	o.Dirs = []string{"/a"}
	if _, err := Format(o); err != nil {
		t.Fatal(err)
	}
	before, _, _ := Read(fsys, "/a")
	o.Dirs = []string{"/b", "/a"}
	if _, err := Format(o); !errors.Is(err, ErrFormatted) {
		t.Errorf("got %v", err)
	}
	if _, ok, _ := Read(fsys, "/b"); ok {
		t.Error("/b was formatted although /a could not be")
	}
	o.IgnoreFormatted = true
	done, err := Format(o)
	if err != nil || !slices.Equal(done, []string{"/b"}) {
		t.Fatal(done, err)
	}
	if after, _, _ := Read(fsys, "/a"); after.DirectoryID != before.DirectoryID {
		t.Error("the id of a formatted directory changed")
	}
	for _, change := range []func(*Options){func(o *Options) { o.ClusterID = "other" }, func(o *Options) { o.NodeID = 4 }} {
		c := o
		change(&c)
		if _, err := Format(c); err == nil || !strings.Contains(err.Error(), "belongs to") {
			t.Errorf("got %v", err)
		}
	}
}

func TestInspectNamesWhatIsWrong(t *testing.T) {
	fsys := vfs.NewMem()
	o := options(fsys)
	o.Dirs = []string{"/a"}
	if _, err := Format(o); err != nil {
		t.Fatal(err)
	}
	o.Dirs, o.MetadataDir, o.NodeID = []string{"/b"}, "/b", 9
	if _, err := Format(o); err != nil {
		t.Fatal(err)
	}
	if err := fsys.MkdirAll("/c", 0o755); err != nil {
		t.Fatal(err)
	}
	got := Inspect(fsys, []string{"/a", "/b", "/c", "/d"})
	for i, want := range []string{"", "belongs to node 9", "is not formatted", "does not exist"} {
		if p := got[i].Problem; want == "" && p != "" || !strings.HasPrefix(p, want) {
			t.Errorf("%s: %q, want %q", got[i].Path, p, want)
		}
	}
}

func TestNewIDsSurviveACommandLine(t *testing.T) {
	seen := map[[16]byte]bool{}
	for range 2000 {
		id := NewID()
		text := checkpoint.FormatUUID(id)
		if text[0] == '-' || len(text) != 22 || seen[id] {
			t.Fatalf("%s", text)
		}
		seen[id] = true
	}
}

package fetch

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// TreeFile is where a tree of sources puts what it builds into a cache that others share: each has a file of its own.
func TreeFile(cache, tree, name string) string {
	return filepath.Join(cache, fmt.Sprintf("%s-%.6x", name, sha256.Sum256([]byte(tree))))
}

// Build runs a step that builds a file; build gets the name to build to. The file appears whole: a run that begins with
// the one before it keeps that.
func Build(file string, build func(to string) Step) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	to := filepath.Join(dir, filepath.Base(file))
	if err := build(to).Run(); err != nil {
		return err
	}
	return os.Rename(to, file)
}

package refkafka

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// clusterFile holds a running cluster in its directory; markFile says that the directory is one of this harness.
const (
	clusterFile = "cluster.json"
	markFile    = "apache-kafka-of-compat-tests"
)

var nameForm = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)

// directory is where a cluster of a name lies. The name is one element of a path: what is below it is deleted.
func directory(cache, name string) (string, error) {
	if !nameForm.MatchString(name) {
		return "", fmt.Errorf("%q is no name for a cluster: letters, digits, '.', '_' and '-', not beginning with a dot", name)
	}
	return filepath.Join(cache, "run", name), nil
}

// empty makes a cluster's directory anew. Only one that an earlier start made is removed: it holds one of our files.
func empty(dir string) error {
	_, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !marked(dir):
		return fmt.Errorf("%s was made by no start of a cluster and is left as it is: move it away or give another name", dir)
	default:
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, markFile), nil, 0o644)
}

func marked(dir string) bool {
	for _, f := range []string{markFile, clusterFile, filepath.Join("node1", "server.properties")} {
		if info, err := os.Lstat(filepath.Join(dir, f)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// forget removes the note of the running cluster.
func (c *Cluster) forget() error {
	err := os.Remove(filepath.Join(c.Dir, clusterFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

package refkafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
)

// Version is the release that kbroker is held against.
const Version = "4.4.0"

// mavenLimit bounds how long Maven may take to fetch one class path.
const mavenLimit = 15 * time.Minute

const tryMaven = "see whether this machine reaches its Maven repository (a mirror goes into ~/.m2/settings.xml), and run again: what came already stays in the cache"

// FetchJars makes a directory of jars from a pom's dependencies, once, and returns the class path. Of the runs that share
// the cache one fetches and the others wait, until ctx ends.
func FetchJars(ctx context.Context, cache, pom, name string) (string, error) {
	unlock, err := fetch.Lock(ctx, cache, "jars", os.Stderr)
	if err != nil {
		return "", err
	}
	defer unlock()
	dir := filepath.Join(cache, "jars", name)
	done := filepath.Join(dir, ".complete")
	want, err := os.ReadFile(pom)
	if err != nil {
		return "", err
	}
	if have, err := os.ReadFile(done); err == nil && string(have) == string(want) {
		return filepath.Join(dir, "*"), nil
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("maven is needed to fetch %s: %w", name, err)
	}
	step := fetch.Step{Dir: filepath.Dir(pom), Limit: mavenLimit, Try: tryMaven, Args: []string{mvn, "-q", "-B", "-f", pom,
		"-Dmaven.repo.local=" + filepath.Join(cache, "m2"), "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=" + dir}}
	if err := errors.Join(os.RemoveAll(dir), step.Run()); err != nil {
		return "", err
	}
	return filepath.Join(dir, "*"), os.WriteFile(done, want, 0o644)
}

func tail(s string, lines int) string {
	all := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return strings.Join(all, "\n")
}

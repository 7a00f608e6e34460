package refkafka

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Version is the release that kbroker is held against.
const Version = "4.4.0"

// FetchJars makes a directory of jars from a pom's dependencies, once, and returns the class path.
func FetchJars(ctx context.Context, cache, pom, name string) (string, error) {
	dir := filepath.Join(cache, "jars", name)
	done := filepath.Join(dir, ".complete")
	want, err := os.ReadFile(pom)
	if err != nil {
		return "", err
	}
	if have, err := os.ReadFile(done); err == nil && string(have) == string(want) {
		return filepath.Join(dir, "*"), nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("maven is needed to fetch %s: %w", name, err)
	}
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "-f", pom, "-Dmaven.repo.local="+filepath.Join(cache, "m2"),
		"dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("maven for %s: %w\n%s", name, err, tail(string(out), 30))
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

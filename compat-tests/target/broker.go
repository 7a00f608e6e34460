package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// buildLimit bounds a build of kbroker, the modules that it needs fetched.
const buildLimit = 10 * time.Minute

// Kind says which broker a suite wants.
type Kind string

// The brokers.
const (
	Apache  Kind = "apache"
	Kbroker Kind = "kbroker"
)

// Broker is a broker that a suite runs against. Close stops it if Open started it.
type Broker struct {
	Kind      Kind
	Bootstrap string
	close     func() error
	restart   func() error
	kill      func() error
	pid       func() int
}

// Pid is the broker's process, 0 for one that was not started here.
func (b *Broker) Pid() int {
	if b.pid == nil {
		return 0
	}
	return b.pid()
}

// Close stops the broker if it was started here.
func (b *Broker) Close() error {
	if b.close == nil {
		return nil
	}
	return b.close()
}

// Restart stops the broker as an operator would and starts it on the same data; only one that was started here can.
func (b *Broker) Restart() error { return again(b.restart) }

// CanRestart reports whether Restart works: the broker was started here.
func (b *Broker) CanRestart() bool { return b.restart != nil }

// Kill ends the broker with SIGKILL and starts it on the same data; only kbroker started here can.
func (b *Broker) Kill() error { return again(b.kill) }

func again(f func() error) error {
	if f == nil {
		return errors.New("this broker was not started here")
	}
	return f()
}

// Open gives a broker: the one at bootstrap if that is not empty, else a fresh one of the kind. props go over
// refkafka.Defaults, which both kinds start with.
func Open(kind Kind, bootstrap string, props map[string]string) (*Broker, error) {
	if bootstrap != "" {
		return &Broker{Kind: kind, Bootstrap: bootstrap}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return Start(ctx, kind, Settings{Props: props})
}

// Settings say how a broker is started where that matters: to measure it.
type Settings struct {
	Props map[string]string // over refkafka.Defaults
	Cores string            // CPU list, as taskset takes it, that the broker is pinned to; all if empty
	Dir   string            // kbroker's data lie below it; the system's directory for temporary files if empty
	Heap  string            // Apache Kafka's -Xmx; refkafka's default if empty
	JVM   []string          // Apache Kafka's JVM options in place of refkafka's
}

// Start starts a fresh broker.
func Start(ctx context.Context, kind Kind, set Settings) (*Broker, error) {
	if kind != Apache {
		return startKbroker(ctx, set)
	}
	c, err := refkafka.Start(ctx, refkafka.Options{
		Cache: CacheDir(), Pom: filepath.Join(Root(), "java", "broker", "pom.xml"),
		Name: fmt.Sprintf("suite-%d", os.Getpid()), Nodes: 1, Props: set.Props, Heap: set.Heap, JVM: set.JVM, Cores: set.Cores,
	})
	if err != nil {
		return nil, err
	}
	return &Broker{Kind: kind, Bootstrap: c.Bootstrap, pid: func() int { return c.Pids[0] }, restart: func() error {
		return c.Restart(context.Background())
	}, close: func() error {
		return errors.Join(c.Stop(), os.RemoveAll(c.Dir))
	}}, nil
}

// buildKbroker builds the parent module's binary and puts it into dir, where no other run that shares the cache replaces it.
func buildKbroker(ctx context.Context, dir string) (string, error) {
	unlock, err := fetch.Lock(ctx, CacheDir(), "kbroker", os.Stderr)
	if err != nil {
		return "", err
	}
	defer unlock()
	built, bin := filepath.Join(CacheDir(), "kbroker"), filepath.Join(dir, "kbroker")
	step := fetch.Step{Dir: filepath.Dir(Root()), Limit: buildLimit, Args: []string{"go", "build", "-o", built, "./cmd/kbroker"},
		Try: "see what the compiler says; a first build needs a Go module proxy"}
	if err := step.Run(); err != nil {
		return "", err
	}
	if os.Link(built, bin) == nil {
		return bin, nil
	}
	text, err := os.ReadFile(built) // the cache is on another file system
	if err != nil {
		return "", err
	}
	return bin, os.WriteFile(bin, text, 0o755)
}

func startKbroker(ctx context.Context, set Settings) (*Broker, error) {
	dir, err := os.MkdirTemp(set.Dir, "kbroker-compat-")
	if err != nil {
		return nil, err
	}
	bin, err := buildKbroker(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	ports, err := refkafka.FreePorts(2)
	if err != nil {
		return nil, err
	}
	addr := fmt.Sprintf("127.0.0.1:%d", ports[0])
	args := kbrokerArgs(dir, addr, ports[1], set.Props)
	if set.Cores != "" {
		bin, args = "taskset", append([]string{"-c", set.Cores, bin}, args...)
	}
	p := &process{bin: bin, args: args, addr: addr, log: filepath.Join(dir, "server.log")}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Broker{Kind: Kbroker, Bootstrap: addr, pid: func() int { return p.cmd.Process.Pid }, restart: func() error {
		return errors.Join(p.stop(syscall.SIGTERM), p.start(context.Background()))
	}, kill: func() error {
		return errors.Join(p.stop(syscall.SIGKILL), p.start(context.Background()))
	}, close: func() error {
		return errors.Join(p.stop(syscall.SIGTERM), os.RemoveAll(dir))
	}}, nil
}

func kbrokerArgs(dir, addr string, controllerPort int, props map[string]string) []string {
	all := refkafka.Defaults(1)
	all["node.id"] = "1"
	all["process.roles"] = "broker,controller"
	all["controller.listener.names"] = "CONTROLLER"
	all["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
	all["controller.quorum.bootstrap.servers"] = fmt.Sprintf("127.0.0.1:%d", controllerPort)
	all["listeners"] = fmt.Sprintf("PLAINTEXT://%s,CONTROLLER://127.0.0.1:%d", addr, controllerPort)
	all["advertised.listeners"] = "PLAINTEXT://" + refkafka.Advertised(addr, props)
	all["log.dirs"] = filepath.Join(dir, "data")
	for k, v := range props {
		if k != refkafka.AdvertisedHost {
			all[k] = v
		}
	}
	var keys []string
	for k := range all {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	args := []string{"start"}
	for _, k := range keys {
		args = append(args, "--set", k+"="+all[k])
	}
	return args
}

type process struct {
	bin, addr, log string
	args           []string
	cmd            *exec.Cmd
	done           chan struct{}
}

func (p *process) start(ctx context.Context) error {
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	p.cmd = exec.Command(p.bin, p.args...)
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = out, out, filepath.Dir(p.log)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) { cmd.Wait(); close(done) }(p.cmd, p.done)
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = refkafka.WaitReady(ctx, p.addr, 1, func() error {
		select {
		case <-p.done:
			return errors.New("kbroker has ended")
		default:
			return nil
		}
	})
	if err != nil {
		text, _ := os.ReadFile(p.log)
		return errors.Join(fmt.Errorf("kbroker: %w\n%s", err, bytes.TrimSpace(text)), p.stop(syscall.SIGKILL))
	}
	return nil
}

func (p *process) stop(sig syscall.Signal) error {
	if p.cmd == nil {
		return nil
	}
	p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
		return nil
	case <-time.After(20 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
		return errors.New("kbroker did not stop within 20 seconds of " + sig.String())
	}
}

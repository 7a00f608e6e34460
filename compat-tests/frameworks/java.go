package frameworks

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// jvm is one Java process whose output goes into a file.
type jvm struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{}
}

func startJVM(dir, log, classPath string, args ...string) (*jvm, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	base := []string{"-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath}
	j := &jvm{cmd: exec.Command("java", append(base, args...)...), log: log, done: make(chan struct{})}
	j.cmd.Stdout, j.cmd.Stderr, j.cmd.Dir = out, out, dir
	if err := j.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { j.cmd.Wait(); close(j.done) }()
	return j, nil
}

// stop sends a signal and waits; one that does not end in 30 seconds is killed.
func (j *jvm) stop(sig syscall.Signal) error {
	j.cmd.Process.Signal(sig)
	select {
	case <-j.done:
		return nil
	case <-time.After(30 * time.Second):
		j.cmd.Process.Kill()
		<-j.done
		return errors.New("java did not end within 30 seconds of " + sig.String())
	}
}

func (j *jvm) ended() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// tail is the end of the log, for a failure.
func (j *jvm) tail() string {
	b, _ := os.ReadFile(j.log)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-25):], "\n")
}

// until waits for check with a limit; the last error is the reason.
func until(limit time.Duration, what string, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: not within %v: %w", what, limit, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Env is what a framework's run needs.
type Env struct {
	Root, Cache, Bootstrap string
	Prefix                 string // of topic and application names
	Dir                    string // a directory of its own

	Observer string        // the broker's address for the judge, where that is not Bootstrap
	Patience time.Duration // for a verdict, where that is not the framework's own
}

// judge is the address at which the harness itself writes and reads.
func (e Env) judge() string {
	if e.Observer != "" {
		return e.Observer
	}
	return e.Bootstrap
}

func (e Env) patience(own time.Duration) time.Duration {
	if e.Patience > 0 {
		return e.Patience
	}
	return own
}

func (e Env) path(parts ...string) string { return filepath.Join(append([]string{e.Dir}, parts...)...) }

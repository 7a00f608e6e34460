package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// shown bounds how many of a failed command's last lines an error holds.
const shown = 15

// Step is one command that fetches or builds something.
type Step struct {
	Dir   string
	Env   []string // over the process's own
	Limit time.Duration
	Try   string // what a person can do when it fails
	Args  []string
}

// Run runs the command; its output is shown only if it fails. At the limit it is ended with all its children, and the
// error names the command, the limit and what to try.
func (s Step) Run() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Args[0], s.Args[1:]...)
	cmd.Dir, cmd.Env = s.Dir, append(os.Environ(), s.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	said := strings.Join(lines[max(0, len(lines)-shown):], "\n")
	command := strings.Join(s.Args, " ")
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%s (in %s) did not end within %v and was ended: %s\n%s", command, s.Dir, s.Limit, s.Try, said)
	}
	return fmt.Errorf("%s (in %s): %w: %s\n%s", command, s.Dir, err, s.Try, said)
}

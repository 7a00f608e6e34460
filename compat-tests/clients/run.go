package clients

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// programLimit bounds one program's run over all its scenarios.
const programLimit = 6 * time.Minute

// Outcome is what a scenario came to.
type Outcome string

// The outcomes. Failed carries a detail after a colon; Skipped says why in Result.Skipped.
const (
	Passed     Outcome = "passed"
	NotOffered Outcome = "not-offered" // the program says that the client has no such thing
	NotWritten Outcome = "not-written" // the program has no such scenario
	Failed     Outcome = "failed"
)

// Result is one client's row.
type Result struct {
	Client, Language string
	Version          string
	Outcomes         map[string]Outcome
	Details          map[string]string
	Skipped          string // why the whole program did not run
}

// Run prepares a program and runs it against a broker. scenarios limits it; none means all.
func Run(p Program, d Dirs, bootstrap, prefix string, scenarios []string) Result {
	r := Result{Client: p.Name, Language: p.Language, Outcomes: map[string]Outcome{}, Details: map[string]string{}}
	if p.Name != "kcat" {
		if _, err := exec.LookPath(p.Needs); err != nil {
			r.Skipped = p.Needs + " is not installed"
			return r
		}
	}
	cmd, err := p.Prepare(d)
	if err != nil {
		r.Skipped = "could not be prepared: " + err.Error()
		return r
	}
	err = play(&r, cmd, append([]string{bootstrap, prefix}, scenarios...))
	for _, s := range expected(scenarios) {
		switch _, ok := r.Outcomes[s]; {
		case ok:
		case slices.Contains(p.NotWritten, s):
			r.Outcomes[s] = NotWritten
		default:
			r.Outcomes[s], r.Details[s] = Failed, fmt.Sprintf("the program said nothing of it (%v)", err)
		}
	}
	return r
}

func expected(scenarios []string) []string {
	if len(scenarios) > 0 {
		return scenarios
	}
	return Scenarios
}

func play(r *Result, c Command, args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), programLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Args[0], append(c.Args[1:], args...)...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		r.take(lines.Text())
	}
	return cmd.Wait()
}

// take reads one line of a program.
func (r *Result) take(line string) {
	if v, ok := strings.CutPrefix(line, "VERSION "); ok {
		_, r.Version, _ = strings.Cut(v, " ")
		return
	}
	rest, ok := strings.CutPrefix(line, "RESULT ")
	if !ok {
		return
	}
	name, outcome, _ := strings.Cut(rest, " ")
	outcome, detail, _ := strings.Cut(outcome, ": ")
	r.Outcomes[name], r.Details[name] = Outcome(outcome), detail
}

// Counts returns how many scenarios passed, failed and were not offered; one that is not written is none of them.
func (r Result) Counts() (passed, failed, notOffered int) {
	for _, o := range r.Outcomes {
		switch o {
		case Passed:
			passed++
		case NotOffered:
			notOffered++
		case NotWritten:
		default:
			failed++
		}
	}
	return passed, failed, notOffered
}

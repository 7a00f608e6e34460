package clients

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
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
	NotOffered Outcome = "not-offered" // Program.Lacks says so
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

// Run is RunRestarting against a broker that nobody restarts.
func Run(p Program, d Dirs, bootstrap, prefix string, scenarios []string) Result {
	return RunRestarting(p, d, bootstrap, prefix, scenarios, nil)
}

// RunRestarting prepares a program and runs it against a broker. scenarios limits it; none means all. Without a restart,
// which stops the broker and starts it again, the scenario that needs it is left out. Of what the program says has passed,
// judge looks at what the broker holds.
func RunRestarting(p Program, d Dirs, bootstrap, prefix string, scenarios []string, restart func() error) Result {
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
	var wanted []string
	for _, s := range expected(scenarios) {
		switch _, lacks := p.Lacks[s]; {
		case lacks:
			r.Outcomes[s] = NotOffered
		case s != brokerRestart || restart != nil:
			wanted = append(wanted, s)
		}
	}
	if wanted == nil {
		return r
	}
	err = play(&r, cmd, append([]string{bootstrap, prefix}, wanted...), restart)
	for _, s := range wanted {
		if _, ok := r.Outcomes[s]; !ok {
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

// play runs a program and takes its lines. At the line RESTART the broker is restarted, and a line on the program's input
// says that it is back.
func play(r *Result, c Command, args []string, restart func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), programLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Args[0], append(c.Args[1:], args...)...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	out, err1 := cmd.StdoutPipe()
	in, err2 := cmd.StdinPipe()
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var failed error
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() != "RESTART" {
			r.take(args[0], args[1], lines.Text())
			continue
		}
		if restart == nil {
			failed = errors.New("it asks for a restart of a broker that was not started here")
			cancel()
		} else if failed = restart(); failed != nil {
			cancel()
		}
		fmt.Fprintln(in, "restarted")
	}
	return errors.Join(failed, cmd.Wait())
}

// take reads one line of a program that runs against bootstrap.
func (r *Result) take(bootstrap, prefix, line string) {
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
	if Outcome(outcome) == Passed {
		if err := judge(context.Background(), bootstrap, prefix+"-"+name, name, r.Client); err != nil {
			outcome, detail = string(Failed), "the program is content, the broker's side is not: "+strings.ReplaceAll(err.Error(), "\n", " ")
		}
	}
	r.Outcomes[name], r.Details[name] = Outcome(outcome), detail
}

// Counts returns how many scenarios passed, failed and were not offered.
func (r Result) Counts() (passed, failed, notOffered int) {
	for _, o := range r.Outcomes {
		switch o {
		case Passed:
			passed++
		case NotOffered:
			notOffered++
		default:
			failed++
		}
	}
	return passed, failed, notOffered
}

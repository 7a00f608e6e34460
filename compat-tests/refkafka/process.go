package refkafka

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startTime is when a process began, in the kernel's ticks since the machine started, and whether it still runs: one that
// has ended and is not yet reaped does not.
func startTime(pid int) (ticks uint64, runs bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	_, rest, ok := strings.Cut(string(b[strings.LastIndexByte(string(b), ')')+1:]), " ") // the name may hold anything
	f := strings.Fields(rest)                                                            // from field 3, the state, on
	if !ok || len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return 0, false
	}
	ticks, err = strconv.ParseUint(f[19], 10, 64)
	return ticks, err == nil
}

// runs reports whether node i is still there: the process with its number began when the node did.
func (c *Cluster) runs(i int) bool {
	if i >= len(c.Started) {
		return false
	}
	at, runs := startTime(c.Pids[i])
	return runs && at == c.Started[i]
}

// ours reports whether the process with node i's number is the node that was started here, and not another one that was
// given the number since: it began when the node did, and its command line names this cluster's directory.
func (c *Cluster) ours(i int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.Pids[i]))
	return err == nil && c.runs(i) && strings.Contains(string(line), c.Dir+string(os.PathSeparator))
}

// appearLimit bounds how long a process that has just been started may be without its command line.
const appearLimit = 2 * time.Second

// note keeps a process that was just started as the next node, with its time, as soon as it can be told for ours.
func (c *Cluster) note(pid int) {
	at, _ := startTime(pid)
	c.Pids, c.Started = append(c.Pids, pid), append(c.Started, at)
	i := len(c.Pids) - 1
	for limit := time.Now().Add(appearLimit); c.runs(i) && !c.ours(i) && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
}

// signal sends a signal to node i if the process is ours; the process is held while it is looked at, so that its number
// is given to no other in between.
func (c *Cluster) signal(i int, sig syscall.Signal) error {
	p, err := os.FindProcess(c.Pids[i])
	if err != nil {
		return err
	}
	defer p.Release() //nolint:errcheck // only a handle
	if !c.ours(i) {
		return nil
	}
	if err := p.Signal(sig); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// stopPatience is how long a node may take to end as an operator ends it, killPatience how long it may take when killed.
const (
	stopPatience = 20 * time.Second
	killPatience = 10 * time.Second
)

// Stop ends the nodes as an operator would and waits for them; one that does not end within 20 seconds is killed. Only
// processes that are these nodes are sent a signal, whatever has their numbers now.
func (c *Cluster) Stop() error {
	var errs []error
	var nodes []int
	for i := range c.Pids {
		if c.ours(i) {
			nodes = append(nodes, i)
			errs = append(errs, c.signal(i, syscall.SIGTERM))
		}
	}
	kill := time.Now().Add(stopPatience)
	for _, i := range nodes {
		for c.runs(i) {
			if now := time.Now(); now.After(kill) {
				errs = append(errs, c.signal(i, syscall.SIGKILL))
				if now.After(kill.Add(killPatience)) {
					return errors.Join(append(errs, fmt.Errorf("the node with pid %d does not end", c.Pids[i]))...)
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return errors.Join(append(errs, c.forget())...)
}

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// startPinned starts a process on cores: the thread that forks is pinned for the moment, and the child inherits that.
// Without cores it runs anywhere.
func startPinned(cmd *exec.Cmd, cores []int) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if len(cores) == 0 {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	want := cpuSet(cores)
	if err := unix.SchedSetaffinity(0, &want); err != nil {
		return fmt.Errorf("pin to cores %v: %w", cores, err)
	}
	err := cmd.Start()
	if back := unix.SchedSetaffinity(0, &before); err == nil {
		err = back
	}
	return err
}

func cpuSet(cores []int) unix.CPUSet {
	var set unix.CPUSet
	for _, c := range cores {
		set.Set(c)
	}
	return set
}

// PinSelf pins every thread of this process to cores, and tells the Go scheduler how many that are.
func PinSelf(cores []int) error {
	if len(cores) == 0 {
		return nil
	}
	set := cpuSet(cores)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			if err := unix.SchedSetaffinity(tid, &set); err != nil {
				return fmt.Errorf("pin to cores %v: %w", cores, err)
			}
		}
	}
	runtime.GOMAXPROCS(len(cores))
	return nil
}

// Cores returns the cores that this process may use.
func Cores() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil
	}
	var out []int
	for i := range 1024 {
		if set.IsSet(i) {
			out = append(out, i)
		}
	}
	return out
}

// RaiseFileLimit lifts the soft limit of open files to the hard one, for this process and those it starts.
func RaiseFileLimit() error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &l)
}

// CPU is the time, user and system, that the process has used: from its own clock in nanoseconds, or from /proc in
// hundredths of a second.
func (s *Server) CPU() (time.Duration, error) {
	var ts unix.Timespec
	clock := int32(^s.Pid())<<3 | 2 // the kernel's number for a process's CPU clock
	if err := unix.ClockGettime(clock, &ts); err == nil {
		return time.Duration(ts.Nano()), nil
	}
	stat, err := s.proc("stat")
	if err != nil {
		return 0, err
	}
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 13 {
		return 0, fmt.Errorf("stat of %s: %q", s.Spec.Name, stat)
	}
	user, err1 := strconv.ParseInt(f[11], 10, 64)
	system, err2 := strconv.ParseInt(f[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("stat of %s: %q", s.Spec.Name, stat)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// RSS is the memory that the process has resident, in bytes.
func (s *Server) RSS() (float64, error) {
	n, err := s.field("status", "VmRSS:")
	return n * 1024, err
}

// PeakRSS is the most that RSS has been.
func (s *Server) PeakRSS() (float64, error) {
	n, err := s.field("status", "VmHWM:")
	return n * 1024, err
}

// Written is how many bytes the process has had written to disks.
func (s *Server) Written() (float64, error) { return s.field("io", "write_bytes:") }

func (s *Server) field(file, name string) (float64, error) {
	text, err := s.proc(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			return strconv.ParseFloat(f[1], 64)
		}
	}
	return 0, fmt.Errorf("%s of %s has no %s", file, s.Spec.Name, name)
}

func (s *Server) proc(file string) (string, error) {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.Pid()), file))
	return string(b), err
}

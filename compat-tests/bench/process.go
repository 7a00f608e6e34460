package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the user and system time that the kernel has charged to all threads of a process, those that have ended
// included: its CPU clock, exact to the nanosecond, or /proc/PID/stat where that clock cannot be read.
func cpuTime(pid int) (time.Duration, error) {
	const processClock = 2 // CPUCLOCK_SCHED of a process, see clock_getcpuclockid(3)
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|processClock), &ts); err == nil {
		return time.Duration(ts.Nano()), nil
	}
	return statTime(pid)
}

// clockTick is the unit of /proc/PID/stat: USER_HZ, which Linux fixes at 100 for programs.
const clockTick = 10 * time.Millisecond

func statTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseStat(text)
}

// parseStat adds fields 14 and 15, utime and stime. The name in field 2 may hold blanks and brackets.
func parseStat(text []byte) (time.Duration, error) {
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return 0, fmt.Errorf("stat without a name: %q", text)
	}
	fields := strings.Fields(string(text[end+1:])) // begins with field 3
	const utime = 14 - 3
	if len(fields) < utime+2 {
		return 0, fmt.Errorf("stat of %d fields", len(fields)+2)
	}
	var ticks int64
	for _, f := range fields[utime : utime+2] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("stat: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick, nil
}

// memory reads the bytes in core of a process, now and at most so far.
func memory(pid int) (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	if now, err = statusBytes(string(text), "VmRSS"); err != nil {
		return 0, 0, err
	}
	peak, err = statusBytes(string(text), "VmHWM")
	return now, peak, err
}

func statusBytes(text, key string) (int64, error) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, key+":"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("no %s in the process status", key)
}

// ended reports whether a process is gone.
func ended(pid int) bool { return unix.Kill(pid, 0) != nil }

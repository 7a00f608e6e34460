package admin

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// began is when the process did, to the few milliseconds that Go takes to get here.
var began = time.Now()

// ticksPerSecond is the unit of CPU time in /proc, the same on every Linux.
const ticksPerSecond = 100

// process writes process_*. What the system does not tell, as it is outside Linux, is left out rather than written as 0.
func (p *page) process() {
	p.real("process_start_time_seconds", gauge, "When the process began, in seconds since 1970.", float64(began.UnixMilli())/1e3)
	if b, err := os.ReadFile("/proc/self/stat"); err == nil {
		p.stat(b)
	}
	if n, ok := openFiles(); ok {
		p.whole("process_open_fds", gauge, "Open file descriptors.", n)
	}
	if b, err := os.ReadFile("/proc/self/limits"); err == nil {
		if n, ok := maxOpenFiles(b); ok {
			p.whole("process_max_fds", gauge, "File descriptors that may be open.", n)
		}
	}
}

// stat writes what /proc/self/stat holds. The fields are counted from behind the program's name, which may hold anything.
func (p *page) stat(b []byte) {
	const utime, stime, vsize, rss = 11, 12, 20, 21
	f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(f) <= rss {
		return
	}
	number := func(i int) uint64 {
		n, _ := strconv.ParseUint(string(f[i]), 10, 64) // the kernel writes numbers
		return n
	}
	p.real("process_cpu_seconds_total", counter, "CPU time, user and system.", float64(number(utime)+number(stime))/ticksPerSecond)
	p.whole("process_virtual_memory_bytes", gauge, "Address space.", number(vsize))
	p.whole("process_resident_memory_bytes", gauge, "Memory that is resident.", number(rss)*uint64(os.Getpagesize()))
}

func openFiles() (uint64, bool) {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return 0, false
	}
	defer dir.Close()
	var n uint64
	for {
		names, err := dir.Readdirnames(1024)
		n += uint64(len(names))
		if err != nil {
			return n - 1, true // without the one that reads them
		}
	}
}

// maxOpenFiles finds the soft limit in /proc/self/limits. "unlimited" is no number and not told.
func maxOpenFiles(b []byte) (uint64, bool) {
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok {
			soft, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			n, err := strconv.ParseUint(soft, 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

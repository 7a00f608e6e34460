package bench

import (
	"hash/crc32"
	"os"
	"runtime"
	"strings"
	"time"
)

// Machine is where figures were taken and in which state it was.
type Machine struct {
	CPU     string    `json:"cpu"`
	Cores   int       `json:"cores"`
	OS      string    `json:"os"`
	Load    []string  `json:"load"`    // load average over a minute, at the start of each round
	CRCGBs  []float64 `json:"crcGBps"` // CRC-32C over 64 MiB in GB/s, at the start of each round
	Goarch  string    `json:"goarch"`
	Runtime string    `json:"go"`
}

func inspectMachine() Machine {
	m := Machine{CPU: "unknown", Cores: runtime.NumCPU(), OS: runtime.GOOS, Goarch: runtime.GOARCH, Runtime: runtime.Version()}
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}

// look notes the machine's state: how busy it is with other things, and how fast.
func (m *Machine) look() {
	load, _ := os.ReadFile("/proc/loadavg")
	minute, _, _ := strings.Cut(string(load), " ")
	m.Load = append(m.Load, minute)
	buf, table := make([]byte, 64<<20), crc32.MakeTable(crc32.Castagnoli)
	best := 0.0
	for range 3 { // the first touches new pages
		start := time.Now()
		crc32.Checksum(buf, table)
		best = max(best, float64(len(buf))/float64(time.Since(start).Nanoseconds()))
	}
	m.CRCGBs = append(m.CRCGBs, best)
}

package bench

import (
	"hash/crc32"
	"os"
	"runtime"
	"strings"
	"time"
)

// A Machine describes where figures were taken, with two calibration values for its state.
type Machine struct {
	CPU      string  `json:"cpu"`
	Cores    int     `json:"cores"`
	OS       string  `json:"os"`
	CRCGBs   float64 `json:"crcGBperSecond"`  // CRC-32C over 64 MiB
	CopyGBs  float64 `json:"copyGBperSecond"` // copying 64 MiB
	Compiler string  `json:"go"`
}

func inspectMachine() Machine {
	m := Machine{Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Compiler: runtime.Version(), CPU: cpuModel()}
	a, b := make([]byte, 64<<20), make([]byte, 64<<20)
	table := crc32.MakeTable(crc32.Castagnoli)
	for range 5 { // the best of five: the first touches new pages, and others may be running
		m.CRCGBs = max(m.CRCGBs, speed(len(a), func() { crc32.Checksum(a, table) }))
		m.CopyGBs = max(m.CopyGBs, speed(len(a), func() { copy(b, a) }))
	}
	return m
}

// speed is bytes per nanosecond, which is GB/s.
func speed(n int, fn func()) float64 {
	start := time.Now()
	fn()
	return float64(n) / float64(time.Since(start).Nanoseconds())
}

func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

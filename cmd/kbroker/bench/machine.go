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
	copy(a, b)
	start := time.Now()
	crc32.Checksum(a, crc32.MakeTable(crc32.Castagnoli))
	m.CRCGBs = float64(len(a)) / float64(time.Since(start).Nanoseconds())
	start = time.Now()
	copy(b, a)
	m.CopyGBs = float64(len(a)) / float64(time.Since(start).Nanoseconds())
	return m
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

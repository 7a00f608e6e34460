package checkpoint

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxEntries bounds the entries of one checkpoint file.
const MaxEntries = 10_000_000

// entries splits the versioned text format all Kafka checkpoints share: a line with the version, one with the number of
// entries, then one entry per line.
func entries(file string, data []byte) ([]string, error) {
	lines := strings.Split(string(data), "\n")
	if n := len(lines); n > 0 && lines[n-1] == "" {
		lines = lines[:n-1]
	}
	if len(lines) < 2 {
		return nil, &Error{file, 0, "it is shorter than version and count"}
	}
	if v, err := strconv.Atoi(strings.TrimSpace(lines[0])); err != nil || v != 0 {
		return nil, &Error{file, 1, fmt.Sprintf("version %q is not 0", lines[0])}
	}
	n, err := strconv.Atoi(strings.TrimSpace(lines[1]))
	if err != nil || n < 0 || n > MaxEntries {
		return nil, &Error{file, 2, fmt.Sprintf("%q is not a number of entries", lines[1])}
	}
	if got := len(lines) - 2; got != n {
		return nil, &Error{file, 2, fmt.Sprintf("%d entries announced, %d found", n, got)}
	}
	return lines[2:], nil
}

func header(dst []byte, count int) []byte {
	dst = append(dst, "0\n"...)
	dst = strconv.AppendInt(dst, int64(count), 10)
	return append(dst, '\n')
}

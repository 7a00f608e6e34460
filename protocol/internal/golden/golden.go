// Package golden reads the bytes that Apache Kafka itself agreed to, for tests of encodings.
package golden

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

// A Line is one message: Kafka's name of its type, the version, and the bytes.
type Line struct {
	Name    string
	Version int16
	Bytes   []byte
}

// Read reads a file of lines "name version hex"; those that begin with # are passed over.
func Read(path string) ([]Line, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []Line
	for s := range strings.Lines(string(text)) {
		if strings.HasPrefix(s, "#") {
			continue
		}
		name, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
		version, bytes, _ := strings.Cut(rest, " ")
		l := Line{Name: name}
		if _, err := fmt.Sscan(version, &l.Version); err != nil {
			return nil, fmt.Errorf("%q: %w", s, err)
		}
		if l.Bytes, err = hex.DecodeString(bytes); err != nil {
			return nil, fmt.Errorf("%q: %w", s, err)
		}
		out = append(out, l)
	}
	return out, nil
}

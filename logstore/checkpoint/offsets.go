package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Names of the offset checkpoint files in a log directory.
const (
	RecoveryPointFile = "recovery-point-offset-checkpoint"
	HighWatermarkFile = "replication-offset-checkpoint"
	StartOffsetFile   = "log-start-offset-checkpoint"
	CleanerFile       = "cleaner-offset-checkpoint"
)

// Partition is the key of an offset checkpoint.
type Partition struct {
	Topic string
	Index int32
}

// Offsets is the content of an offset checkpoint, version 0: lines of "topic partition offset".
type Offsets map[Partition]int64

// ParseOffsets reads an offset checkpoint. file is for errors.
func ParseOffsets(file string, data []byte) (Offsets, error) {
	lines, err := entries(file, data)
	if err != nil {
		return nil, err
	}
	out := make(Offsets, len(lines))
	for i, line := range lines {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, &Error{file, i + 3, fmt.Sprintf("%q is not topic, partition, offset", line)}
		}
		p, perr := strconv.ParseInt(f[1], 10, 32)
		off, oerr := strconv.ParseInt(f[2], 10, 64)
		if perr != nil || p < 0 || oerr != nil || off < 0 {
			return nil, &Error{file, i + 3, fmt.Sprintf("%q is not topic, partition, offset", line)}
		}
		out[Partition{f[0], int32(p)}] = off
	}
	return out, nil
}

// Encode returns the file's content, entries ordered by topic and partition.
func (o Offsets) Encode() []byte {
	keys := slices.SortedFunc(maps.Keys(o), func(a, b Partition) int {
		if c := strings.Compare(a.Topic, b.Topic); c != 0 {
			return c
		}
		return int(a.Index) - int(b.Index)
	})
	b := header(make([]byte, 0, 32+40*len(o)), len(o))
	for _, k := range keys {
		b = append(b, k.Topic...)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(k.Index), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, o[k], 10)
		b = append(b, '\n')
	}
	return b
}

package checkpoint

import (
	"fmt"
	"strconv"
	"strings"
)

// EpochFile is the name of a partition's leader epoch checkpoint.
const EpochFile = "leader-epoch-checkpoint"

// EpochStart says that a leader epoch began at an offset.
type EpochStart struct {
	Epoch int32
	Start int64
}

// ParseEpochs reads a leader epoch checkpoint. Epochs must rise and starts must not fall.
func ParseEpochs(file string, data []byte) ([]EpochStart, error) {
	lines, err := entries(file, data)
	if err != nil {
		return nil, err
	}
	out := make([]EpochStart, 0, len(lines))
	for i, line := range lines {
		f := strings.Fields(line)
		if len(f) != 2 {
			return nil, &Error{file, i + 3, fmt.Sprintf("%q is not epoch and offset", line)}
		}
		epoch, eerr := strconv.ParseInt(f[0], 10, 32)
		start, serr := strconv.ParseInt(f[1], 10, 64)
		if eerr != nil || epoch < 0 || serr != nil || start < 0 {
			return nil, &Error{file, i + 3, fmt.Sprintf("%q is not epoch and offset", line)}
		}
		if n := len(out); n > 0 && (out[n-1].Epoch >= int32(epoch) || out[n-1].Start > start) {
			return nil, &Error{file, i + 3, "epochs are not in order"}
		}
		out = append(out, EpochStart{int32(epoch), start})
	}
	return out, nil
}

// EncodeEpochs returns the file's content.
func EncodeEpochs(list []EpochStart) []byte {
	b := header(make([]byte, 0, 16+24*len(list)), len(list))
	for _, e := range list {
		b = strconv.AppendInt(b, int64(e.Epoch), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, e.Start, 10)
		b = append(b, '\n')
	}
	return b
}

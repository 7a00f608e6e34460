package record

import (
	"fmt"
	"strings"
)

// Codec is how the records of a batch are compressed; the number is the wire's.
type Codec int8

// The codecs of the format.
const (
	None Codec = iota
	Gzip
	Snappy // xerial framing on the wire, as Java writes it; a bare block is read as well
	Lz4    // frame format
	Zstd
)

var codecNames = [...]string{"none", "gzip", "snappy", "lz4", "zstd"}

// Known reports whether the number stands for a codec.
func (c Codec) Known() bool { return c >= None && c <= Zstd }

// String returns the codec's name in configs and tools.
func (c Codec) String() string {
	if !c.Known() {
		return fmt.Sprintf("codec(%d)", int8(c))
	}
	return codecNames[c]
}

// ParseCodec returns the codec of a name. "uncompressed" is what compression.type calls None.
func ParseCodec(name string) (Codec, error) {
	if name == "uncompressed" {
		return None, nil
	}
	for i, n := range codecNames {
		if n == name {
			return Codec(i), nil
		}
	}
	return None, fmt.Errorf("unknown compression %q: want one of %s", name, strings.Join(codecNames[:], ", "))
}

// DefaultLevel asks for the codec's own default level.
const DefaultLevel = -1 << 31

// Level bounds, those of compression.gzip.level, compression.lz4.level and compression.zstd.level.
const (
	MinGzipLevel, MaxGzipLevel, DefaultGzipLevel = 1, 9, -1
	MinLz4Level, MaxLz4Level, DefaultLz4Level    = 1, 17, 9
	MinZstdLevel, MaxZstdLevel, DefaultZstdLevel = -131072, 22, 3
)

// DefaultMaxUncompressed bounds what one batch may unpack to, in bytes, where no other limit is given. It is Apache
// Kafka's socket.request.max.bytes: what a producer could have sent uncompressed.
const DefaultMaxUncompressed = 100 << 20

// unpackFactor and minUnpackLimit shape UnpackLimit: no codec makes real records more than some twenty times smaller.
const (
	unpackFactor   = 32
	minUnpackLimit = 32 << 20
)

// UnpackLimit is what a batch of at most maxMessageBytes may unpack to, in bytes, before it is a decompression bomb:
// enough for the most compressible records that somebody means, and little enough that refusing a bomb costs a fraction of
// a second. Apache Kafka knows no such limit.
func UnpackLimit(maxMessageBytes int64) int64 {
	return min(max(minUnpackLimit, unpackFactor*min(maxMessageBytes, MaxBatchBytes)), MaxBatchBytes)
}

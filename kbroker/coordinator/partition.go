package coordinator

import "unicode/utf16"

// PartitionFor returns the partition, of n, that coordinates key: the absolute value of Java's String.hashCode, which
// counts UTF-16 units, modulo n. The least int counts as 0. n must be positive.
func PartitionFor(key string, n int32) int32 {
	var h int32
	for _, r := range key {
		if hi, lo := utf16.EncodeRune(r); hi != 0xfffd {
			h = 31*(31*h+hi) + lo
			continue
		}
		h = 31*h + r
	}
	if h == -1<<31 {
		return 0
	}
	if h < 0 {
		h = -h
	}
	return h % n
}

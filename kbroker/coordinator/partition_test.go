package coordinator

import "testing"

// The hashes are Java's: "polygenelubricants" has the least int, surrogate pairs count as two units.
func TestPartitionForIsJavasHash(t *testing.T) {
	for _, c := range []struct {
		key  string
		n    int32
		want int32
	}{
		{"", 50, 0},
		{"a", 50, 97 % 50},
		{"ab", 1000, (97*31 + 98) % 1000},
		{"polygenelubricants", 50, 0},
		{"\U0001F600", 1 << 30, 31*0xD83D + 0xDE00},
		{"é", 50, 0xe9 % 50},
		{"hello world", 1 << 30, 1794106052 % (1 << 30)},
	} {
		if got := PartitionFor(c.key, c.n); got != c.want {
			t.Errorf("PartitionFor(%q, %d) = %d, want %d", c.key, c.n, got, c.want)
		}
	}
}

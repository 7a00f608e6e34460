package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// payloadLines is how many different values a run's records are drawn from.
const payloadLines = 1000

// payloads writes a file of values of one size, a line each, the same at every call. Half of a value is random text,
// half repeats words, so that lz4 makes about two thirds of it.
func payloads(dir string, size int) (string, error) {
	rng := rand.New(rand.NewPCG(1, uint64(size)))
	words := []string{"customer", "warehouse", "shipped", "pending", "2026-01-01T00:00:00Z", "amount", "EUR", "true"}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var out bytes.Buffer
	for range payloadLines {
		start := out.Len()
		for out.Len() < start+size {
			out.WriteString(words[rng.IntN(len(words))])
			for range 8 {
				out.WriteByte(letters[rng.IntN(len(letters))])
			}
		}
		out.Truncate(start + size)
		out.WriteByte('\n')
	}
	file := filepath.Join(dir, fmt.Sprintf("values-%d.txt", size))
	return file, os.WriteFile(file, out.Bytes(), 0o644)
}

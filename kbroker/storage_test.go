package kbroker

import (
	"path/filepath"
	"testing"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestInvR18ProofOfACleanShutdownNeedsEveryDirectory(t *testing.T) {
	for name, c := range map[string]struct {
		markers []int64 // -2: no file
		want    int64
	}{
		"one directory":      {[]int64{7}, 7},
		"two that agree":     {[]int64{7, 7}, 7},
		"two that do not":    {[]int64{7, 8}, -1},
		"one without marker": {[]int64{7, -2}, -1},
		"an older marker":    {[]int64{-1}, -1},
	} {
		disk := vfs.NewMem()
		var dirs []string
		for i, epoch := range c.markers {
			dir := filepath.Join("/d", string(rune('a'+i)))
			dirs = append(dirs, dir)
			if err := disk.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if epoch == -2 {
				continue
			}
			if err := checkpoint.WriteAtomic(disk, filepath.Join(dir, checkpoint.CleanShutdownFile), checkpoint.EncodeCleanShutdown(epoch)); err != nil {
				t.Fatal(err)
			}
		}
		if got := cleanEpoch(disk, dirs); got != c.want {
			t.Errorf("%s: epoch %d, want %d", name, got, c.want)
		}
	}
}

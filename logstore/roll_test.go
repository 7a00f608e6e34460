package logstore

import (
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// max.compaction.lag.ms bounds the age of the active segment of a compacted log, which compaction would leave alone.
func TestCompactedLogRollsWithinItsMaxCompactionLag(t *testing.T) {
	for name, c := range map[string]struct {
		compact      bool
		lag, segment int64
		want         int
	}{
		"lag":              {true, 1000, 1 << 40, 2},
		"segment.ms first": {true, 1 << 40, 1000, 2},
		"not compacted":    {false, 1000, 1 << 40, 1},
		"no bound":         {true, 0, 1 << 40, 1},
	} {
		s := openStore(t, testConfig(vfs.NewMem(), &clock{testTime}))
		cfg := DefaultConfig()
		cfg.Compact, cfg.MaxCompactionLagMs, cfg.SegmentMs = c.compact, c.lag, c.segment
		l := createLog(t, s, cfg)
		for _, after := range []int64{0, 1000, 1001} {
			mustAppend(t, l, batchOf(testTime+after, "v"))
		}
		if segs := l.Segments(); len(segs) != c.want || len(segs) == 2 && segs[1].BaseOffset != 2 {
			t.Errorf("%s: segments %+v", name, segs)
		}
	}
}

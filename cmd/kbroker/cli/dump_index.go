package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
)

type indexRow struct {
	Offset   int64 `json:"offset"`
	Position int64 `json:"position"`
}

type timeIndexRow struct {
	Timestamp int64 `json:"timestamp"`
	Offset    int64 `json:"offset"`
}

type txnIndexRow struct {
	ProducerID       int64 `json:"producer_id"`
	FirstOffset      int64 `json:"first_offset"`
	LastOffset       int64 `json:"last_offset"`
	LastStableOffset int64 `json:"last_stable_offset"`
}

func (a *App) dumpIndex() *cobra.Command {
	c := &cobra.Command{Use: "index FILE…", Short: "Show .index, .timeindex and .txnindex files", Args: cobra.MinimumNArgs(1)}
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := a.checkDump(); err != nil {
			return err
		}
		for _, file := range files {
			base, suffix, ok := segment.ParseName(filepath.Base(file))
			if !ok {
				return usagef("%s: the name is not that of a segment's file", file)
			}
			a.heading(a.Out, file)
			if err := a.dumpIndexFile(file, base, suffix); err != nil {
				return err
			}
		}
		return nil
	}
	return a.dumpOutput(c)
}

func (a *App) dumpIndexFile(file string, base int64, suffix string) error {
	switch suffix {
	case ".index":
		return segment.WalkIndex(vfs.OS{}, file, base, func(last, pos int64) error {
			return a.line(indexRow{last, pos}, "offset: %d position: %d", last, pos)
		})
	case ".timeindex":
		return segment.WalkTimeIndex(vfs.OS{}, file, base, func(ts, last int64) error {
			return a.line(timeIndexRow{ts, last}, "timestamp: %d offset: %d", ts, last)
		})
	case ".txnindex":
		return segment.WalkTxnIndex(vfs.OS{}, file, func(t segment.AbortedTxn) error {
			return a.line(txnIndexRow(t), "producerId: %d firstOffset: %d lastOffset: %d lastStableOffset: %d", t.ProducerID, t.FirstOffset, t.LastOffset, t.LastStableOffset)
		})
	}
	return usagef("%s: only .index, .timeindex and .txnindex files are indexes", file)
}

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/kbroker/kbroker/protocol/record/control"
)

type metadataRow struct {
	Offset    int64  `json:"offset"`
	Epoch     int32  `json:"epoch"`
	Timestamp int64  `json:"timestamp"`
	Type      string `json:"type"`
	Version   int16  `json:"version"`
	Data      any    `json:"data,omitempty"`
}

func (a *App) dumpMetadata() *cobra.Command {
	c := &cobra.Command{Use: "metadata FILE…", Short: "Show the records of metadata logs (.log) and snapshots (.checkpoint)", Args: cobra.MinimumNArgs(1)}
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := a.checkDump(); err != nil {
			return err
		}
		for _, file := range files {
			if show := a.smallFile(filepath.Base(file)); show != nil { // they lie beside the log
				if err := a.dumpSmallFile(file, show); err != nil {
					return err
				}
				continue
			}
			a.heading(a.Out, file)
			err := segment.Walk(vfs.OS{}, file, func(_ int64, b record.Batch) error {
				return eachRecord(b, func(r record.Record) error { return a.dumpMetadataRecord(b, r) })
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return a.dumpOutput(c)
}

func (a *App) dumpMetadataRecord(b record.Batch, r record.Record) error {
	row := metadataRow{Offset: r.Offset, Epoch: b.LeaderEpoch(), Timestamp: r.Timestamp}
	if b.IsControl() {
		t, err := control.ParseKey(r.Key)
		if err != nil {
			return err
		}
		row.Type = t.String()
		return a.line(row, "offset: %d epoch: %d %s", row.Offset, row.Epoch, row.Type)
	}
	rec, version, err := metarec.Unmarshal(r.Value)
	if unknown := (*metarec.UnknownTypeError)(nil); errors.As(err, &unknown) {
		row.Type = "unknown"
		return a.line(row, "offset: %d epoch: %d %v", row.Offset, row.Epoch, err)
	}
	if err != nil {
		return fmt.Errorf("offset %d: %w", r.Offset, err)
	}
	row.Type, row.Version, row.Data = reflect.TypeOf(rec).Elem().Name(), version, readable(reflect.ValueOf(rec))
	data, err := json.Marshal(row.Data)
	if err != nil {
		return err
	}
	return a.line(row, "offset: %d epoch: %d %s v%d %s", row.Offset, row.Epoch, row.Type, version, data)
}

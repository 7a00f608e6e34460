package cli

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/coordrec"
	"github.com/kbroker/kbroker/protocol/record"
)

type offsetsRow struct {
	Offset    int64  `json:"offset"`
	Timestamp int64  `json:"timestamp"`
	Type      string `json:"type"`
	Key       any    `json:"key"`
	Value     any    `json:"value"` // null: the key is deleted
	Error     string `json:"error,omitempty"`
}

var coordinatorLogs = map[string]coordrec.Kind{"group": coordrec.Group, "transaction": coordrec.Transaction, "share": coordrec.Share}

func (a *App) dumpOffsets() *cobra.Command {
	var kind string
	c := &cobra.Command{Use: "offsets FILE.log…", Short: "Show the records of coordinators: committed offsets, groups, transactions, share state", Args: cobra.MinimumNArgs(1)}
	c.Flags().StringVar(&kind, "kind", "group", "group (__consumer_offsets), transaction (__transaction_state) or share (__share_group_state)")
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := a.checkDump(); err != nil {
			return err
		}
		k, ok := coordinatorLogs[kind]
		if !ok {
			return usagef("--kind %q is not group, transaction or share", kind)
		}
		for _, file := range files {
			a.heading(a.Out, file)
			err := segment.Walk(vfs.OS{}, file, func(_ int64, b record.Batch) error {
				if b.IsControl() {
					return nil
				}
				return eachRecord(b, func(r record.Record) error { return a.dumpCoordinatorRecord(k, r) })
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return a.dumpOutput(c)
}

// dumpCoordinatorRecord goes on where a record is not understood: the rest of the file may well be.
func (a *App) dumpCoordinatorRecord(kind coordrec.Kind, r record.Record) error {
	row := offsetsRow{Offset: r.Offset, Timestamp: r.Timestamp}
	rec, err := coordrec.Unmarshal(kind, r.Key, r.Value)
	if err != nil {
		row.Error = err.Error()
		return a.line(row, "offset: %d %s", r.Offset, row.Error)
	}
	row.Type, row.Key = reflect.TypeOf(rec.Key).Elem().Name(), readable(reflect.ValueOf(rec.Key))
	if rec.Value != nil {
		row.Value = readable(reflect.ValueOf(rec.Value))
	}
	key, err := json.Marshal(row.Key)
	if err != nil {
		return fmt.Errorf("offset %d: %w", r.Offset, err)
	}
	value, err := json.Marshal(row.Value)
	if err != nil {
		return fmt.Errorf("offset %d: %w", r.Offset, err)
	}
	return a.line(row, "offset: %d %s %s %s", r.Offset, row.Type, key, value)
}

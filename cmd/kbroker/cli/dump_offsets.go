package cli

import (
	"encoding/json"
	"errors"
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
			d := coordinatorDump{app: a, kind: k, name: kind, file: file}
			err := segment.Walk(vfs.OS{}, file, func(_ int64, b record.Batch) error {
				if b.IsControl() {
					return nil
				}
				return eachRecord(b, d.record)
			})
			if err = errors.Join(err, d.flush()); err != nil {
				return err
			}
		}
		return nil
	}
	return a.dumpOutput(c)
}

// coordinatorDump shows one file. It goes on where a record is not understood, because the rest of the file may well be;
// but when the first foreignRecords are all not, the file is another's.
type coordinatorDump struct {
	app        *App
	kind       coordrec.Kind
	name, file string
	understood bool
	held       []offsetsRow // INV: empty once understood
}

const foreignRecords = 3

func (d *coordinatorDump) record(r record.Record) error {
	row := offsetsRow{Offset: r.Offset, Timestamp: r.Timestamp}
	rec, err := coordrec.Unmarshal(d.kind, r.Key, r.Value)
	if err != nil {
		row.Error = err.Error()
		if d.understood {
			return d.app.misunderstood(row)
		}
		if d.held = append(d.held, row); len(d.held) == foreignRecords {
			return d.foreign()
		}
		return nil
	}
	d.understood = true
	if err := d.flush(); err != nil {
		return err
	}
	return d.app.dumpCoordinatorRecord(row, rec)
}

// flush shows what was held, or says that nothing was understood.
func (d *coordinatorDump) flush() error {
	held := d.held
	if len(held) > 0 && !d.understood {
		return d.foreign()
	}
	d.held = nil
	for _, row := range held {
		if err := d.app.misunderstood(row); err != nil {
			return err
		}
	}
	return nil
}

func (d *coordinatorDump) foreign() error {
	first := d.held[0]
	d.held = nil
	return withCode(exitFailed, "%s: its records are not those of a %s coordinator (offset %d: %s): see --kind, or kbroker dump segment -r for the log of any other topic",
		d.file, d.name, first.Offset, first.Error)
}

func (a *App) misunderstood(row offsetsRow) error {
	return a.line(row, "offset: %d %s", row.Offset, row.Error)
}

func (a *App) dumpCoordinatorRecord(row offsetsRow, rec coordrec.Record) error {
	row.Type, row.Key = reflect.TypeOf(rec.Key).Elem().Name(), readable(reflect.ValueOf(rec.Key))
	if rec.Value != nil {
		row.Value = readable(reflect.ValueOf(rec.Value))
	}
	key, err := json.Marshal(row.Key)
	if err != nil {
		return fmt.Errorf("offset %d: %w", row.Offset, err)
	}
	value, err := json.Marshal(row.Value)
	if err != nil {
		return fmt.Errorf("offset %d: %w", row.Offset, err)
	}
	return a.line(row, "offset: %d %s %s %s", row.Offset, row.Type, key, value)
}

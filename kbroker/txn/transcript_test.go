package txn

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// TestTranscripts runs testdata/transcripts. Commands:
//
//	version level=2                              the feature, before anything else
//	init id=x [timeout=60000] [pid=1 epoch=0]    InitProducerId
//	add id=x pid=1 epoch=0 [v=2] p=(t-0,t-1)     AddPartitionsToTxn
//	verify id=x pid=1 epoch=0 p=(t-0)
//	end id=x pid=1 epoch=0 commit|abort [v=2]    EndTxn
//	markers                                      every marker of what is decided is written
//	resume id=x
//	advance by=10s                               timers fire; abort-overdue aborts what they found
//	set id=x state=Empty pid=1 epoch=32766       a state in the log
//	fail | heal                                  appends fail
//	reload [compact]                             the log is read again
//	show id=x | list [states=(Empty)] [pids=(1)] [duration=0] [pattern=x.*]
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		d := newDesk(Version2)
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
			return strings.TrimRight(d.command(t, td, &d), "\n") + "\n"
		})
	})
}

func (d *desk) command(t *testing.T, td *datadriven.TestData, self **desk) string {
	p := Producer{ID: NoProducerID, Epoch: NoEpoch}
	var pid, epoch, v int
	pid, epoch = -1, -1
	td.MaybeScanArgs(t, "id", &p.TransactionalID)
	td.MaybeScanArgs(t, "pid", &pid)
	td.MaybeScanArgs(t, "epoch", &epoch)
	td.MaybeScanArgs(t, "v", &v)
	p.ID, p.Epoch = int64(pid), int16(epoch)
	var parts []Partition
	if a, ok := td.Arg("p"); ok {
		parts = parsePartitions(t, a.Vals)
	}
	switch td.Cmd {
	case "version":
		var level int
		td.ScanArgs(t, "level", &level)
		*self = newDesk(int16(level))
		return "ok"
	case "init":
		timeout := 60000
		td.MaybeScanArgs(t, "timeout", &timeout)
		return d.init(p.TransactionalID, int32(timeout), p.ID, p.Epoch).String()
	case "add":
		return message(d.add(p, int16(v), parts...))
	case "verify":
		resp, err := d.do(func(int64) coordinator.Handler { return Verify(p, parts) })
		if err != nil {
			return message(err)
		}
		var out []string
		for i, e := range resp.([]*kerr.Error) {
			s := "ok"
			if e != nil {
				s = e.Message
			}
			out = append(out, fmt.Sprintf("%s-%d %s", parts[i].Topic, parts[i].Index, s))
		}
		return strings.Join(out, "\n")
	case "end":
		return d.end(p, td.HasArg("commit"), int16(v)).String()
	case "markers":
		return lines(d.markers())
	case "decided":
		return lines(d.decided)
	case "resume":
		d.Do(Resume(p.TransactionalID))
		return lines(d.decided)
	case "advance":
		var by string
		td.ScanArgs(t, "by", &by)
		dur, err := time.ParseDuration(by)
		if err != nil {
			t.Fatal(err)
		}
		d.Advance(dur)
		return fmt.Sprintf("overdue %d", len(d.overdue))
	case "abort-overdue":
		d.abortOverdue()
		return lines(d.decided)
	case "set":
		var state string
		td.ScanArgs(t, "state", &state)
		s, ok := StateByName(state)
		if !ok {
			t.Fatal(state)
		}
		x := Transaction{ID: p.TransactionalID, ProducerID: p.ID, PrevProducerID: p.ID, NextProducerID: NoProducerID, Epoch: p.Epoch, LastEpoch: NoEpoch, TimeoutMs: 60000, State: s, StartMs: noTime, UpdatedMs: d.Now.UnixMilli(), Partitions: NewPartitions(parts...), ClientVersion: int16(v)}
		if s != Empty {
			x.StartMs = d.Now.UnixMilli()
		}
		d.set(x)
		return d.show(p.TransactionalID)
	case "fail":
		d.Fail = kerr.NotEnoughReplicas
		return "ok"
	case "heal":
		d.Fail = nil
		return "ok"
	case "reload":
		d.reload()
		return lines(d.decided)
	case "undecided":
		return strings.Join(d.undecided, " ")
	case "show":
		return d.show(p.TransactionalID)
	case "list":
		return d.list(t, td)
	}
	t.Fatalf("unknown command %s", td.Cmd)
	return ""
}

func (d *desk) list(t *testing.T, td *datadriven.TestData) string {
	f := Filter{DurationMs: -1}
	var pattern string
	td.MaybeScanArgs(t, "pattern", &pattern)
	var err error
	if f.Pattern, err = CompilePattern(pattern); err != nil {
		return message(err)
	}
	duration := -1
	td.MaybeScanArgs(t, "duration", &duration)
	f.DurationMs = int64(duration)
	if a, ok := td.Arg("states"); ok {
		f.States = map[State]bool{}
		for _, s := range a.Vals {
			if st, ok := StateByName(s); ok {
				f.States[st] = true
			}
		}
	}
	if a, ok := td.Arg("pids"); ok {
		f.ProducerIDs = map[int64]bool{}
		for _, s := range a.Vals {
			var id int64
			_, _ = fmt.Sscan(s, &id)
			f.ProducerIDs[id] = true
		}
	}
	resp, err := d.do(func(int64) coordinator.Handler { return List(f) })
	if err != nil {
		return message(err)
	}
	var out []string
	for _, l := range resp.([]Listing) {
		out = append(out, fmt.Sprintf("%s %d %v", l.TransactionalID, l.ProducerID, l.State))
	}
	return strings.Join(out, "\n")
}

func message(err error) string {
	if err == nil {
		return "ok"
	}
	if ke, ok := err.(*kerr.Error); ok {
		return ke.Message
	}
	return err.Error()
}

func lines[T fmt.Stringer](list []T) string {
	var out []string
	for _, x := range list {
		out = append(out, x.String())
	}
	return strings.Join(out, "\n")
}

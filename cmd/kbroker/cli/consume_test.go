package cli

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/protocol/record"
)

// nodeShell runs the program against a whole node in memory.
func nodeShell(t *testing.T, settings ...string) (*shell, *kbrokertest.Broker) {
	b := kbrokertest.Start(t, settings...)
	return &shell{t: t, boot: "broker:9092", dial: b.Dial}, b
}

// write puts the numbers from 0 to before n into partition 0 of a topic.
func (s *shell) write(topic string, n int) {
	s.t.Helper()
	for i := range n {
		s.in += fmt.Sprintln(i)
	}
	s.ok("produce " + topic + " -p 0")
}

// says runs a command and compares what it prints, and what it tells beside.
func (s *shell) says(line, want, note string) {
	s.t.Helper()
	out, errOut, code := s.try(line)
	if code != exitOK || out != want || !strings.Contains(errOut, note) || note == "" && errOut != "" {
		s.t.Errorf("%s: exit %d %q, want %q; beside it %q, want %q", line, code, out, want, errOut, note)
	}
}

func TestAnOffsetPastTheEndShowsNothingBelowIt(t *testing.T) {
	s, _ := nodeShell(t)
	s.ok("topic create a -p 1")
	s.write("a", 3)
	s.says("consume a -o 100:200 -f value", "", "offset 100 of a-0 lies past the end, which is 3: nothing to read")
	s.says("consume a -o 100 -e -f value", "", "nothing to read")
	s.says("consume a -o 3 -e -f value", "", "")
	s.says("consume a -o 1:200 -f %s,", "1,2,", "")
	_, errOut, code := s.try("consume a -o 5 -f value --timeout 300ms")
	if code != exitTimeout || !strings.Contains(errOut, "waiting for it") {
		t.Errorf("%d %s", code, errOut)
	}
	done := make(chan string)
	go func() {
		far := &shell{t: t, boot: s.boot, dial: s.dial}
		out, _, _ := far.try("consume a -o 5 -n 2 -f %o,")
		done <- out
	}()
	for {
		s.write("a", 1)
		select {
		case got := <-done:
			if got != "5,6," {
				t.Errorf("from 5: %q", got)
			}
			return
		default:
		}
	}
}

func TestAPartitionThatIsNotThereIsNamed(t *testing.T) {
	s, _ := nodeShell(t, "num.partitions=3")
	s.ok("topic create orders one -p 3")
	const want = "there is no partition 9: topic orders has 3 partitions, 0 to 2"
	s.fails("consume orders -p 9", exitNotFound, want)
	s.fails("consume orders -p 0,9 -e", exitNotFound, want)
	s.fails("topic trim orders --before end -p 9 -y", exitNotFound, want)
	s.fails("produce orders -p 9 --value x", exitNotFound, want)
	s.fails("produce made -p 9 --value x", exitNotFound, "topic made has 3 partitions, 0 to 2")
	s.fails("consume nope -g g", exitNotFound, "topic nope does not exist")
}

func TestAGroupStopsAtTheEnd(t *testing.T) {
	s, _ := nodeShell(t)
	s.ok("topic create a b -p 2")
	s.says("consume a -e -g g -f value", "", "")
	s.write("a", 3)
	s.says("consume a b -e -g g -f %t%o,", "a0,a1,a2,", "")
	s.says("consume a b -e -g g -f value", "", "")
	s.has("group describe g", "a      0          3          3    0")
	s.write("a", 2)
	s.says("consume a -e -g g -n 1 -f %o,", "3,", "")
	s.says("consume a -e -g g -f %o,", "4,", "")
	s.ok("topic trim a --before end -p 0 -y")
	s.says("consume a -e -g fresh -f value", "", "")
}

// TestTheEndIsAPosition: markers, aborted records and records that were compacted away leave offsets that nobody reads.
func TestTheEndIsAPosition(t *testing.T) {
	s, b := nodeShell(t)
	s.ok("topic create a -p 1")
	s.write("a", 2)
	ctx := t.Context()
	cl := b.Client(t, kgo.TransactionalID("x"), kgo.DefaultProduceTopic("a"))
	transact(t, ctx, cl, "aborted")
	if err := cl.EndTransaction(ctx, kgo.TryAbort); err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"", " -g all"} {
		s.says("consume a -e -f %s,"+how, "0,1,aborted,", "")
	}
	for _, how := range []string{"", " -g committed"} {
		s.says("consume a -e --read-committed -f %s,"+how, "0,1,", "")
	}
	s.has("group describe committed", "a      0          4          4    0")
	transact(t, ctx, cl, "open") // reading what is committed ends before it
	s.says("consume a -e --read-committed -f %s,", "0,1,", "")
	s.says("consume a -e --read-committed -f %s, -g waits", "0,1,", "")
	s.says("consume a -e -f %s,", "0,1,aborted,open,", "")
}

func transact(t *testing.T, ctx context.Context, cl *kgo.Client, value string) {
	t.Helper()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := cl.ProduceSync(ctx, kgo.StringRecord(value)).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// TestScanTellsRecordsFromGaps: a batch keeps its last offset when its last record is compacted away.
func TestScanTellsRecordsFromGaps(t *testing.T) {
	opt := record.NewBuilderOptions()
	opt.BaseOffset = 10
	gappy := record.NewBuilder(opt)
	gappy.AppendAt(10, 1, nil, []byte("first"))
	gappy.SetLastOffset(14)
	opt.BaseOffset = 15
	full := record.NewBuilder(opt)
	full.AppendAt(15, 1, nil, []byte("last"))
	batches := append(append([]byte{}, gappy.Build()...), full.Build()...)
	for _, c := range []struct {
		from, to, next int64
		found          bool
	}{{10, 15, 10, true}, {11, 15, 16, false}, {11, 16, 15, true}, {16, 20, 16, false}} {
		next, found, err := scan(batches, c.from, c.to)
		if next != c.next && !found || found != c.found || err != nil {
			t.Errorf("%+v: %d %v %v", c, next, found, err)
		}
	}
	if next, found, err := scan(batches[:len(batches)-1], 11, 20); next != 15 || found || err != nil {
		t.Errorf("torn: %d %v %v", next, found, err)
	}
}

// TestPipedRecordsKeepTheirPartition: as the help of produce promises.
func TestPipedRecordsKeepTheirPartition(t *testing.T) {
	s, _ := nodeShell(t)
	s.ok("topic create from to fixed -p 3")
	for p := range 3 {
		s.ok(fmt.Sprintf("produce from -p %d --value v%d", p, p))
	}
	piped := s.ok("consume from -e")
	s.in = piped
	s.ok("produce to --input json")
	s.in = piped
	s.ok("produce fixed -p 1 --input json")
	for p := range 3 {
		s.says(fmt.Sprintf("consume to -e -p %d -f %%s", p), fmt.Sprintf("v%d", p), "")
	}
	if got := s.ok("consume fixed -e -p 1 -f %p"); got != "111" {
		t.Error(got)
	}
	s.in = `{"value":"x","partition":9}`
	s.fails("produce to --input json", exitFailed, "partition")
	s.in = `{"value":"x","partition":-5}`
	s.fails("produce to --input json", exitUsage, "-5 is no partition")
	s.in = `{"value":"x"}`
	s.ok("produce to --input json")
}

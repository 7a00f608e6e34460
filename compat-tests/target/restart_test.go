package target_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/target"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const perRound = 200

// TestKbrokerKeepsWhatItAcknowledged writes and commits, then stops the broker cleanly, then kills it: each time every
// acknowledged record is read back at its offset, the group's offset stands, and the topic's id and config are as before.
func TestKbrokerKeepsWhatItAcknowledged(t *testing.T) {
	b, err := target.Open(target.Kbroker, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Bootstrap), kgo.DefaultProduceTopic("kept"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	retention := "-1"
	made, err := adm.CreateTopic(ctx, 1, 1, map[string]*string{"retention.ms": &retention}, "kept")
	if err != nil {
		t.Fatal(err)
	}
	for round, again := range []func() error{b.Restart, b.Kill, b.Restart} {
		for i := range perRound {
			rec := &kgo.Record{Value: fmt.Appendf(nil, "%d", round*perRound+i)}
			if err := cl.ProduceSync(ctx, rec).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
		end := int64((round + 1) * perRound)
		offs := kadm.Offsets{}
		offs.AddOffset("kept", 0, end, 0)
		if err := adm.CommitAllOffsets(ctx, "group", offs); err != nil {
			t.Fatal(err)
		}
		if err := again(); err != nil {
			t.Fatal(err)
		}
		readBack(ctx, t, b.Bootstrap, end)
		got, err := adm.FetchOffsets(ctx, "group")
		if o, _ := got.Lookup("kept", 0); err != nil || o.At != end {
			t.Errorf("round %d: the group's offset is %d (%v), want %d", round, o.At, err, end)
		}
		topics, err := adm.ListTopics(ctx, "kept")
		if err != nil || topics["kept"].ID != made.ID {
			t.Errorf("round %d: the topic's id is %v (%v), want %v", round, topics["kept"].ID, err, made.ID)
		}
	}
}

func readBack(ctx context.Context, t *testing.T, addr string, n int64) {
	t.Helper()
	r, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("kept"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for next := int64(0); next < n; {
		fs := r.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			t.Fatal(err)
		}
		for _, rec := range fs.Records() {
			if rec.Offset != next || string(rec.Value) != fmt.Sprint(next) {
				t.Fatalf("record %q at offset %d, want %d", rec.Value, rec.Offset, next)
			}
			next++
		}
	}
}

package clients

import (
	"context"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/target"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestJudgeNotices shows that a topic which is right for two scenarios is wrong for each other one.
func TestJudgeNotices(t *testing.T) {
	b, err := target.Open(target.Kbroker, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Bootstrap), kgo.DisableIdempotentWrite(), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	if _, err := adm.CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "t", Key: []byte("k"), Value: []byte("k=v")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	offs := kadm.Offsets{}
	offs.AddOffset("t", 0, 7, -1)
	if err := adm.CommitAllOffsets(ctx, "t", offs); err != nil {
		t.Fatal(err)
	}
	right := map[string]bool{"produce-none": true, "acks-0": true, "acks-1": true, "acks-all": true,
		"offsets-by-time": true,                                                  // the program alone judges it
		"group-rebalance": true, "group-static": true, "group-cooperative": true} // of them it sees the group's type
	for _, s := range Scenarios {
		if err := judge(ctx, b.Bootstrap, "t", s, "x"); (err == nil) != right[s] {
			t.Errorf("%s: %v", s, err)
		}
	}
}

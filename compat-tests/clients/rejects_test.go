package clients

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/proxy"
	"github.com/kbroker/kbroker/compat-tests/target"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// times is n records of one key and value.
func times(n int, key, value string) []kgo.Record {
	out := make([]kgo.Record, n)
	for i := range out {
		out[i] = kgo.Record{Key: []byte(key), Value: []byte(value)}
	}
	return out
}

// shaped are the records of the scenario records, each of them spoiled as spoil says.
func shaped(spoil func(i int, r *kgo.Record)) []kgo.Record {
	base := time.Now().Add(-time.Hour).Truncate(time.Second)
	var out []kgo.Record
	for i, r := range shapes {
		r.Timestamp = base.Add(time.Duration(i) * time.Second)
		spoil(i, &r)
		out = append(out, r)
	}
	return out
}

// TestJudgeRejects shows each of the judge's cases a topic that is right but for one thing, and that it names that thing.
func TestJudgeRejects(t *testing.T) {
	b, err := target.Open(target.Kbroker, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	plain := []kgo.Opt{kgo.DisableIdempotentWrite(), kgo.ProducerBatchCompression(kgo.NoCompression())}
	for topic, c := range map[string]struct {
		scenarios, client, says string
		records                 []kgo.Record
		opts                    []kgo.Opt
	}{
		"unkeyed":     {"produce-none acks-0 acks-1 acks-all idempotent", "x", "does not begin value", times(50, "k", "v"), plain},
		"keyless":     {"produce-none acks-0 acks-1 acks-all idempotent", "x", "does not begin value", times(50, "", "v"), plain},
		"few":         {"produce-none acks-0 acks-1 acks-all idempotent", "x", "49 records, want 50", times(49, "k", "k"), plain},
		"many":        {"produce-none acks-0 acks-1 acks-all idempotent", "x", "51 records, want 50", times(51, "k", "k"), plain},
		"numberless":  {"idempotent", "x", "no producer id", times(50, "k", "k"), plain},
		"untogether":  {"transactions", "kcat", "of no transaction", times(50, "k", "k"), nil},
		"packed":      {"produce-none produce-gzip produce-snappy produce-lz4", "x", "codec is 4", times(50, "k", strings.Repeat("k", 500)), []kgo.Opt{kgo.ProducerBatchCompression(kgo.ZstdCompression())}},
		"unpacked":    {"produce-zstd", "x", "codec is 0", times(50, "k", "k"), plain},
		"small":       {"large-record", "x", "a value of 1 bytes", times(1, "k", "k"), plain},
		"emptied":     {"records", "x", `record 2 is "k2"="", want "k2"=null`, shaped(func(i int, r *kgo.Record) { r.Value = append([]byte{}, r.Value...) }), plain},
		"headless":    {"records", "x", "record 0 is", shaped(func(i int, r *kgo.Record) { r.Headers = nil }), plain},
		"crossed":     {"records", "x", "record 1 is of", shaped(func(i int, r *kgo.Record) { r.Timestamp = r.Timestamp.Add(time.Duration(i*i) * time.Second) }), plain},
		"young":       {"records", "x", "want an hour", shaped(func(i int, r *kgo.Record) { r.Timestamp = r.Timestamp.Add(time.Hour) }), plain},
		"nobody":      {"group-rebalance group-static group-cooperative", "x", "not listed as one of type classic", times(1, "k", "k"), plain},
		"unserved":    {"group-kip848", "x", "not listed as one of type consumer", times(1, "k", "k"), plain},
		"uncommitted": {"offsets-restart broker-restart", "x", "committed offset", times(20, "k", "k"), plain},
		"gone":        {"group-admin", "aiokafka", "the group is listed: false", times(1, "k", "k"), plain},
		"there":       {"admin", "x", "still there", times(1, "k", "k"), plain},
		"whole":       {"delete-records", "x", "the log starts at 0, want 5", times(10, "k", "k"), plain},
		"nothing":     {"offsets-by-time", "x", "no records", nil, plain},
	} {
		fill(ctx, t, b.Bootstrap, topic, c.records, c.opts)
		for _, s := range strings.Fields(c.scenarios) {
			if err := judge(ctx, b.Bootstrap, topic, s, c.client); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s, %s: %v, want %q", topic, s, err, c.says)
			}
		}
	}
	fill(ctx, t, b.Bootstrap, "right", shaped(func(int, *kgo.Record) {}), plain)
	p, err := proxy.Start(b.Bootstrap, proxy.Field(2, "timestamp"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	for addr, want := range map[string]bool{b.Bootstrap: true, p.Addr: false} {
		if err := judge(ctx, addr, "right", "offsets-by-time", "x"); (err == nil) != want {
			t.Errorf("offsets-by-time where the times are right (%v): %v", want, err)
		}
	}
	if err := judge(ctx, b.Bootstrap, "right", "records", "x"); err != nil {
		t.Error(err)
	}
}

func fill(ctx context.Context, t *testing.T, addr, topic string, recs []kgo.Record, opts []kgo.Opt) {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(addr), kgo.DefaultProduceTopic(topic)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if _, err := kadm.NewClient(cl).CreateTopic(ctx, 1, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	for i := range recs {
		if err := cl.ProduceSync(ctx, &recs[i]).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

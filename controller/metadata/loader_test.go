package metadata

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
)

// logOf puts records into batches of the given sizes, as they stand in the log.
func logOf(base int64, batches ...[]metarec.Record) []record.Batch {
	var out []record.Batch
	for _, recs := range batches {
		opt := record.NewBuilderOptions()
		opt.BaseOffset, opt.LeaderEpoch = base, 3
		b := record.NewBuilder(opt)
		Encode(b, 17, metarec.MaxMetadataVersion, recs...)
		out = append(out, b.Build())
		base += int64(len(recs))
	}
	return out
}

func load(t *testing.T, l *Loader, batches ...record.Batch) []Step {
	t.Helper()
	for _, b := range batches {
		if err := l.Load(b); err != nil {
			t.Fatal(err)
		}
	}
	return l.Steps()
}

func topicRec(name string, id byte) *metarec.Topic {
	return &metarec.Topic{Name: name, TopicID: UUID{id}}
}

func TestInvM24TransactionsAreSeenWholeOrNotAtAll(t *testing.T) {
	begin, end, abort := metarec.NewBeginTransaction(), metarec.NewEndTransaction(), metarec.NewAbortTransaction()
	log := logOf(0,
		[]metarec.Record{topicRec("before", 1), begin, topicRec("a", 2)},
		[]metarec.Record{topicRec("b", 3)},
		[]metarec.Record{end, topicRec("after", 4)},
		[]metarec.Record{begin, topicRec("never", 5)},
		[]metarec.Record{abort})
	l := NewLoader(Empty)
	steps := load(t, l, log[:2]...)
	if len(steps) != 1 || steps[0].Image.NumTopics() != 1 || steps[0].Image.Offset() != 0 || !l.InTransaction() {
		t.Fatalf("within the transaction: %d steps", len(steps))
	}
	img := load(t, l, log[2])[0].Image
	if img.NumTopics() != 4 || img.Offset() != 5 || img.Epoch() != 3 {
		t.Fatalf("%d topics at offset %d", img.NumTopics(), img.Offset())
	}
	if steps := load(t, l, log[3]); len(steps) != 0 {
		t.Fatalf("an open transaction makes %d steps", len(steps))
	}
	steps = load(t, l, log[4])
	if len(steps) != 1 || steps[0].Image.Topic("never") != nil || steps[0].Image.Offset() != 8 {
		t.Fatal("an aborted transaction left something behind")
	}
}

func TestLoaderStepsFollowOneAnother(t *testing.T) {
	l := NewLoader(Empty)
	base := Empty
	for i, b := range logOf(0, []metarec.Record{topicRec("a", 1)}, []metarec.Record{metarec.NewNoOp()}, []metarec.Record{topicRec("b", 2)}) {
		for _, s := range load(t, l, b) {
			if s.Delta.Base() != base || s.Image.Offset() != int64(i) {
				t.Fatalf("step %d starts from another image", i)
			}
			base = s.Image
		}
	}
	if err := l.Load(logOf(7, []metarec.Record{metarec.NewNoOp()})[0]); err == nil {
		t.Fatal("a gap in the log was loaded")
	}
}

func TestInvM11LoaderRefusesWhatItCannotApply(t *testing.T) {
	for name, rec := range map[string]metarec.Record{"unknown topic": &metarec.RemoveTopic{TopicID: UUID{9}}, "end of nothing": metarec.NewEndTransaction()} {
		if err := NewLoader(Empty).Load(logOf(0, []metarec.Record{rec})[0]); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
	opt := record.NewBuilderOptions()
	b := record.NewBuilder(opt)
	b.Append(1, nil, []byte{1, 99, 0})
	if err := NewLoader(Empty).Load(b.Build()); err == nil {
		t.Error("a record of an unknown type was loaded")
	}
}

// TestDiffTellsWhatReplayTells: the difference of two images names the same changes as the records between them.
func TestDiffLeadsFromOneImageToAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, img: Empty}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			h.step()
		}
		at := rapid.IntRange(0, len(h.recs)).Draw(t, "from")
		base, next := replayCut(t, Empty, h.recs[:at]), replayCut(t, Empty, h.recs)
		d := Diff(base, next)
		// What the delta says, put onto base, is next.
		img := *base
		img.topics, img.configs = d.applyTopics(), d.applyConfigs()
		img.brokers, img.controllers, img.features = d.brokers.done(), d.controllers.done(), d.features.done()
		img.quotas, img.acls, img.scram, img.tokens = d.quotas.done(), d.acls.done(), d.scram.done(), d.tokens.done()
		img.nextProducerID = d.nextProducerID
		if !bytes.Equal(encoded(&img), encoded(next)) {
			t.Fatal("the difference does not lead to the other image")
		}
		for _, c := range d.TopicChanges() {
			if c.Old != nil && c.New != nil && len(c.Partitions()) == 0 {
				t.Fatalf("topic %s is called changed and is not", c.New.Name)
			}
		}
		if same := Diff(next, next); same.TopicsChanged() || len(same.ConfigChanges()) > 0 || len(same.BrokerChanges()) > 0 {
			t.Fatal("an image differs from itself")
		}
	})
}

func TestSnapshotIsLoadedWithItsTailAsOneStep(t *testing.T) {
	_, img := apply(t, Empty, topicRec("a", 1), partition(UUID{1}, 0, 1, 1, 2))
	l, err := LoadSnapshot(logOf(0, slices.Collect(img.Records())), 41, 2)
	if err != nil {
		t.Fatal(err)
	}
	steps := load(t, l, logOf(42, []metarec.Record{topicRec("b", 2)})...)
	if len(steps) != 1 || steps[0].Delta.Base() != Empty || steps[0].Image.NumTopics() != 2 || steps[0].Image.Offset() != 42 {
		t.Fatalf("%d steps", len(steps))
	}
}

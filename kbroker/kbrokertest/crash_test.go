package kbrokertest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// history is what clients were told before the crash.
type history struct {
	sync.Mutex
	topics    []string
	acked     map[string]int64 // value of a record: its offset
	committed int64            // offset that the group was told is committed, -1 for none
}

func (h *history) clone() *history {
	h.Lock()
	defer h.Unlock()
	c := &history{topics: slices.Clone(h.topics), acked: map[string]int64{}, committed: h.committed}
	for k, v := range h.acked {
		c.acked[k] = v
	}
	return c
}

// A node dies at a disk operation in the middle of its work; the next one starts on what its disk held. Everything that
// had been acknowledged is there: topics and records, at their offsets, and committed offsets. A process that is killed
// loses nothing; when the power is cut, what flush.messages=1 covers is safe.
func TestInvR26WhatWasAcknowledgedSurvivesACrashAnywhere(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     vfs.Crash
		settings []string
	}{
		{"killed", vfs.ProcessKill, nil},
		{"power cut", vfs.PowerCut, []string{"log.flush.interval.messages=1"}},
		{"torn", vfs.PartialCrash, []string{"log.flush.interval.messages=1"}},
	} {
		for seed := range uint64(6) {
			t.Run(fmt.Sprintf("%s/%d", c.name, seed), func(t *testing.T) {
				inBubble(t, func(t *testing.T, ctx context.Context) {
					crashOnce(t, ctx, c.kind, rand.New(rand.NewPCG(seed, 26)), append(c.settings, "log.segment.bytes=1048576", "num.partitions=2")...)
				})
			})
		}
	}
}

func crashOnce(t *testing.T, ctx context.Context, kind vfs.Crash, rng *rand.Rand, settings ...string) {
	b := kbrokertest.Start(t, settings...)
	h := &history{acked: map[string]int64{}, committed: -1}
	var disk *vfs.Mem
	var before *history
	at, ops := 100+rng.IntN(1500), 0
	var once sync.Mutex
	b.Disk.SetHook(func(vfs.Op) {
		once.Lock()
		defer once.Unlock()
		if ops++; ops == at {
			before, disk = h.clone(), b.Disk.Clone(kind, rng)
		}
	})
	work(t, ctx, b, h, func() bool {
		once.Lock()
		defer once.Unlock()
		return disk != nil
	})
	b.Disk.SetHook(nil)
	b.Stop(t)
	check(t, ctx, kbrokertest.StartOn(t, disk, settings...), before)
}

// work creates topics, produces to them and commits, until the crash has been taken.
func work(t *testing.T, ctx context.Context, b *kbrokertest.Broker, h *history, crashed func() bool) {
	cl := b.Client(t, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	adm := kadm.NewClient(cl)
	for round := 0; !crashed(); round++ {
		if round > 10000 {
			t.Fatal("the crash never came")
		}
		topic := fmt.Sprintf("t%d", round/20)
		if round%20 == 0 {
			if _, err := adm.CreateTopic(ctx, 2, 1, nil, topic); err != nil {
				t.Fatal(err)
			}
			h.Lock()
			h.topics = append(h.topics, topic)
			h.Unlock()
		}
		for i := range 5 {
			r := &kgo.Record{Topic: topic, Partition: int32(i % 2), Value: fmt.Appendf(nil, "%s/%d/%d", topic, round, i)}
			cl.Produce(ctx, r, func(r *kgo.Record, err error) {
				if err != nil {
					t.Errorf("produce: %v", err)
					return
				}
				h.Lock()
				h.acked[string(r.Value)] = r.Offset
				h.Unlock()
			})
		}
		if err := cl.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		var commit kadm.Offsets
		commit.Add(kadm.Offset{Topic: "t0", Partition: 0, At: int64(round)})
		if err := adm.CommitAllOffsets(ctx, "g", commit); err != nil {
			t.Fatal(err)
		}
		h.Lock()
		h.committed = int64(round)
		h.Unlock()
	}
}

func check(t *testing.T, ctx context.Context, b *kbrokertest.Broker, h *history) {
	t.Helper()
	adm := kadm.NewClient(b.Client(t))
	have, err := adm.ListTopics(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range h.topics {
		if !have.Has(topic) {
			t.Fatalf("topic %s was acknowledged and is gone", topic)
		}
	}
	if h.committed >= 0 {
		got, err := adm.FetchOffsets(ctx, "g")
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := got.Lookup("t0", 0); !ok || o.At < h.committed {
			t.Fatalf("offset %d was committed, the group has %+v", h.committed, o)
		}
	}
	found := map[string]int64{}
	cl := b.Client(t, kgo.ConsumeTopics(h.topics...))
	for left := len(h.acked); left > 0; {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("%d of %d acknowledged records were not read: %v", left, len(h.acked), errors.Unwrap(err))
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if _, again := found[string(r.Value)]; again {
				t.Errorf("%s is there twice", r.Value)
			}
			found[string(r.Value)] = r.Offset
			if _, ok := h.acked[string(r.Value)]; ok {
				left--
			}
		})
	}
	for value, offset := range h.acked {
		if found[value] != offset {
			t.Errorf("%s was acknowledged at offset %d and is at %d (I8)", value, offset, found[value])
		}
	}
}

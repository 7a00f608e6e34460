package kbrokertest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A session that knew a topic tells what became of its name: first that it is gone, then that it is another topic's. What it reads
// comes in the order in which it was added.
func TestSessionOverATopicThatWasMadeAnew(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		adm := kadm.NewClient(b.Client(t))
		create(t, b, createRequest("a", 1, 1))
		old := topicID(t, b, "a")
		open := fetchRequest(13, "", old, 0, 0)
		open.SessionEpoch = 0
		id := b.Ask(t, open).(*kmsg.FetchResponse).SessionID
		if id == 0 {
			t.Fatal("no session")
		}
		epoch := int32(0)
		next := func(add ...kmsg.FetchRequestTopic) string {
			t.Helper()
			epoch++
			q := fetchRequest(13, "", old, 0, 0)
			q.Topics, q.SessionID, q.SessionEpoch = add, id, epoch
			r := b.Ask(t, q).(*kmsg.FetchResponse)
			if r.ErrorCode != 0 {
				t.Fatalf("epoch %d: %v", epoch, kerr.ErrorForCode(r.ErrorCode))
			}
			var out []string
			for _, topic := range r.Topics {
				for _, p := range topic.Partitions {
					out = append(out, fmt.Sprintf("old=%v %d", topic.TopicID == old, p.ErrorCode))
				}
			}
			return strings.Join(out, ", ")
		}
		if _, err := adm.DeleteTopic(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if got := next(); got != "old=true 3" {
			t.Errorf("deleted: %s", got)
		}
		create(t, b, createRequest("a", 1, 1))
		for range 2 {
			if got := next(); got != "old=true 103" {
				t.Errorf("made anew: %s", got)
			}
		}
		if got := next(fetchRequest(13, "", topicID(t, b, "a"), 0, 0).Topics...); got != "old=true 103, old=false 0" {
			t.Errorf("the new one added: %s", got)
		}
		if r := get(t, b, fetchRequest(13, "", old, 0, 0)); r.ErrorCode != kerr.UnknownTopicID.Code {
			t.Errorf("without a session: %v", kerr.ErrorForCode(r.ErrorCode))
		}
	})
}

func TestFetchWithANegativeSizeFailsWhereThereIsSomethingToRead(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		mustPut(t, b, "a", batchOf(0, "x"))
		for offset, want := range []int16{-1, 0} {
			q := fetchRequest(12, "a", [16]byte{}, int64(offset), 0)
			q.Topics[0].Partitions[0].PartitionMaxBytes = -1
			if r := get(t, b, q); r.ErrorCode != want || len(r.RecordBatches) > 0 {
				t.Errorf("partition's size, offset %d: error %d, %d bytes", offset, r.ErrorCode, len(r.RecordBatches))
			}
			q = fetchRequest(12, "a", [16]byte{}, int64(offset), 0)
			q.MaxBytes = -1
			if r := get(t, b, q); r.ErrorCode != want || len(r.RecordBatches) > 0 {
				t.Errorf("request's size, offset %d: error %d, %d bytes", offset, r.ErrorCode, len(r.RecordBatches))
			}
		}
	})
}

func TestInitProducerIDRefusesAnEmptyTransactionalID(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		init := kmsg.NewPtrInitProducerIDRequest()
		init.Version, init.TransactionalID, init.TransactionTimeoutMillis = 4, kmsg.StringPtr(""), 60_000
		init.ProducerID, init.ProducerEpoch = -1, -1
		if got := b.Ask(t, init).(*kmsg.InitProducerIDResponse); got.ErrorCode != kerr.InvalidRequest.Code || got.ProducerID != -1 {
			t.Errorf("%v, producer %d", kerr.ErrorForCode(got.ErrorCode), got.ProducerID)
		}
	})
}

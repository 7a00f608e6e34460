package clients

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// shapes are the records of the scenario records, in order: what is absent and what is empty are two things. Each is a
// second after the one before it, and the first is an hour old.
var shapes = []kgo.Record{
	{Key: []byte("k0"), Value: []byte("v0"), Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "b", Value: []byte{}}}},
	{Key: nil, Value: []byte("v1")},
	{Key: []byte("k2"), Value: nil},
	{Key: []byte{}, Value: []byte{}},
}

// everyShape holds a topic against shapes, as far as the client can make them.
func everyShape(ctx context.Context, cl *kgo.Client, client string) error {
	times := client != "kcat" // it cannot set a record's time
	shapes := slices.Clone(shapes)
	if client == "@confluentinc/kafka-javascript" {
		shapes[3].Value = nil // it sends an empty value as null
	}
	recs, err := records(ctx, cl)
	if err != nil {
		return err
	}
	if len(recs) != len(shapes) {
		return fmt.Errorf("%d records, want %d", len(recs), len(shapes))
	}
	for i, r := range recs {
		if got, want := shape(*r), shape(shapes[i]); got != want {
			return fmt.Errorf("record %d is %s, want %s", i, got, want)
		}
		if at := recs[0].Timestamp.Add(time.Duration(i) * time.Second); times && !r.Timestamp.Equal(at) {
			return fmt.Errorf("record %d is of %v, want %v", i, r.Timestamp, at)
		}
	}
	if age := time.Since(recs[0].Timestamp); times && (age < 50*time.Minute || age > 70*time.Minute) {
		return fmt.Errorf("the first record is %v old, want an hour", age)
	}
	return nil
}

func shape(r kgo.Record) string {
	out := field(r.Key) + "=" + field(r.Value)
	for _, h := range r.Headers {
		out += " " + h.Key + ":" + field(h.Value)
	}
	return out
}

func field(b []byte) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprintf("%q", b)
}

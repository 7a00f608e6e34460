package record

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// judgeTwice holds quick to its promise: a batch is judged as it is when every record goes through parse and record.
func judgeTwice(t *testing.T, b Batch, o ValidateOptions) (passed int32) {
	t.Helper()
	if b.Codec() != None || b.checkHeader(&o) != nil {
		return 0
	}
	judge := func(quick bool) (c checker, err error) {
		c = checker{o: o, batch: b, appended: b.TimestampType() == LogAppendTime, baseTs: b.BaseTimestamp(), maxTs: NoTimestamp, low: 1}
		if quick {
			c.low, c.high = c.quickBounds()
			if c.low <= c.high {
				_, passed = c.quick(b.Payload(), 0, 0, b.NumRecords())
				c.index, c.maxTs, c.maxTsAt = 0, NoTimestamp, 0
			}
		}
		err = c.plain()
		return c, err
	}
	fast, fastErr := judge(true)
	slow, slowErr := judge(false)
	if !reflect.DeepEqual(fastErr, slowErr) || !reflect.DeepEqual(fast.bad, slow.bad) || fast.badCount != slow.badCount {
		t.Fatalf("%x\nquick: %v, %d bad: %v\nrecord by record: %v, %d bad: %v", []byte(b), fastErr, fast.badCount, fast.bad, slowErr, slow.badCount, slow.bad)
	}
	if fastErr == nil && (fast.maxTs != slow.maxTs || fast.maxTsAt != slow.maxTsAt || fast.index != slow.index) {
		t.Fatalf("%x\nquick: %d at %d, record by record: %d at %d", []byte(b), fast.maxTs, fast.maxTsAt, slow.maxTs, slow.maxTsAt)
	}
	return passed
}

// randomRecord has each part of every length that changes how it is encoded.
func randomRecord(rng *rand.Rand) (ts int64, key, value []byte, headers []Header) {
	bytes := func(lengths ...int) []byte {
		n := lengths[rng.IntN(len(lengths))]
		if n < 0 {
			return nil
		}
		return make([]byte, n)
	}
	deltas := []int64{0, 1, -1, 63, 64, -65, 8191, 8192, 1<<20 - 1, 1 << 20, 1 << 40, -1 << 40}
	ts = 1_700_000_000_000 + deltas[rng.IntN(len(deltas))]
	if rng.IntN(4) == 0 {
		headers = append(headers, Header{Key: bytes(0, 1, 70), Value: bytes(-1, 0, 3)})
	}
	return ts, bytes(-1, -1, 0, 1, 63, 64, 9000), bytes(-1, 0, 1, 60, 63, 64, 8191, 8192, 20000), headers
}

func TestTheQuickWalkJudgesAsTheWalkRecordByRecord(t *testing.T) {
	const now = 1_700_000_000_000
	options := []ValidateOptions{
		{FromClient: true},
		{FromClient: true, Compacted: true},
		{FromClient: true, CheckTimestamps: true, Now: now, TimestampBeforeMaxMs: 64, TimestampAfterMaxMs: 8191},
		{FromClient: true, CheckTimestamps: true, Now: now, TimestampBeforeMaxMs: math.MaxInt64, TimestampAfterMaxMs: math.MaxInt64},
		{FromClient: true, CheckTimestamps: true, Now: now, TimestampBeforeMaxMs: 1 << 41, TimestampAfterMaxMs: 0, Compacted: true},
		{FromClient: true, TimestampType: LogAppendTime},
		{CheckTimestamps: true, Now: now},
		{},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	passed := int32(0)
	for round := range 4000 {
		bd := NewBuilder(NewBuilderOptions())
		for range 1 + rng.IntN(12) {
			ts, key, value, headers := randomRecord(rng)
			bd.Append(ts, key, value, headers...)
		}
		b := append(Batch{}, bd.Build()...)
		for range round % 4 { // the first of four stays whole
			at := HeaderSize + rng.IntN(min(len(b)-HeaderSize, 40))
			b[at] = []byte{0, 1, 2, b[at] + 1, b[at] - 1, b[at] ^ 0x80, 0x7f, 0x80, 0xff}[rng.IntN(9)]
		}
		for _, o := range options {
			passed += judgeTwice(t, b, o)
		}
	}
	if passed < 10_000 {
		t.Fatalf("only %d records were passed quickly", passed)
	}
}

func TestLongBatchesAreWalkedQuicklyToTheirLastRecords(t *testing.T) {
	for _, size := range []int{1, 30, 100, 1024} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			bd := NewBuilder(NewBuilderOptions())
			for i := range 20_000 {
				bd.Append(int64(i), nil, make([]byte, size))
			}
			b := bd.Build()
			if got := judgeTwice(t, b, ValidateOptions{FromClient: true}); got < b.NumRecords()-4 {
				t.Fatalf("%d of %d records were passed quickly", got, b.NumRecords())
			}
		})
	}
}

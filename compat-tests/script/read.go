package script

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/wire"
)

// maxReads bounds the fetches of one read.
const maxReads = 1000

// readLog is the step "read TOPIC PARTITION [committed]": it fetches a partition from its start to its end and prints
// all batches, so that how a broker divides them among answers does not matter.
func (r *runner) readLog(rest string) string {
	words := strings.Fields(rest)
	if len(words) < 2 {
		return "! read TOPIC PARTITION [committed]"
	}
	c, err := wire.Dial(r.addr, "read")
	if err != nil {
		return failed(err)
	}
	defer c.Close()
	isolation := int64(len(words) - 2)
	var partition, offset int64
	fmt.Sscan(words[1], &partition)
	var batches []any
	aborted := map[string]bool{}
	var transactions []any
	for range maxReads {
		part := map[string]any{"partition": partition, "fetchOffset": offset, "partitionMaxBytes": int64(1 << 20)}
		topic := map[string]any{"topic": words[0], "partitions": []any{part}}
		s, err := c.Do("Fetch", 12, map[string]any{"maxWaitMs": int64(10), "minBytes": int64(1), "isolationLevel": isolation, "topics": []any{topic}})
		if err != nil {
			return failed(err)
		}
		if code, _ := at(s, "responses[0].partitions[0].errorCode"); code != int64(0) {
			return "! " + errorName(toInt(code))
		}
		list, _ := at(s, "responses[0].partitions[0].abortedTransactions")
		l, _ := list.([]any)
		for _, a := range l {
			if key := fmt.Sprint(a); !aborted[key] {
				aborted[key] = true
				transactions = append(transactions, a)
			}
		}
		recs, _ := at(s, "responses[0].partitions[0].records")
		b, _ := recs.([]byte)
		next := nextOffset(b, offset)
		if next == offset {
			break
		}
		decoded, _ := decodeBatches(b).([]any)
		batches, offset = append(batches, decoded...), next
	}
	return "< " + r.out.render(schema.Struct{{Name: "batches", Value: rawList(batches)}, {Name: "abortedTransactions", Value: transactions}})
}

// rawList is a list that keeps its order.
type rawList []any

// nextOffset is the offset after the last whole batch of b.
func nextOffset(b []byte, offset int64) int64 {
	for len(b) >= 61 {
		size := int(int32(binary.BigEndian.Uint32(b[8:]))) + 12
		if size < 61 || size > len(b) {
			break
		}
		offset = int64(binary.BigEndian.Uint64(b)) + int64(int32(binary.BigEndian.Uint32(b[23:]))) + 1
		b = b[size:]
	}
	return offset
}

package script

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

var functions map[string]func(args []any) (any, error)

func init() {
	functions = map[string]func(args []any) (any, error){
		"hex": hexFunc, "batch": batchFunc, "batches": batchesFunc, "subscription": subscriptionFunc,
		"assignment": assignmentFunc, "now": nowFunc, "fill": fillFunc, "kv": kvFunc,
	}
}

func hexFunc(args []any) (any, error) {
	s, ok := one(args).(string)
	if !ok {
		return nil, fmt.Errorf("want a string")
	}
	return hex.DecodeString(strings.ReplaceAll(s, " ", ""))
}

func nowFunc(args []any) (any, error) {
	off, _ := one(args).(int64)
	return time.Now().UnixMilli() + off, nil
}

// fillFunc makes a string of n letters that does not compress to nothing.
func fillFunc(args []any) (any, error) {
	n, ok := one(args).(int64)
	if !ok || n < 0 || n > 64<<20 {
		return nil, fmt.Errorf("want a length")
	}
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = 'a' + byte(x%26)
	}
	return string(b), nil
}

// kvFunc makes a config of "name:value".
func kvFunc(args []any) (any, error) {
	s, _ := one(args).(string)
	k, v, ok := strings.Cut(s, ":")
	if !ok {
		return nil, fmt.Errorf("want name:value")
	}
	return map[string]any{"name": k, "value": v}, nil
}

func one(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

func strs(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, s := range list {
		out = append(out, fmt.Sprint(s))
	}
	return out
}

func num(m map[string]any, name string, def int64) int64 {
	if v, ok := m[name].(int64); ok {
		return v
	}
	return def
}

func topicParts(v any) map[string][]int32 {
	out := map[string][]int32{}
	m, _ := v.(map[string]any)
	for t, ps := range m {
		for _, p := range ps.([]any) {
			out[t] = append(out[t], int32(p.(int64)))
		}
	}
	return out
}

// subscriptionFunc builds the consumer protocol's member metadata: {version, topics, owned: {t: [0]}, generation, rack}.
func subscriptionFunc(args []any) (any, error) {
	m, _ := one(args).(map[string]any)
	s := kmsg.NewConsumerMemberMetadata()
	s.Version = int16(num(m, "version", 1))
	s.Topics = strs(m["topics"])
	s.Generation = int32(num(m, "generation", -1))
	for t, ps := range topicParts(m["owned"]) {
		o := kmsg.NewConsumerMemberMetadataOwnedPartition()
		o.Topic, o.Partitions = t, ps
		s.OwnedPartitions = append(s.OwnedPartitions, o)
	}
	return s.AppendTo(nil), nil
}

// assignmentFunc builds the consumer protocol's assignment: {version, topics: {t: [0, 1]}}.
func assignmentFunc(args []any) (any, error) {
	m, _ := one(args).(map[string]any)
	a := kmsg.NewConsumerMemberAssignment()
	a.Version = int16(num(m, "version", 1))
	for t, ps := range topicParts(m["topics"]) {
		o := kmsg.NewConsumerMemberAssignmentTopic()
		o.Topic, o.Partitions = t, ps
		a.Topics = append(a.Topics, o)
	}
	return a.AppendTo(nil), nil
}

package config

import (
	"reflect"
	"slices"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// unlimited is Kafka's -1.
const unlimited = -1

// Topic is the typed configuration of one topic. Times are milliseconds and sizes bytes, as the names say; the largest
// int64 stands for "never".
type Topic struct {
	Compact bool // from cleanup.policy
	Delete  bool // from cleanup.policy; both false keeps everything

	SegmentBytes                int32   `key:"segment.bytes"`
	SegmentMs                   int64   `key:"segment.ms"`
	SegmentJitterMs             int64   `key:"segment.jitter.ms"`
	SegmentIndexBytes           int32   `key:"segment.index.bytes"`
	IndexIntervalBytes          int32   `key:"index.interval.bytes"`
	FlushMessages               int64   `key:"flush.messages"`
	FlushMs                     int64   `key:"flush.ms"`
	RetentionBytes              int64   `key:"retention.bytes"` // -1: no limit
	RetentionMs                 int64   `key:"retention.ms"`    // -1: for ever
	MaxMessageBytes             int32   `key:"max.message.bytes"`
	MaxDecompressedMessageBytes int32   `key:"max.decompressed.message.bytes"`
	DeleteRetentionMs           int64   `key:"delete.retention.ms"`
	MinCompactionLagMs          int64   `key:"min.compaction.lag.ms"`
	MaxCompactionLagMs          int64   `key:"max.compaction.lag.ms"`
	MinCleanableDirtyRatio      float64 `key:"min.cleanable.dirty.ratio"`
	FileDeleteDelayMs           int64   `key:"file.delete.delay.ms"`
	MinInSyncReplicas           int32   `key:"min.insync.replicas"`
	UncleanLeaderElection       bool    `key:"unclean.leader.election.enable"`
	CompressionType             string  `key:"compression.type"` // producer, uncompressed, gzip, snappy, lz4, zstd
	CompressionGzipLevel        int32   `key:"compression.gzip.level"`
	CompressionLz4Level         int32   `key:"compression.lz4.level"`
	CompressionZstdLevel        int32   `key:"compression.zstd.level"`
	Preallocate                 bool    `key:"preallocate"`
	MessageTimestampType        string  `key:"message.timestamp.type"` // CreateTime or LogAppendTime
	TimestampBeforeMaxMs        int64   `key:"message.timestamp.before.max.ms"`
	TimestampAfterMaxMs         int64   `key:"message.timestamp.after.max.ms"`

	LeaderThrottledReplicas   []string `key:"leader.replication.throttled.replicas"`
	FollowerThrottledReplicas []string `key:"follower.replication.throttled.replicas"`
}

// LogAppendTime tells that records take the broker's time.
func (t *Topic) LogAppendTime() bool { return t.MessageTimestampType == "LogAppendTime" }

// topicFrom types a topic's effective values.
func topicFrom(value func(name string) cd.Value) *Topic {
	t := &Topic{}
	rv := reflect.ValueOf(t).Elem()
	for i := range rv.NumField() {
		key := rv.Type().Field(i).Tag.Get("key")
		if key == "" {
			continue
		}
		f, v := rv.Field(i), value(key)
		switch f.Kind() {
		case reflect.Bool:
			f.SetBool(v.Bool())
		case reflect.Float64:
			f.SetFloat(v.Double())
		case reflect.String:
			f.SetString(v.Text())
		case reflect.Slice:
			f.Set(reflect.ValueOf(v.List()))
		default:
			f.SetInt(v.Int())
		}
	}
	policy := value("cleanup.policy").List()
	t.Compact, t.Delete = slices.Contains(policy, "compact"), slices.Contains(policy, "delete")
	if size := value("internal.segment.bytes"); !size.IsNull() {
		t.SegmentBytes = int32(size.Int())
	}
	return t
}

// topicValue is the value of a topic key: the topic's own, else the first broker synonym that has one, else the default.
func topicValue(broker, overrides map[string]string, k *cd.Key) cd.Value {
	if text, set := overrides[k.Name]; set {
		if v, err := k.Parse(text); err == nil {
			return v
		}
	}
	if k.Name == "retention.ms" {
		return number(k, retentionMs(broker))
	}
	for _, s := range k.Synonyms {
		if v := read(broker, s.Name); !v.IsNull() {
			return convert(k, v, s.Factor)
		}
	}
	return k.DefaultValue()
}

// convert turns a broker key's value into one of the topic key's type and unit.
func convert(k *cd.Key, v cd.Value, factor int64) cd.Value {
	if factor != 1 {
		return number(k, v.Int()*factor)
	}
	if v.Type() == k.Type {
		return v
	}
	out, err := k.Parse(v.String())
	if err != nil {
		return k.DefaultValue()
	}
	return out
}

// number makes a value of a numeric key without its check: a broker may be configured beyond what a topic may ask for.
func number(k *cd.Key, n int64) cd.Value {
	bare := cd.Key{Name: k.Name, Type: k.Type}
	v, err := bare.Parse(itoa(n))
	if err != nil {
		return k.DefaultValue()
	}
	return v
}

// retentionMs follows log.retention.ms, minutes and hours; anything below zero means for ever.
func retentionMs(values map[string]string) int64 {
	for _, s := range kafka.Topic.Lookup("retention.ms").Synonyms {
		if v := read(values, s.Name); !v.IsNull() {
			if v.Int() < 0 {
				return unlimited
			}
			return v.Int() * s.Factor
		}
	}
	return unlimited
}

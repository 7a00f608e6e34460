package config

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	cd "github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// TestTypedFieldsNameKeysThatFit guards the tags of Broker and Topic against misspelling and narrow types.
func TestTypedFieldsNameKeysThatFit(t *testing.T) {
	kinds := map[cd.Type][]reflect.Kind{
		cd.Boolean: {reflect.Bool}, cd.Int: {reflect.Int32}, cd.Short: {reflect.Int16}, cd.Long: {reflect.Int64},
		cd.Double: {reflect.Float64}, cd.String: {reflect.String}, cd.List: {reflect.Slice}, cd.Class: {reflect.String},
	}
	for _, c := range []struct {
		typ reflect.Type
		def *cd.Def
	}{{reflect.TypeFor[Broker](), kafka.Broker}, {reflect.TypeFor[Topic](), kafka.Topic}} {
		seen := map[string]bool{}
		for i := range c.typ.NumField() {
			f := c.typ.Field(i)
			name := f.Tag.Get("key")
			if name == "" {
				continue
			}
			k := c.def.Lookup(name)
			if k == nil || seen[name] {
				t.Errorf("%s: key %q is unknown or named twice", f.Name, name)
				continue
			}
			seen[name] = true
			if f.Type == durationType {
				continue
			}
			fits := false
			for _, kind := range kinds[k.Type] {
				fits = fits || f.Type.Kind() == kind
			}
			if !fits {
				t.Errorf("%s: a %s cannot hold %s of type %v", f.Name, f.Type, name, k.Type)
			}
		}
	}
}

func snapshotOf(t *testing.T, static string, dynamicDefault, dynamicBroker map[string]string) *Snapshot {
	t.Helper()
	s, _ := load(t, combined+static)
	snap, w := NewSnapshot(s, dynamicDefault, dynamicBroker)
	if len(w) != 0 {
		t.Fatal(w)
	}
	return snap
}

// TestTrap050TopicsTakeBrokerSynonyms: with hours, minutes or milliseconds on the broker, each topic follows.
func TestTrap050TopicsTakeBrokerSynonyms(t *testing.T) {
	hour := int64(time.Hour / time.Millisecond)
	for _, c := range []struct {
		static    string
		dynamic   map[string]string
		overrides map[string]string
		retention int64
	}{
		{"", nil, nil, 168 * hour},
		{"log.retention.hours=2", nil, nil, 2 * hour},
		{"log.retention.hours=2\nlog.retention.minutes=5", nil, nil, 5 * 60_000},
		{"log.retention.hours=2\nlog.retention.ms=7", nil, nil, 7},
		{"log.retention.hours=-1", nil, nil, -1},
		{"log.retention.hours=2", map[string]string{"log.retention.ms": "9"}, nil, 9},
		{"log.retention.hours=2", map[string]string{"log.retention.ms": "9"}, map[string]string{"retention.ms": "11"}, 11},
	} {
		got := snapshotOf(t, c.static, c.dynamic, nil).Topic("t", c.overrides).RetentionMs
		if got != c.retention {
			t.Errorf("%q %v %v: %d, want %d", c.static, c.dynamic, c.overrides, got, c.retention)
		}
	}
}

func TestTopicDefaults(t *testing.T) {
	got := snapshotOf(t, "", nil, nil).Topic("t", nil)
	want := &Topic{Delete: true, SegmentBytes: 1 << 30, SegmentMs: 604800000, SegmentIndexBytes: 10485760, IndexIntervalBytes: 4096,
		FlushMessages: math.MaxInt64, FlushMs: math.MaxInt64, RetentionBytes: -1, RetentionMs: 604800000, MaxMessageBytes: 1048588,
		MaxDecompressedMessageBytes: 2147483639, DeleteRetentionMs: 86400000, MaxCompactionLagMs: math.MaxInt64,
		MinCleanableDirtyRatio: 0.5, FileDeleteDelayMs: 60000, MinInSyncReplicas: 1, CompressionType: "producer",
		CompressionGzipLevel: -1, CompressionLz4Level: 9, CompressionZstdLevel: 3, MessageTimestampType: "CreateTime",
		TimestampBeforeMaxMs: math.MaxInt64, TimestampAfterMaxMs: 3600000, LeaderThrottledReplicas: []string{},
		FollowerThrottledReplicas: []string{}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestTopicOverridesAndCache(t *testing.T) {
	snap := snapshotOf(t, "log.segment.bytes=2097152", nil, nil)
	a := snap.Topic("t", map[string]string{"cleanup.policy": "compact,delete", "internal.segment.bytes": "100"})
	if !a.Compact || !a.Delete || a.SegmentBytes != 100 {
		t.Errorf("%+v", a)
	}
	if b := snap.Topic("t", map[string]string{"cleanup.policy": "compact,delete", "internal.segment.bytes": "100"}); a != b {
		t.Error("the same overrides were typed again")
	}
	c := snap.Topic("t", map[string]string{"cleanup.policy": "", "retention.ms": "garbage"})
	if c.Compact || c.Delete || c.SegmentBytes != 2097152 || c.RetentionMs != 604800000 {
		t.Errorf("%+v", c)
	}
}

func TestBadDynamicValuesAreLeftOut(t *testing.T) {
	s, _ := load(t, combined)
	snap, w := NewSnapshot(s, map[string]string{"max.connections": "x", "listeners": "PLAINTEXT://:1"}, map[string]string{"log.dirs": "/x", "max.connections": "4"})
	if len(w) != 3 || snap.Value("max.connections").Int() != 4 || snap.Value("log.dirs").String() == "/x" {
		t.Errorf("%v %v", w, snap.Value("max.connections"))
	}
	snap, w = NewSnapshot(s, map[string]string{"num.io.threads": "16", "num.network.threads": "3"}, nil)
	if len(w) != 1 || snap.Value("num.io.threads").Int() != 8 {
		t.Errorf("a value that is not applied is told as effective: %v %v", w, snap.Value("num.io.threads"))
	}
}

func TestHolderTellsListenersInOrderAndAtOnce(t *testing.T) {
	s, _ := load(t, combined)
	first, _ := NewSnapshot(s, nil, nil)
	h := NewHolder(first)
	var told []int32
	for range 2 {
		h.OnChange(func(old, new *Snapshot) {
			if old != first || new != h.Load() { // at the registration both are the first
				t.Error("wrong snapshots")
			}
			told = append(told, new.Broker().MessageMaxBytes)
		})
	}
	h.Update(map[string]string{"message.max.bytes": "2000"}, nil)
	if !slices.Equal(told, []int32{1048588, 1048588, 2000, 2000}) || h.Load().Topic("t", nil).MaxMessageBytes != 2000 || first.Broker().MessageMaxBytes != 1048588 {
		t.Error(told)
	}
}

func TestForeverDoesNotOverflow(t *testing.T) {
	if got := scale(math.MaxInt64, time.Millisecond); got != math.MaxInt64 {
		t.Error(got)
	}
	if got := scale(-1, time.Millisecond); got != -time.Millisecond {
		t.Error(got)
	}
}

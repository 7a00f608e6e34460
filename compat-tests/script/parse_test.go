package script

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestValuesOfTheLanguage(t *testing.T) {
	for text, want := range map[string]any{
		`{a: 1, "b c": [true, null, x-y]}`: map[string]any{"a": int64(1), "b c": []any{true, nil, "x-y"}},
		`-2147483648`:                      int64(-2147483648),
		`0x10`:                             int64(16),
		`hex("00 ff")`:                     []byte{0, 255},
		`"a\"b"`:                           `a"b`,
		`kv("retention.ms:1")`:             map[string]any{"name": "retention.ms", "value": "1"},
	} {
		got, err := parseValue(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v; want %#v", text, got, err, want)
		}
	}
	for _, text := range []string{``, `{a 1}`, `{a: 1`, `[1`, `"x`, `nofunc(1)`, `1 2`, `{a: 1, a: 2}`} {
		if v, err := parseValue(text); err == nil {
			t.Errorf("%q gave %#v and no error", text, v)
		}
	}
}

func TestBatchesSurviveTheirOwnDecoder(t *testing.T) {
	for codec := range codecs {
		b, err := batchFunc([]any{map[string]any{"codec": codec, "base": int64(7), "records": []any{
			map[string]any{"k": "a", "v": "b", "headers": []any{[]any{"h", "1"}}}, map[string]any{"v": nil},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		r := newRenderer("nonce", "", "", time.Now())
		got := r.render(rawList(decodeBatches(b.([]byte)).([]any)))
		want := `[
  {
    baseOffset: 7, lastOffsetDelta: 1, leaderEpoch: -1, magic: 2, codec: ` + r.inline("codec", int64(codecs[codec])) + `, logAppendTime: false, transactional: false
    control: false, deleteHorizon: false, baseTimestamp: 1700000000000, maxTimestamp: 1700000000000, producerId: -1, producerEpoch: -1
    baseSequence: -1, crcValid: true
    batch: [
      {offsetDelta: 0, timestamp: 1700000000000, key: "a", value: "b", headers: [["h", "1"]]}
      {offsetDelta: 1, timestamp: 1700000000000, key: null, value: null}
    ]
  }
]`
		if words(got) != words(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", codec, got, want)
		}
	}
}

// words leaves out how a text is broken into lines.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == ',' }), " ")
}

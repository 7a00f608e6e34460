package cli

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kgo"
)

// formatHelp explains the verbs of --format.
const formatHelp = `%t topic  %p partition  %o offset  %k key  %v or %s value  %h headers as k=v,…
%K %V or %S length of key, value (-1: null)  %R length of value as 4 bytes, big-endian  %H number of headers  %T timestamp in ms  %e leader epoch  %i running number
%d{2006-01-02T15:04:05Z07:00} or %d{strftime[%F %T]} timestamp  %h{%k=%v } one pattern per header  %% percent
%k{hex} %v{base64} in another form  \n \t \r \\ \xNN characters`

// formatter writes records by a pattern with kcat's verbs.
type formatter struct {
	pieces []piece
	n      int64
}

// piece appends one part of a record to b.
type piece func(b []byte, r *kgo.Record, n int64) []byte

func (f *formatter) append(b []byte, r *kgo.Record) []byte {
	f.n++
	for _, p := range f.pieces {
		b = p(b, r, f.n)
	}
	return b
}

// newFormatter compiles a pattern.
func newFormatter(pattern string) (*formatter, error) {
	f := &formatter{}
	for pattern != "" {
		i := strings.IndexAny(pattern, `%\`)
		if i < 0 {
			i = len(pattern)
		}
		if i > 0 {
			f.literal(pattern[:i])
			pattern = pattern[i:]
			continue
		}
		if len(pattern) < 2 {
			return nil, usagef("--format: %q at the end stands for nothing", pattern)
		}
		if pattern[0] == '\\' {
			n, err := f.escape(pattern)
			if err != nil {
				return nil, err
			}
			pattern = pattern[n:]
			continue
		}
		verb, arg, rest, err := cutVerb(pattern)
		if err != nil {
			return nil, err
		}
		p, err := newPiece(verb, arg)
		if err != nil {
			return nil, err
		}
		f.pieces = append(f.pieces, p)
		pattern = rest
	}
	return f, nil
}

func (f *formatter) literal(s string) {
	f.pieces = append(f.pieces, func(b []byte, _ *kgo.Record, _ int64) []byte { return append(b, s...) })
}

// escape takes one backslash sequence and returns its length.
func (f *formatter) escape(s string) (int, error) {
	if i := strings.IndexByte("ntr\\", s[1]); i >= 0 {
		f.literal("\n\t\r\\"[i : i+1])
		return 2, nil
	}
	if s[1] == 'x' && len(s) >= 4 {
		if n, err := strconv.ParseUint(s[2:4], 16, 8); err == nil {
			f.literal(string([]byte{byte(n)}))
			return 4, nil
		}
	}
	return 0, usagef(`--format: unknown escape %q`, s[:2])
}

// cutVerb takes %x or %x{argument}; braces inside the argument must match.
func cutVerb(s string) (verb byte, arg, rest string, err error) {
	verb, rest = s[1], s[2:]
	if !strings.HasPrefix(rest, "{") || verb == '%' {
		return verb, "", rest, nil
	}
	depth := 0
	for i := range rest {
		switch rest[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return verb, rest[1:i], rest[i+1:], nil
		}
	}
	return 0, "", "", usagef("--format: %%%c{ has no closing brace", verb)
}

func newPiece(verb byte, arg string) (piece, error) {
	switch verb {
	case '%':
		return func(b []byte, _ *kgo.Record, _ int64) []byte { return append(b, '%') }, nil
	case 't':
		return func(b []byte, r *kgo.Record, _ int64) []byte { return append(b, r.Topic...) }, nil
	case 'k', 'v', 's':
		return bytesPiece(verb, arg)
	case 'h':
		return headersPiece(arg)
	case 'd':
		return timePiece(arg), nil
	case 'R':
		return func(b []byte, r *kgo.Record, _ int64) []byte {
			return binary.BigEndian.AppendUint32(b, uint32(length(r.Value)))
		}, nil
	}
	number := map[byte]func(r *kgo.Record, n int64) int64{
		'p': func(r *kgo.Record, _ int64) int64 { return int64(r.Partition) },
		'o': func(r *kgo.Record, _ int64) int64 { return r.Offset },
		'e': func(r *kgo.Record, _ int64) int64 { return int64(r.LeaderEpoch) },
		'T': func(r *kgo.Record, _ int64) int64 { return r.Timestamp.UnixMilli() },
		'K': func(r *kgo.Record, _ int64) int64 { return length(r.Key) },
		'V': func(r *kgo.Record, _ int64) int64 { return length(r.Value) },
		'S': func(r *kgo.Record, _ int64) int64 { return length(r.Value) },
		'H': func(r *kgo.Record, _ int64) int64 { return int64(len(r.Headers)) },
		'i': func(_ *kgo.Record, n int64) int64 { return n },
	}[verb]
	if number == nil {
		return nil, usagef("--format: unknown verb %%%c; verbs are:\n%s", verb, formatHelp)
	}
	return func(b []byte, r *kgo.Record, n int64) []byte { return strconv.AppendInt(b, number(r, n), 10) }, nil
}

func length(b []byte) int64 {
	if b == nil {
		return -1
	}
	return int64(len(b))
}

func bytesPiece(verb byte, arg string) (piece, error) {
	encode := map[string]func(dst, src []byte) []byte{
		"":       func(dst, src []byte) []byte { return append(dst, src...) },
		"hex":    hex.AppendEncode,
		"base64": base64.StdEncoding.AppendEncode,
	}[arg]
	if encode == nil {
		return nil, usagef("--format: %%%c{%s}: the forms are hex and base64", verb, arg)
	}
	if verb == 'k' {
		return func(b []byte, r *kgo.Record, _ int64) []byte { return encode(b, r.Key) }, nil
	}
	return func(b []byte, r *kgo.Record, _ int64) []byte { return encode(b, r.Value) }, nil
}

// headersPiece writes k=v,k=v, or a pattern of %k and %v for each header.
func headersPiece(arg string) (piece, error) {
	if arg == "" {
		return func(b []byte, r *kgo.Record, _ int64) []byte {
			for i, h := range r.Headers {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(append(append(b, h.Key...), '='), h.Value...)
			}
			return b
		}, nil
	}
	inner, err := newFormatter(arg)
	if err != nil {
		return nil, err
	}
	return func(b []byte, r *kgo.Record, _ int64) []byte {
		for _, h := range r.Headers {
			b = inner.append(b, &kgo.Record{Key: []byte(h.Key), Value: h.Value})
		}
		return b
	}, nil
}

// strftimeLayouts are the conversions of strftime that %d understands.
var strftimeLayouts = strings.NewReplacer("%F", "2006-01-02", "%T", "15:04:05", "%Y", "2006", "%m", "01", "%d", "02", "%H", "15",
	"%M", "04", "%S", "05", "%b", "Jan", "%B", "January", "%a", "Mon", "%A", "Monday", "%z", "-0700", "%Z", "MST", "%y", "06", "%%", "%")

func timePiece(arg string) piece {
	layout := arg
	if rest, found := strings.CutPrefix(arg, "strftime["); found {
		layout = strftimeLayouts.Replace(strings.TrimSuffix(rest, "]"))
	} else if rest, found := strings.CutPrefix(arg, "go["); found {
		layout = strings.TrimSuffix(rest, "]")
	}
	if layout == "" {
		layout = time.RFC3339Nano
	}
	return func(b []byte, r *kgo.Record, _ int64) []byte { return r.Timestamp.UTC().AppendFormat(b, layout) }
}

type headerJSON struct {
	Key         string  `json:"key"`
	Value       *string `json:"value"`
	ValueBase64 string  `json:"value_base64,omitempty"`
}

// recordJSON is a record as one JSON object. Bytes that are no UTF-8 come as base64 in a field of their own.
type recordJSON struct {
	Topic       string       `json:"topic"`
	Partition   int32        `json:"partition"`
	Offset      int64        `json:"offset"`
	Timestamp   int64        `json:"timestamp"`
	Key         *string      `json:"key"`
	KeyBase64   string       `json:"key_base64,omitempty"`
	Value       *string      `json:"value"`
	ValueBase64 string       `json:"value_base64,omitempty"`
	Headers     []headerJSON `json:"headers,omitempty"`
}

func appendJSON(b []byte, r *kgo.Record) ([]byte, error) {
	o := recordJSON{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli()}
	o.Key, o.KeyBase64 = textOrBase64(r.Key)
	o.Value, o.ValueBase64 = textOrBase64(r.Value)
	for _, h := range r.Headers {
		j := headerJSON{Key: h.Key}
		j.Value, j.ValueBase64 = textOrBase64(h.Value)
		o.Headers = append(o.Headers, j)
	}
	doc, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return append(append(b, doc...), '\n'), nil
}

func textOrBase64(b []byte) (*string, string) {
	if b == nil {
		return nil, ""
	}
	if !utf8.Valid(b) {
		return nil, base64.StdEncoding.EncodeToString(b)
	}
	s := string(b)
	return &s, ""
}

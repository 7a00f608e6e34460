package schema

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed messages.json
var messagesJSON []byte

// Range is a closed interval of versions; an empty one has Max < Min.
type Range struct{ Min, Max int16 }

// Has reports whether v lies in the range.
func (r Range) Has(v int16) bool { return v >= r.Min && v <= r.Max }

var none = Range{0, -1}

// Field is one field of a message or of a struct in it.
type Field struct {
	Name     string // lower camel case
	Type     string // without the leading []
	Array    bool
	Versions Range
	Nullable Range
	Tagged   Range
	Tag      uint32
	Flexible Range // where the field itself is written compactly, if it differs from the message
	OwnFlex  bool
	Default  any // as a Go value of the field's kind, nil for null
	Fields   []*Field
}

// Message is one request, response or header.
type Message struct {
	Key       int16
	Name      string
	Kind      string // request, response, header
	Versions  Range
	Flexible  Range
	Listeners []string
	Unstable  bool
	Fields    []*Field
}

type rawField struct {
	Name, Type, Versions string
	NullableVersions     string
	TaggedVersions       string
	FlexibleVersions     string
	Tag                  uint32
	Default              any
	Fields               []rawField
}

type rawMessage struct {
	APIKey                int16
	Type, Name            string
	ValidVersions         string
	FlexibleVersions      string
	Listeners             []string
	LatestVersionUnstable bool
	Fields                []rawField
	CommonStructs         []rawField
}

type index struct {
	requests, responses map[int16]*Message
	byName              map[string]*Message
	all                 []*Message
}

var load = sync.OnceValue(func() *index {
	var raws []rawMessage
	if err := json.Unmarshal(messagesJSON, &raws); err != nil {
		panic(fmt.Sprintf("schema: messages.json does not parse: %v", err))
	}
	ix := &index{map[int16]*Message{}, map[int16]*Message{}, map[string]*Message{}, nil}
	for _, r := range raws {
		m := r.build()
		ix.all = append(ix.all, m)
		ix.byName[m.Name] = m
		switch m.Kind {
		case "request":
			ix.requests[m.Key] = m
		case "response":
			ix.responses[m.Key] = m
		}
	}
	return ix
})

// All returns every message of the schema file, in its order.
func All() []*Message { return load().all }

// Request returns the request schema of an API key.
func Request(key int16) (*Message, bool) { m, ok := load().requests[key]; return m, ok }

// Response returns the response schema of an API key.
func Response(key int16) (*Message, bool) { m, ok := load().responses[key]; return m, ok }

// RequestNamed returns the request schema of an API's name, without the word Request.
func RequestNamed(name string) (*Message, bool) {
	m, ok := load().byName[name+"Request"]
	return m, ok
}

func header(name string) *Message { return load().byName[name] }

func (r rawMessage) build() *Message {
	common := map[string][]rawField{}
	for _, c := range r.CommonStructs {
		common[c.Name] = c.Fields
	}
	return &Message{
		Key: r.APIKey, Name: r.Name, Kind: r.Type, Versions: parseRange(r.ValidVersions),
		Flexible: parseRange(r.FlexibleVersions), Listeners: r.Listeners, Unstable: r.LatestVersionUnstable,
		Fields: buildFields(r.Fields, common),
	}
}

func buildFields(raws []rawField, common map[string][]rawField) []*Field {
	var out []*Field
	for _, r := range raws {
		f := &Field{
			Name: lowerFirst(r.Name), Type: strings.TrimPrefix(r.Type, "[]"), Array: strings.HasPrefix(r.Type, "[]"),
			Versions: parseRange(r.Versions), Nullable: parseRange(r.NullableVersions),
			Tagged: parseRange(r.TaggedVersions), Tag: r.Tag,
		}
		if r.FlexibleVersions != "" {
			f.OwnFlex, f.Flexible = true, parseRange(r.FlexibleVersions)
		}
		sub := r.Fields
		if len(sub) == 0 {
			sub = common[f.Type]
		}
		f.Fields = buildFields(sub, common)
		f.Default = f.defaultOf(r.Default)
		out = append(out, f)
	}
	return out
}

// IsStruct reports whether the field (or its elements) is a struct.
func (f *Field) IsStruct() bool { return f.Type[0] >= 'A' && f.Type[0] <= 'Z' }

func (f *Field) defaultOf(d any) any {
	s := ""
	if d != nil {
		s = fmt.Sprint(d)
	}
	switch {
	case f.Array:
		if s == "null" {
			return nil
		}
		return []any{}
	case s == "null":
		return nil
	case f.IsStruct():
		return zeroStruct
	}
	switch f.Type {
	case "bool":
		return strings.EqualFold(s, "true")
	case "string":
		return s
	case "bytes", "records":
		return []byte{}
	case "uuid":
		return [16]byte{}
	case "float64":
		v, _ := strconv.ParseFloat(s, 64)
		return v
	}
	if s == "" {
		return int64(0)
	}
	v, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		panic(fmt.Sprintf("schema: field %s: default %q", f.Name, s))
	}
	return v
}

func parseRange(s string) Range {
	switch {
	case s == "" || s == "none":
		return none
	case strings.HasSuffix(s, "+"):
		return Range{atoi(s[:len(s)-1]), math.MaxInt16}
	case strings.Contains(s, "-"):
		a, b, _ := strings.Cut(s, "-")
		return Range{atoi(a), atoi(b)}
	}
	return Range{atoi(s), atoi(s)}
}

func atoi(s string) int16 {
	v, err := strconv.ParseInt(s, 10, 16)
	if err != nil {
		panic(fmt.Sprintf("schema: version %q", s))
	}
	return int16(v)
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

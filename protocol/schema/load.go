package schema

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed messages.json records/*.json
var files embed.FS

// Set is every definition, by file.
type Set struct {
	Messages    []*Message // requests, responses and the two headers
	Metadata    []*Message
	Group       []*Message
	Transaction []*Message
	Share       []*Message
	Client      []*Message
	Raft        []*Message
}

// Load parses the definitions that stand beside this package. An error means that a definition says something this package
// does not understand.
func Load() (*Set, error) {
	s := &Set{}
	for _, f := range []struct {
		name string
		into *[]*Message
	}{
		{"messages.json", &s.Messages}, {"records/metadata.json", &s.Metadata}, {"records/group.json", &s.Group},
		{"records/transaction.json", &s.Transaction}, {"records/share.json", &s.Share}, {"records/client.json", &s.Client},
		{"records/raft.json", &s.Raft},
	} {
		b, err := files.ReadFile(f.name)
		if err != nil {
			return nil, err
		}
		if *f.into, err = Parse(b); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return s, nil
}

// Request is the request of a key, nil when there is none.
func (s *Set) Request(key int16) *Message { return s.find("request", key) }

// Response is the response of a key, nil when there is none.
func (s *Set) Response(key int16) *Message { return s.find("response", key) }

// Header is RequestHeader or ResponseHeader.
func (s *Set) Header(name string) *Message {
	for _, m := range s.Messages {
		if m.Type == "header" && m.Name == name {
			return m
		}
	}
	return nil
}

func (s *Set) find(kind string, key int16) *Message {
	for _, m := range s.Messages {
		if m.Type == kind && m.APIKey == key {
			return m
		}
	}
	return nil
}

type jsonMessage struct {
	APIKey                *int16       `json:"apiKey"`
	Type                  string       `json:"type"`
	Name                  string       `json:"name"`
	Listeners             []string     `json:"listeners"`
	ValidVersions         string       `json:"validVersions"`
	FlexibleVersions      string       `json:"flexibleVersions"`
	LatestVersionUnstable bool         `json:"latestVersionUnstable"`
	Fields                []jsonField  `json:"fields"`
	CommonStructs         []jsonStruct `json:"commonStructs"`
}

type jsonStruct struct {
	Name     string      `json:"name"`
	Versions string      `json:"versions"`
	Fields   []jsonField `json:"fields"`
}

type jsonField struct {
	Name             string          `json:"name"`
	Type             string          `json:"type"`
	Versions         string          `json:"versions"`
	NullableVersions string          `json:"nullableVersions"`
	TaggedVersions   string          `json:"taggedVersions"`
	Tag              *int            `json:"tag"`
	FlexibleVersions string          `json:"flexibleVersions"`
	Default          json.RawMessage `json:"default"`
	Ignorable        bool            `json:"ignorable"`
	MapKey           bool            `json:"mapKey"`
	EntityType       string          `json:"entityType"`
	ZeroCopy         bool            `json:"zeroCopy"`
	Fields           []jsonField     `json:"fields"`
}

// Parse reads a JSON array of definitions.
func Parse(b []byte) ([]*Message, error) {
	var raw []jsonMessage
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return nil, err
	}
	var out []*Message
	for _, r := range raw {
		m, err := parseMessage(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func parseMessage(r jsonMessage) (*Message, error) {
	m := &Message{Name: r.Name, Type: r.Type, APIKey: -1, Listeners: r.Listeners, LatestUnstable: r.LatestVersionUnstable}
	if r.APIKey != nil {
		m.APIKey = *r.APIKey
	}
	var err error
	if m.Valid, err = parseVersions(r.ValidVersions); err != nil {
		return nil, err
	}
	if m.Flexible, err = parseVersions(r.FlexibleVersions); err != nil {
		return nil, err
	}
	p := parser{structs: map[string]*Struct{}, bodies: map[string][]jsonField{}}
	for _, c := range r.CommonStructs {
		p.bodies[c.Name] = c.Fields
	}
	p.collect(r.Fields)
	for _, c := range r.CommonStructs {
		p.collect(c.Fields)
	}
	m.Fields, err = p.fields(r.Fields)
	return m, err
}

// A parser resolves the struct names of one message: those of its common structs and those defined where they are first used.
type parser struct {
	bodies  map[string][]jsonField
	structs map[string]*Struct
}

func (p *parser) collect(fields []jsonField) {
	for _, f := range fields {
		if name := strings.TrimPrefix(f.Type, "[]"); len(f.Fields) > 0 && p.bodies[name] == nil {
			p.bodies[name] = f.Fields
		}
		p.collect(f.Fields)
	}
}

func (p *parser) fields(raw []jsonField) ([]*Field, error) {
	out := make([]*Field, 0, len(raw))
	for _, r := range raw {
		f, err := p.field(r)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", r.Name, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func (p *parser) field(r jsonField) (*Field, error) {
	f := &Field{Name: r.Name, Tag: -1, Ignorable: r.Ignorable, MapKey: r.MapKey, Entity: r.EntityType,
		NotCompact: r.FlexibleVersions == "none"}
	var err error
	if f.Versions, err = parseVersions(r.Versions); err != nil {
		return nil, err
	}
	if f.Tagged, err = parseVersions(r.TaggedVersions); err != nil {
		return nil, err
	}
	if r.Versions == "" { // a few tagged fields say only where they are tagged
		f.Versions = f.Tagged
	}
	if f.Nullable, err = parseVersions(r.NullableVersions); err != nil {
		return nil, err
	}
	if r.Tag != nil {
		f.Tag = *r.Tag
	}
	if f.Type, err = p.typeOf(r.Type); err != nil {
		return nil, err
	}
	return f, f.setDefault(r.Default)
}

func (p *parser) typeOf(name string) (Type, error) {
	if elem, ok := strings.CutPrefix(name, "[]"); ok {
		t, err := p.typeOf(elem)
		return Type{Kind: Array, Elem: &t}, err
	}
	if k, ok := kindNames[name]; ok {
		return Type{Kind: k}, nil
	}
	if s := p.structs[name]; s != nil {
		if s.Fields == nil {
			return Type{}, fmt.Errorf("struct %s contains itself", name)
		}
		return Type{Kind: StructKind, Struct: s}, nil
	}
	body, ok := p.bodies[name]
	if !ok {
		return Type{}, fmt.Errorf("unknown type %q", name)
	}
	s := &Struct{Name: name}
	p.structs[name] = s
	fields, err := p.fields(body)
	s.Fields = fields
	return Type{Kind: StructKind, Struct: s}, err
}

// setDefault keeps a default as text, whether the definition quotes it or not. A bare null is no default, as Kafka's own
// generator reads it: the field's default is then the empty value of its type, and only "null" in quotes means null.
func (f *Field) setDefault(raw json.RawMessage) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	f.Default = string(raw)
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &f.Default); err != nil {
			return err
		}
	}
	switch f.Type.Kind {
	case Int8, Int16, Uint16, Int32, Int64:
		if _, err := strconv.ParseInt(f.Default, 0, 64); err != nil {
			return fmt.Errorf("default %q of a number", f.Default)
		}
	}
	return nil
}

package main

import (
	"strings"

	"github.com/kbroker/kbroker/protocol/schema"
)

// A goPackage is one generated file of record types.
type goPackage struct {
	file     string
	name     string
	messages []*schema.Message
	source   string
	// typeName names the type of a message.
	typeName func(m *schema.Message) string
	// structName names the type of a struct within a message.
	structName func(m *schema.Message, s *schema.Struct) string
	// extra writes what the package needs beyond the types' encodings.
	extra func(w *writer, p *goPackage)
	// strict makes bytes after a message an error.
	strict bool
	// keyed types tell their api key.
	keyed bool
}

func packages(set *schema.Set) []*goPackage {
	var coord []*schema.Message
	for _, part := range [][]*schema.Message{set.Group, set.Transaction, set.Share} {
		for _, m := range part {
			if !strings.HasPrefix(m.Name, "LegacyOffsetCommit") { // the same bytes as OffsetCommit at version 0
				coord = append(coord, m)
			}
		}
	}
	var client []*schema.Message
	for _, m := range set.Client {
		if m.Name != "AbortedTxn" && m.Name != "ControlRecordTypeSchema" { // fixed forms, written by hand
			client = append(client, m)
		}
	}
	return []*goPackage{
		{
			file: "metarec/records_generated.go", name: "metarec", messages: set.Metadata, source: "records/metadata.json",
			typeName:   func(m *schema.Message) string { return goName(strings.TrimSuffix(m.Name, "Record")) },
			structName: func(_ *schema.Message, s *schema.Struct) string { return goName(s.Name) },
			extra:      metarecExtra, strict: true, keyed: true,
		},
		{
			file: "coordrec/records_generated.go", name: "coordrec", messages: coord,
			source:   "records/group.json, transaction.json and share.json",
			typeName: func(m *schema.Message) string { return goName(m.Name) }, structName: prefixed,
			extra: coordrecExtra(set), keyed: true,
		},
		{
			file: "record/control/records_generated.go", name: "control", messages: client, source: "records/client.json",
			typeName: func(m *schema.Message) string { return goName(trimKind(m.Name)) }, structName: prefixed,
			extra: func(*writer, *goPackage) {},
		},
	}
}

// trimKind takes the word that only says what kind of definition it is off a message's name.
func trimKind(name string) string {
	for _, suffix := range []string{"Record", "Message", "Data", "Value", "Key"} {
		if s, ok := strings.CutSuffix(name, suffix); ok {
			return s
		}
	}
	return name
}

// prefixed names a struct after its message, as two messages may use one name for different structs.
func prefixed(m *schema.Message, s *schema.Struct) string {
	return goName(trimKind(m.Name)) + goName(s.Name)
}

// goName writes a schema name as an exported Go name with Go's initialisms.
func goName(name string) string {
	name = strings.ToUpper(name[:1]) + name[1:]
	for _, word := range []struct{ from, to string }{
		{"Ids", "IDs"}, {"Id", "ID"}, {"Isr", "ISR"}, {"Elr", "ELR"}, {"Zk", "ZK"},
	} {
		for i := 0; ; {
			j := strings.Index(name[i:], word.from)
			if j < 0 {
				break
			}
			j += i
			i = j + len(word.from)
			if i == len(name) || name[i] >= 'A' && name[i] <= 'Z' {
				name = name[:j] + word.to + name[i:]
			}
		}
	}
	return name
}

func metarecExtra(w *writer, p *goPackage) {
	w.line("// New makes an empty record of a type, with the defaults of its fields; nil for a type that does not exist.")
	w.line("func New(apiKey int16) Record {")
	w.line("switch apiKey {")
	for _, m := range p.messages {
		w.line("case %d:", m.APIKey)
		w.line("return New%s()", p.typeName(m))
	}
	w.line("}")
	w.line("return nil")
	w.line("}")
}

func coordrecExtra(set *schema.Set) func(*writer, *goPackage) {
	return func(w *writer, p *goPackage) {
		for _, half := range []struct{ kind, fn, iface string }{
			{"coordinator-key", "newKey", "Key"}, {"coordinator-value", "newValue", "Value"},
		} {
			w.line("func %s(kind Kind, apiKey int16) %s {", half.fn, half.iface)
			w.line("switch kind {")
			for _, log := range []struct {
				kind     string
				messages []*schema.Message
			}{{"Group", set.Group}, {"Transaction", set.Transaction}, {"Share", set.Share}} {
				w.line("case %s:", log.kind)
				w.line("switch apiKey {")
				for _, m := range log.messages {
					if m.Type == half.kind && !strings.HasPrefix(m.Name, "Legacy") {
						w.line("case %d:", m.APIKey)
						w.line("return New%s()", p.typeName(m))
					}
				}
				w.line("}")
			}
			w.line("}")
			w.line("return nil")
			w.line("}")
		}
		for _, log := range []struct {
			kind     string
			messages []*schema.Message
		}{{"Group", set.Group}, {"Transaction", set.Transaction}, {"Share", set.Share}} {
			for _, m := range log.messages {
				if strings.HasPrefix(m.Name, "Legacy") {
					continue
				}
				w.line("// Kind tells whose log the record stands in.")
				w.line("func (*%s) Kind() Kind { return %s }", p.typeName(m), log.kind)
				if m.Type == "coordinator-key" {
					w.line("func (*%s) isKey() {}", p.typeName(m))
				} else {
					w.line("func (*%s) isValue() {}", p.typeName(m))
				}
			}
		}
	}
}

// Package parity measures how much of Kafka 4.4's wire protocol a broker offers: api-versions, feature levels, and what
// is missing or beyond.
package parity

import (
	_ "embed"
	"fmt"
	"sort"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/wire"
)

//go:embed expected.txt
var expectedText string

// API is one row of a broker's table.
type API struct {
	Key      int16
	Name     string
	Min, Max int16
}

func (a API) count() int {
	if a.Max < a.Min {
		return 0
	}
	return int(a.Max-a.Min) + 1
}

// Feature is a feature with its finalised level; Level 0 means that it is not finalised.
type Feature struct {
	Name  string
	Level int64
}

// Table is what a broker offers.
type Table struct {
	APIs     []API
	Features []Feature
}

// Total is the number of (key, version) pairs.
func (t Table) Total() int {
	n := 0
	for _, a := range t.APIs {
		n += a.count()
	}
	return n
}

// Expected is the table of a new 4.4 cluster's broker listener.
func Expected() (Table, error) {
	var t Table
	for i, l := range strings.Split(expectedText, "\n") {
		f := strings.Fields(l)
		switch {
		case len(f) == 0 || f[0] == "#":
		case f[0] == "api" && len(f) == 5:
			var a API
			if _, err := fmt.Sscan(f[1]+" "+f[3]+" "+f[4], &a.Key, &a.Min, &a.Max); err != nil {
				return t, fmt.Errorf("expected.txt:%d: %w", i+1, err)
			}
			a.Name = f[2]
			t.APIs = append(t.APIs, a)
		case f[0] == "feature" && len(f) == 3:
			var ft Feature
			ft.Name = f[1]
			if _, err := fmt.Sscan(f[2], &ft.Level); err != nil {
				return t, fmt.Errorf("expected.txt:%d: %w", i+1, err)
			}
			t.Features = append(t.Features, ft)
		default:
			return t, fmt.Errorf("expected.txt:%d: %q", i+1, l)
		}
	}
	return t, nil
}

// Of asks a broker for its table.
func Of(bootstrap string) (Table, error) {
	c, err := wire.Dial(bootstrap, "parity")
	if err != nil {
		return Table{}, err
	}
	defer c.Close()
	s, err := c.Do("ApiVersions", 4, map[string]any{"clientSoftwareName": "kbroker-parity", "clientSoftwareVersion": "1"})
	if err != nil {
		return Table{}, err
	}
	return tableOf(s), nil
}

func tableOf(s schema.Struct) Table {
	var t Table
	for _, k := range list(s, "apiKeys") {
		key := integer(k, "apiKey")
		name := fmt.Sprintf("key %d", key)
		if m, ok := schema.Request(int16(key)); ok {
			name = strings.TrimSuffix(m.Name, "Request")
		}
		t.APIs = append(t.APIs, API{int16(key), name, int16(integer(k, "minVersion")), int16(integer(k, "maxVersion"))})
	}
	for _, f := range list(s, "finalizedFeatures") {
		n, _ := f.(schema.Struct).Get("name")
		t.Features = append(t.Features, Feature{n.(string), integer(f, "maxVersionLevel")})
	}
	sort.Slice(t.APIs, func(i, j int) bool { return t.APIs[i].Key < t.APIs[j].Key })
	sort.Slice(t.Features, func(i, j int) bool { return t.Features[i].Name < t.Features[j].Name })
	return t
}

func list(s schema.Struct, name string) []any {
	v, _ := s.Get(name)
	l, _ := v.([]any)
	return l
}

func integer(v any, name string) int64 {
	n, _ := v.(schema.Struct).Get(name)
	i, _ := n.(int64)
	return i
}

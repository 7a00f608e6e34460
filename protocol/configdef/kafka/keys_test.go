package kafka

import (
	"fmt"
	"os"
	"strings"
	"testing"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

func readTSV(t *testing.T, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
		rows = append(rows, strings.Split(line, "\t"))
	}
	return rows
}

func setOf(t *testing.T, scope string) *cd.Def {
	t.Helper()
	switch scope {
	case "broker":
		return Broker
	case "topic":
		return Topic
	case "group":
		return Group
	case "client-metrics":
		return ClientMetrics
	}
	t.Fatalf("unknown scope %q", scope)
	return nil
}

// TestCountsOfKeys: 378 broker and 37 topic keys stood in the release branch, 29 and 1 of them internal; the release
// itself added one of each.
func TestCountsOfKeys(t *testing.T) {
	for _, c := range []struct {
		set             *cd.Def
		total, internal int
	}{{Broker, 378 + 1, 29}, {Topic, 37 + 1, 1}, {Group, 27, 6}, {ClientMetrics, 3, 0}} {
		hidden := 0
		for _, k := range c.set.Keys() {
			if k.Internal {
				hidden++
			}
		}
		if c.set.Len() != c.total || hidden != c.internal {
			t.Errorf("%s: %d keys, %d internal; want %d, %d", c.set.Keys()[0].Scope, c.set.Len(), hidden, c.total, c.internal)
		}
	}
}

// TestKeysAgreeWithTheRelease compares each key with the facts taken from the 4.4.0 release and its handling with the
// reference page.
func TestKeysAgreeWithTheRelease(t *testing.T) {
	rows := readTSV(t, "testdata/keys.tsv")
	count := map[string]int{}
	for _, r := range rows {
		k := setOf(t, r[0]).Lookup(r[1])
		count[r[0]]++
		if k == nil {
			t.Errorf("%s %s is missing", r[0], r[1])
			continue
		}
		def := "null"
		if text, ok := k.Default.Get(); ok {
			def = "=" + text
		} else if k.Default.IsRequired() {
			def = "(required)"
		}
		mode, internal := "-", "-"
		if r[0] == "broker" {
			mode = k.Dynamic.String()
		}
		if k.Internal {
			internal = "internal"
		}
		handling := r[7]
		if handling != "-" {
			handling = strings.ToUpper(k.Handling.String()[:1])
		}
		synonyms := ""
		if r[0] != "broker" {
			var s []string
			for _, y := range k.Synonyms {
				s = append(s, fmt.Sprintf("%s*%d", y.Name, y.Factor))
			}
			synonyms = strings.Join(s, " ")
		}
		got := strings.Join([]string{r[0], k.Name, k.Type.String(), def, strings.ToUpper(k.Importance.String()), internal, mode, handling, synonyms}, "\t")
		if want := strings.Join(r, "\t"); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	for _, scope := range []string{"broker", "topic", "group", "client-metrics"} {
		if n := setOf(t, scope).Len(); n != count[scope] {
			t.Errorf("%s: %d keys defined, %d in the release", scope, n, count[scope])
		}
	}
}

// TestEveryKeyIsWellFormed: a sentence of documentation, a default that passes its own check, synonyms that exist.
func TestEveryKeyIsWellFormed(t *testing.T) {
	for _, set := range []*cd.Def{Broker, BrokerDynamicOnly, Topic, Group, ClientMetrics} {
		seen := map[string]bool{}
		for _, k := range set.Keys() {
			if seen[k.Name] {
				t.Errorf("%s twice", k.Name)
			}
			seen[k.Name] = true
			if !strings.HasSuffix(k.Doc, ".") || strings.ToUpper(k.Doc[:1]) != k.Doc[:1] {
				t.Errorf("%s: %q is no sentence", k.Name, k.Doc)
			}
			if text, ok := k.Default.Get(); ok {
				if v, err := k.Parse(text); err != nil {
					t.Errorf("%s: default: %v", k.Name, err)
				} else if k.Type != cd.Password && v.String() != text {
					t.Errorf("%s: default %q reads back as %q", k.Name, text, v)
				}
			}
			for _, s := range k.Synonyms {
				if Broker.Lookup(s.Name) == nil || s.Factor < 1 {
					t.Errorf("%s: synonym %v", k.Name, s)
				}
			}
		}
	}
}

// TestParsingAgreesWithTheRelease replays values that the 4.4.0 release was given, with its answers.
func TestParsingAgreesWithTheRelease(t *testing.T) {
	for _, r := range readTSV(t, "testdata/parse.tsv") {
		got := ""
		if v, err := setOf(t, r[0]).Parse(r[1], r[2]); err != nil {
			got = "error\t" + err.Error()
		} else {
			got = "ok\t" + v.String()
		}
		if want := r[3] + "\t" + r[4]; got != want {
			t.Errorf("%s %s=%q\n got %s\nwant %s", r[0], r[1], r[2], got, want)
		}
	}
}

func TestBaseKeyFindsListenerKeys(t *testing.T) {
	for name, want := range map[string]string{
		"listener.name.external.ssl.keystore.location":      "ssl.keystore.location",
		"listener.name.external.plain.sasl.jaas.config":     "sasl.jaas.config",
		"listener.name.tc-0.scram-sha-256.sasl.jaas.config": "sasl.jaas.config",
		"listener.name.external.max.connections":            "max.connections",
		"ssl.keystore.location":                             "ssl.keystore.location",
		"leader.replication.throttled.rate":                 "leader.replication.throttled.rate",
		"listener.name.external.nonsense":                   "",
		"nonsense":                                          "",
	} {
		got := ""
		if k, _ := BaseKey(name); k != nil {
			got = k.Name
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

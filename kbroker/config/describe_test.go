package config

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

func mustLoad(t *testing.T, src Sources) *Static {
	t.Helper()
	s, _, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fromFile(t *testing.T, path string) *Static {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	props, err := ParseProperties(path, data)
	if err != nil {
		t.Fatal(err)
	}
	return mustLoad(t, Sources{File: props, FileName: path})
}

var resourceTypes = map[string]kafka.ResourceType{"topic": kafka.ResourceTopic, "broker": kafka.ResourceBroker,
	"group": kafka.ResourceGroup, "client-metrics": kafka.ResourceClientMetrics}

// TestTrap043Trap044Trap049DescribeAgreesWithTheRelease replays a session with the 4.4.0 release: alterations of topics,
// brokers, the default of all brokers, groups and client metrics, and what DescribeConfigs then answered, row by row.
// The release sets min.insync.replicas as cluster default by itself, because eligible leader replicas are on.
func TestTrap043Trap044Trap049DescribeAgreesWithTheRelease(t *testing.T) {
	static := fromFile(t, "testdata/describe.properties")
	state := map[kafka.Resource]map[string]string{{Type: kafka.ResourceBroker}: {"min.insync.replicas": "1"}}
	datadriven.RunTest(t, "testdata/describe.txt", func(t *testing.T, d *datadriven.TestData) string {
		r := kafka.Resource{Type: resourceTypes[d.CmdArgs[0].Key]}
		d.MaybeScanArgs(t, "name", &r.Name)
		if d.Cmd != "describe" {
			return alter(t, d, state, r)
		}
		snap, warnings := NewSnapshot(static, state[kafka.Resource{Type: kafka.ResourceBroker}],
			state[kafka.Resource{Type: kafka.ResourceBroker, Name: "1"}])
		if len(warnings) > 0 {
			t.Errorf("warnings: %v", warnings)
		}
		q := Query{IncludeSynonyms: true}
		for _, a := range d.CmdArgs {
			if a.Key == "keys" {
				q.Names = a.Vals
			}
		}
		return rows(describe(snap, r, state[r], q))
	})
}

func alter(t *testing.T, d *datadriven.TestData, state map[kafka.Resource]map[string]string, r kafka.Resource) string {
	t.Helper()
	var ops []kafka.Operation
	for line := range strings.SplitSeq(d.Input, "\n") {
		if line == "" {
			continue
		}
		f := strings.SplitN(line, " ", 3)
		o := kafka.Operation{Name: f[0]}
		text := f[len(f)-1]
		if d.Cmd == "incremental" {
			for o.Op.String() != f[1] {
				o.Op++
			}
		}
		v, err := strconv.Unquote(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Value = &v
		ops = append(ops, o)
	}
	res, err := kafka.Alter(r.Type, state[r], ops)
	if d.Cmd == "legacy" {
		res, err = kafka.Replace(state[r], ops)
	}
	if err != nil {
		return err.Message
	}
	state[r] = res.Next
	return "0\n"
}

func describe(s *Snapshot, r kafka.Resource, configs map[string]string, q Query) []Entry {
	switch {
	case r.Type == kafka.ResourceTopic:
		return s.DescribeTopic(configs, q)
	case r.Type == kafka.ResourceGroup:
		return s.DescribeGroup(configs, q)
	case r.Type == kafka.ResourceClientMetrics:
		return DescribeClientMetrics(configs, q)
	case r.Name == "":
		return s.DescribeBrokerDefault(q)
	}
	return s.DescribeBroker(q)
}

func rows(entries []Entry) string {
	show := func(p *string) string {
		if p == nil {
			return "null"
		}
		return strconv.Quote(*p)
	}
	var b strings.Builder
	for _, e := range entries {
		var syn []string
		for _, y := range e.Synonyms {
			syn = append(syn, fmt.Sprintf("%s=%s@%d", y.Name, show(y.Value), y.Source))
		}
		fmt.Fprintf(&b, "%s=%s src=%d ro=%v sens=%v type=%d syn=[%s]\n", e.Name, show(e.Value), e.Source, e.ReadOnly,
			e.Sensitive, e.Type, strings.Join(syn, " "))
	}
	return b.String()
}

func TestTrap046TopicWithoutConfigsIsAtItsDefaults(t *testing.T) {
	snap, _ := NewSnapshot(mustLoad(t, Sources{}), nil, nil)
	for _, e := range snap.DescribeTopic(nil, Query{}) {
		if e.Source == SourceTopic {
			t.Errorf("%s claims to be set on the topic", e.Name)
		}
	}
	v := map[string]string{"retention.ms": "604800000"}
	for _, e := range snap.DescribeTopic(v, Query{Names: []string{"retention.ms"}}) {
		if e.Source != SourceTopic {
			t.Errorf("retention.ms set to its default has source %d", e.Source)
		}
	}
}

// TestTrap045DescribedValuesCanBeWrittenBack: what DescribeConfigs says of a topic is accepted by AlterConfigs.
func TestTrap045DescribedValuesCanBeWrittenBack(t *testing.T) {
	snap, _ := NewSnapshot(mustLoad(t, Sources{}), nil, nil)
	var ops []kafka.Operation
	for _, e := range snap.DescribeTopic(nil, Query{}) {
		ops = append(ops, kafka.Operation{Name: e.Name, Value: e.Value})
	}
	res, err := kafka.Replace(nil, ops)
	if err == nil {
		err = kafka.ValidateTopic(res.Next)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDocumentationOnlyWhenAskedFor(t *testing.T) {
	snap, _ := NewSnapshot(mustLoad(t, Sources{Set: []string{"odd.name=1"}}), nil, nil)
	for _, e := range snap.DescribeBroker(Query{}) {
		if e.Doc != nil || e.Synonyms != nil {
			t.Fatalf("%s: documentation or synonyms without being asked for", e.Name)
		}
	}
	for _, e := range snap.DescribeBroker(Query{IncludeDoc: true}) {
		if (e.Doc == nil) != (e.Name == "odd.name") {
			t.Errorf("%s: doc %v", e.Name, e.Doc)
		}
	}
}

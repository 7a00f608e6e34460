package kafka

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

var types = map[string]ResourceType{"topic": ResourceTopic, "broker": ResourceBroker, "group": ResourceGroup,
	"client-metrics": ResourceClientMetrics}

// TestTrap047AlterationsAgreeWithTheRelease replays alterations that the 4.4.0 release was given, with its error codes
// and texts. State is kept per resource, ELR is on and the cluster default of min.insync.replicas set, as in that run.
func TestTrap047AlterationsAgreeWithTheRelease(t *testing.T) {
	state := map[Resource]map[string]string{{Type: ResourceBroker}: {"min.insync.replicas": "1"}}
	datadriven.RunTest(t, "testdata/alter.txt", func(t *testing.T, d *datadriven.TestData) string {
		r := Resource{Type: types[d.CmdArgs[0].Key]}
		d.MaybeScanArgs(t, "name", &r.Name)
		var ops []Operation
		for line := range strings.SplitSeq(d.Input, "\n") {
			if line != "" {
				ops = append(ops, parseOp(t, line))
			}
		}
		res, err := Alter(r.Type, state[r], ops)
		if d.Cmd == "legacy" {
			res, err = Replace(state[r], ops)
		}
		if err == nil {
			err = Validate(r, state[r], res.Next, Environment{ELR: true})
		}
		if err != nil {
			return fmt.Sprintf("%d %s\n", err.Code, err.Message)
		}
		state[r] = res.Next
		return "0\n"
	})
}

func parseOp(t *testing.T, line string) Operation {
	t.Helper()
	f := strings.SplitN(line, " ", 3)
	o := Operation{Name: strings.Trim(f[0], `"`)}
	for op := OpSet; op <= OpSubtract; op++ {
		if f[1] == op.String() {
			o.Op = op
			f = append(f[:1], f[2:]...)
			break
		}
	}
	text := strings.Join(f[1:], " ")
	if text == "null" {
		return o
	}
	v, err := strconv.Unquote(text)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	o.Value = &v
	return o
}

func TestTrap045LegacyAlterationResetsWhatIsOmitted(t *testing.T) {
	v := "1000"
	before := map[string]string{"retention.ms": "5", "flush.ms": "1000"}
	res, err := Replace(before, []Operation{{Name: "flush.ms", Value: &v}})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(res.Next, map[string]string{"flush.ms": "1000"}) {
		t.Errorf("got %v", res.Next)
	}
	if len(res.Changes) != 1 || res.Changes[0].Name != "retention.ms" || res.Changes[0].Value != nil {
		t.Errorf("changes %v", res.Changes)
	}
	if before["retention.ms"] != "5" {
		t.Error("the current map was changed")
	}
}

func TestTrap046SettingTheDefaultIsAChange(t *testing.T) {
	v := "604800000"
	res, err := Alter(ResourceTopic, nil, []Operation{{Name: "retention.ms", Value: &v}})
	if err != nil || len(res.Changes) != 1 || res.Next["retention.ms"] != v {
		t.Errorf("%v %v", res, err)
	}
	res, _ = Alter(ResourceTopic, res.Next, []Operation{{Name: "retention.ms", Value: &v}})
	if len(res.Changes) != 0 {
		t.Errorf("setting the same value again changed %v", res.Changes)
	}
}

func TestRefusedClasses(t *testing.T) {
	for _, c := range []struct {
		name, value string
		refused     bool
	}{
		{"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer", false},
		{"authorizer.class.name", "kafka.security.auth.SimpleAclAuthorizer", false},
		{"authorizer.class.name", "com.example.Mine", true},
		{"authorizer.class.name", "", false},
		{"remote.log.storage.system.enable", "true", true},
		{"remote.log.reader.threads", "20", false},
		{"group.consumer.assignors", "range", false},
		{"group.consumer.assignors", "range,com.example.Mine", true},
		{"create.topic.policy.class.name", "com.example.Policy", true},
		{"listener.name.a.ssl.engine.factory.class", "com.example.Engine", true},
		{"sasl.kerberos.kinit.cmd", "/opt/kinit", false},
	} {
		k, _ := BaseKey(c.name)
		v, err := k.Parse(c.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := Refusal(c.name, v); (got != nil) != c.refused {
			t.Errorf("%s=%s: %v", c.name, c.value, got)
		}
	}
}

package protocol

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

type schemaMessage struct {
	APIKey           int16    `json:"apiKey"`
	Type             string   `json:"type"`
	Name             string   `json:"name"`
	ValidVersions    string   `json:"validVersions"`
	FlexibleVersions string   `json:"flexibleVersions"`
	Listeners        []string `json:"listeners"`
}

func schemaRequests(t *testing.T) map[int16]schemaMessage {
	t.Helper()
	raw, err := os.ReadFile("schema/messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []schemaMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	requests := map[int16]schemaMessage{}
	for _, m := range all {
		if m.Type == "request" && m.ValidVersions != "none" {
			requests[m.APIKey] = m
		}
	}
	return requests
}

func TestTableAgreesWithTheSchemas(t *testing.T) {
	requests := schemaRequests(t)
	for key := int16(0); key < NumKeys; key++ {
		m, inSchema := requests[key]
		api := Lookup(key)
		if (api != nil) != inSchema {
			t.Errorf("key %d: in the table %v, in the schemas %v", key, api != nil, inSchema)
			continue
		}
		if api == nil {
			continue
		}
		versions := fmt.Sprintf("%d-%d", api.Accept, api.Max)
		if api.Accept == api.Max {
			versions = fmt.Sprint(api.Max)
		}
		if key == 22 { // v6 is unstable in 4.4
			versions = "0-6"
		}
		if m.ValidVersions != versions {
			t.Errorf("%s: serves %s, schema %s", api.Name, versions, m.ValidVersions)
		}
		flexible := fmt.Sprintf("%d+", api.Flexible)
		if api.Flexible == never {
			flexible = "none"
		}
		if m.FlexibleVersions != flexible || m.Name != api.Name+"Request" {
			t.Errorf("key %d: %s flexible from %s, schema %s %s", key, api.Name, flexible, m.Name, m.FlexibleVersions)
		}
		if slices.Contains(m.Listeners, "broker") != (api.Listeners&BrokerEnd != 0) ||
			slices.Contains(m.Listeners, "controller") != (api.Listeners&ControllerEnd != 0) {
			t.Errorf("%s: listeners %b, schema %v", api.Name, api.Listeners, m.Listeners)
		}
		if api.Key != key || api.Min < 0 || api.Min > api.Accept || api.Accept > api.Max {
			t.Errorf("row %d breaks its invariant: %+v", key, *api)
		}
	}
}

func TestTrap014FlexibleBoundariesAgreeWithKmsg(t *testing.T) {
	for key := int16(0); key < NumKeys; key++ {
		api := Lookup(key)
		if api == nil {
			continue
		}
		req := kmsg.RequestForKey(key)
		if req == nil {
			t.Errorf("kmsg does not know %s", api.Name)
			continue
		}
		for v := api.Min; v <= api.Max; v++ {
			req.SetVersion(v)
			resp := req.ResponseKind()
			resp.SetVersion(v)
			if req.IsFlexible() != api.FlexibleRequest(v) {
				t.Errorf("%s v%d: request flexible %v, kmsg %v", api.Name, v, api.FlexibleRequest(v), req.IsFlexible())
			}
			if want := resp.IsFlexible() && key != KeyApiVersions; want != api.FlexibleResponseHeader(v) {
				t.Errorf("%s v%d: response header flexible %v, want %v", api.Name, v, !want, want)
			}
		}
	}
}

// The table of a real release: what a client guesses a version from (trap T110).
func TestTrap110TheWholeTableIsThatOf44(t *testing.T) {
	var keys []int16
	for key := int16(0); key < NumKeys; key++ {
		if api := Lookup(key); api != nil && api.Listeners&BrokerEnd != 0 {
			keys = append(keys, key)
		}
	}
	table, err := NewTable(BrokerEnd, keys...)
	if err != nil {
		t.Fatal(err)
	}
	resp, _, err := (&ApiVersions{Table: table}).Answer(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if guess := kversion.FromApiVersionsResponse(resp).VersionGuess(); guess != "v4.4" {
		t.Errorf("guessed as %s", guess)
	}
	versions := 0
	for _, k := range resp.ApiKeys {
		versions += int(k.MaxVersion-k.MinVersion) + 1
	}
	if want := 285 + 2; versions != want { // the two of telemetry are advertised with a metrics receiver only
		t.Errorf("%d api-versions, want %d", versions, want)
	}
}

func TestTrap001ProduceIsAdvertisedFrom0AndServedFrom3(t *testing.T) {
	table, err := NewTable(BrokerEnd, KeyProduce)
	if err != nil {
		t.Fatal(err)
	}
	resp, _, err := (&ApiVersions{Table: table}).Answer(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if k := resp.ApiKeys[0]; k.ApiKey != 0 || k.MinVersion != 0 || k.MaxVersion != 13 {
		t.Errorf("advertised %+v", k)
	}
	for v := int16(0); v < 3; v++ {
		if got := table.Judge(KeyProduce, v); got != RefuseOldProduce {
			t.Errorf("v%d: %v", v, got)
		}
	}
	if table.Judge(KeyProduce, 3) != Serve || table.Judge(KeyProduce, 13) != Serve || table.Judge(KeyProduce, 14) != CloseUnknownVersion {
		t.Error("the range 3-13 is not what is served")
	}
}

func TestJudgeClosesOnWhatIsNotServed(t *testing.T) {
	table, err := NewTable(BrokerEnd, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key, version int16
		want         Verdict
	}{
		{1, 4, Serve}, {1, 18, Serve}, {1, 3, CloseUnknownVersion}, {1, 19, CloseUnknownVersion}, {1, -1, CloseUnknownVersion},
		{0, 9, CloseUnknownKey}, {2, 1, CloseUnknownKey}, {4, 0, CloseUnknownKey}, {-1, 0, CloseUnknownKey}, {95, 0, CloseUnknownKey},
		{32767, 0, CloseUnknownKey}, {18, 0, AnswerApiVersions}, {18, 9, AnswerApiVersions}, {18, -1, AnswerApiVersions},
	} {
		if got := table.Judge(c.key, c.version); got != c.want {
			t.Errorf("key %d v%d: %v, want %v", c.key, c.version, got, c.want)
		}
	}
}

func TestTableRefusesKeysThatDoNotBelong(t *testing.T) {
	for _, c := range []struct {
		end  Ends
		keys []int16
	}{{BrokerEnd, []int16{4}}, {BrokerEnd, []int16{52}}, {ControllerEnd, []int16{0}}, {BrokerEnd, []int16{1, 1}}, {both, nil}, {BrokerEnd, []int16{95}}} {
		if _, err := NewTable(c.end, c.keys...); err == nil {
			t.Errorf("NewTable(%v, %v) succeeded", c.end, c.keys)
		}
	}
}

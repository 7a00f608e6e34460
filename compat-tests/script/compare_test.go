package script

import "testing"

const kafkaSays = "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: \"no such thing\"}\n"

func verdicts(want, got string, list ExpectedList) []Verdict {
	_, ds := Compare("s", want, got, list)
	var out []Verdict
	for _, d := range ds {
		out = append(out, d.Verdict)
	}
	return out
}

func TestCompareTellsBehaviourFromWording(t *testing.T) {
	if v := verdicts(kafkaSays, kafkaSays, nil); v != nil {
		t.Errorf("the same transcript: %v", v)
	}
	wording := "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: \"not there\"}\n"
	if v := verdicts(kafkaSays, wording, nil); len(v) != 1 || v[0] != Wording {
		t.Errorf("another message: %v", v)
	}
	null := "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: null}\n"
	if v := verdicts(kafkaSays, null, nil); len(v) != 1 || v[0] != Different {
		t.Errorf("no message: %v", v)
	}
	if v := verdicts(null, kafkaSays, nil); len(v) != 1 || v[0] != Wording {
		t.Errorf("a message where Kafka has none: %v", v)
	}
	short := "> A v1 {}\n< {errorCode: NONE, x: 2}\n"
	if v := verdicts(kafkaSays, short, nil); len(v) != 2 || v[0] != Different || v[1] != Different {
		t.Errorf("a field changed and an exchange missing: %v", v)
	}
}

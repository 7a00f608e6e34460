package script

import (
	"os"
	"path/filepath"
	"testing"
)

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

func TestAnEntryThatExcusesNothingIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "expected")
	text := "a-* | ^Ask | old|new | wanted so\na-* | ^Ask | gone | nobody sees it\nb | . | . | another script's\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	list, err := ReadExpected(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, ds := Compare("a-1", "> Ask\n< old\n", "> Ask\n< new\n", list); len(ds) != 1 || ds[0].Verdict != Expected {
		t.Fatalf("%+v", ds)
	}
	if got := list.Unused([]string{"a-1"}); len(got) != 1 || got[0] != "a-* | ^Ask | nobody sees it" {
		t.Errorf("%q", got)
	}
}

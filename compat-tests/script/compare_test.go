package script

import (
	"os"
	"path/filepath"
	"testing"
)

const kafkaSays = "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: \"no such thing\"}\n"

func verdicts(want, got string, list ExpectedList) []Verdict { return verdictsOf("s", want, got, list) }

func verdictsOf(name, want, got string, list ExpectedList) []Verdict {
	_, ds := Compare(name, want, got, list)
	var out []Verdict
	for _, d := range ds {
		out = append(out, d.Verdict)
	}
	return out
}

func TestCompareTakesTheTextOfAnErrorForAField(t *testing.T) {
	if v := verdicts(kafkaSays, kafkaSays, nil); v != nil {
		t.Errorf("the same transcript: %v", v)
	}
	other := "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: \"not there\"}\n"
	if v := verdicts(kafkaSays, other, nil); len(v) != 1 || v[0] != Different {
		t.Errorf("another message: %v", v)
	}
	null := "> A v1 {}\n< {errorCode: NONE, x: 1}\n> B v1 {}\n< {errorCode: UNKNOWN(3), errorMessage: null}\n"
	if v := verdicts(kafkaSays, null, nil); len(v) != 1 || v[0] != Different {
		t.Errorf("no message: %v", v)
	}
	if v := verdicts(null, kafkaSays, nil); len(v) != 1 || v[0] != Different {
		t.Errorf("a message where Kafka has none: %v", v)
	}
	short := "> A v1 {}\n< {errorCode: NONE, x: 2}\n"
	if v := verdicts(kafkaSays, short, nil); len(v) != 2 || v[0] != Different || v[1] != Different {
		t.Errorf("a field changed and an exchange missing: %v", v)
	}
}

// expectedOf reads a list that a test writes.
func expectedOf(t *testing.T, text string, kept Kept) (ExpectedList, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "expected")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return ReadExpected(file, kept)
}

func TestAnEntryThatExcusesNothingIsNamed(t *testing.T) {
	list, err := expectedOf(t, "a-* | ^Ask | old|new | wanted so\na-* | ^Ask | gone | nobody sees it\nb | . | z | another script's\n", nil)
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

func TestAnEntryThatExcusesEverythingIsRefused(t *testing.T) {
	for _, lines := range []string{".", ".*", "", "^[-+]"} {
		if _, err := expectedOf(t, "a | ^Ask | "+lines+" | just so\n", nil); err == nil {
			t.Errorf("%q was taken", lines)
		}
	}
}

func TestWhatIsKeptExactlyExcusesNothingElse(t *testing.T) {
	list, err := expectedOf(t, "a | ^Ask | exactly | wanted so\n", Kept{"a": {"Ask": {"- < old\n+ < new"}}})
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]Verdict{"new": Expected, "newer": Different, "old\n< more": Different} {
		if v := verdictsOf("a", "> Ask\n< old\n", "> Ask\n< "+got+"\n", list); len(v) != 1 || v[0] != want {
			t.Errorf("%q: %v", got, v)
		}
	}
}

func TestWhatIsKeptIsReadBack(t *testing.T) {
	list, err := expectedOf(t, "a | ^Ask | exactly | wanted so\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &Suite{Kept: t.TempDir(), Expected: list}
	want, got := "> Ask\n< {\n  x: 1\n}\n> Ask\n< 1\n> Tell\n< 1\n", "> Ask\n< {\n  x: 2\n}\n> Ask\n< 2\n> Tell\n< 2\n"
	_, ds := Compare("a", want, got, nil)
	if n, err := s.Keep("a", ds); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	kept, err := ReadKept(s.Kept)
	if err != nil {
		t.Fatal(err)
	}
	list[0].kept = kept
	if v := verdictsOf("a", want, got, list); len(v) != 3 || v[0] != Expected || v[1] != Expected || v[2] != Different {
		t.Errorf("%v", v)
	}
}

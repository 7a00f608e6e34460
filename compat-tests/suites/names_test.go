package suites

import "testing"

// TestNamesDoNotDependOnThePort shows that a test with the broker's address in its name is found in the list of any run.
func TestNamesDoNotDependOnThePort(t *testing.T) {
	got := portless(Outcomes{"TestAddr/tcp+localhost:4711#01": "pass", "TestOther/4711": "fail"}, "127.0.0.1:4711")
	if len(got) != 2 || got["TestAddr/tcp+localhost:9092#01"] != "pass" || got["TestOther/4711"] != "fail" {
		t.Errorf("got %v", got)
	}
}

// TestEveryAddressIsReplaced shows that no test of a suite is left to the broker that may listen on the default port.
func TestEveryAddressIsReplaced(t *testing.T) {
	for text, want := range map[string]string{
		`Dial("tcp", "localhost:9092")`:        `Dial("tcp", "localhost:4711")`,
		`newClient(TCP("localhost"))`:          `newClient(TCP("localhost:4711"))`,
		`Dial("tcp", "127.0.0.1:9092")`:        `Dial("tcp", "127.0.0.1:4711")`,
		`Resolve("localhost") // of no broker`: `Resolve("localhost") // of no broker`,
	} {
		if got := readdressed(text, "127.0.0.1:4711"); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

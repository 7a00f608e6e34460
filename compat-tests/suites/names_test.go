package suites

import "testing"

// TestNamesDoNotDependOnThePort shows that a test with the broker's address in its name is found in the list of any run.
func TestNamesDoNotDependOnThePort(t *testing.T) {
	got := portless(Outcomes{"TestAddr/tcp+localhost:4711#01": "pass", "TestOther/4711": "fail"}, "127.0.0.1:4711")
	if len(got) != 2 || got["TestAddr/tcp+localhost:9092#01"] != "pass" || got["TestOther/4711"] != "fail" {
		t.Errorf("got %v", got)
	}
}

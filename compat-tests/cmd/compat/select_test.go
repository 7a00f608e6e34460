package main

import (
	"strings"
	"testing"
)

// TestMistypedSelectionFails shows that each suite refuses a name that nothing has and lists those that there are.
func TestMistypedSelectionFails(t *testing.T) {
	for args, lists := range map[string]string{
		"clients --clients nosuch":                     "franz-go, sarama",
		"clients nosuch":                               "produce-none, produce-gzip",
		"clients --clients kcat,":                      "franz-go, sarama",
		"frameworks nosuch":                            "streams-alos, streams-eos",
		"suites nosuch":                                "franz-go, kafka-go",
		"bench nosuch":                                 "produce-1k-acks1",
		"bench produce-1k --clients nosuch --rounds 3": "java, franz-go, librdkafka",
		"suites kafka-go nosuch --quick":               "franz-go, kafka-go",
		"scripts nosuch -v":                            "00-produce",
		"frameworks --quick nosuch --apache":           "streams-alos, streams-eos",
		"bench --clients nosuch":                       "java, franz-go, librdkafka",
		"scripts 03-meta nosuch":                       "00-produce",
		"parity nosuch":                                "takes no names",
	} {
		if err := run(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), lists) {
			t.Errorf("%s: %v, want a sentence with %q", args, err, lists)
		}
	}
}

// TestHelpIsNoFailure shows that asking for the usage is no error, whatever it is asked of.
func TestHelpIsNoFailure(t *testing.T) {
	for _, args := range []string{"--help", "-h", "help", "all --help", "bench --help", "clients -h", "kafka --help", "kafka start --help", "play --help"} {
		if err := run(strings.Fields(args)); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

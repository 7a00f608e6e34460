package cli

import (
	"regexp"
	"strings"
	"testing"
)

// TestErrorsTeach: what is not there is named with what there is, and a broker's own words are not said twice.
func TestErrorsTeach(t *testing.T) {
	s, _ := nodeShell(t)
	s.ok("topic create orders -p 1")
	s.fails("config list broker:9", exitNotFound, "there is no broker 9: the brokers are 1")
	s.fails("config get broker:9 node.id", exitNotFound, "there is no broker 9")
	s.fails("config set broker:9 num.io.threads=9", exitNotFound, "there is no broker 9")
	s.has("config list broker:1", "node.id")
	if _, errOut, _ := s.try("topic create orders"); errOut != "kbroker: topic orders: Topic 'orders' already exists.\n" {
		t.Error(errOut)
	}
	s.fails("config set topic:orders nonsense=1", exitFailed, "nonsense")
	s.fails("group describe nobody", exitNotFound, "nobody")
	s.fails("group members nobody", exitNotFound, "nobody")
	s.fails("group delete nobody -y", exitNotFound, "nobody")
}

// TestIDsAreWrittenAsKafkaDoes: 22 characters that may stand in an address, the same everywhere.
func TestIDsAreWrittenAsKafkaDoes(t *testing.T) {
	s, _ := nodeShell(t)
	id := regexp.MustCompile(`"id": ?"([A-Za-z0-9_-]{22})"`)
	for _, name := range strings.Fields("a b c d e f g h") { // one in two hundred ids is the same in both alphabets
		s.ok("topic create " + name)
		listed, described := id.FindStringSubmatch(s.ok("topic list -o jsonl --regex "+name)), id.FindStringSubmatch(s.ok("topic describe -o json "+name))
		if listed == nil || described == nil || listed[1] != described[1] {
			t.Errorf("%s: %q %q", name, listed, described)
		}
	}
}

func TestDefaultsAreExplainedWithoutQuotes(t *testing.T) {
	s := &shell{t: t}
	s.has("config explain segment.bytes", "default     1073741824\n")
	if out := s.ok("config explain segment.bytes"); strings.Contains(out, `"`) {
		t.Error(out)
	}
}

package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryCommandKnowsWrongUsage: a flag that is not there, an argument too many or too few is exit code 2 everywhere, with a
// sentence of ours and a hint at the help of that command, and no broker is asked.
func TestEveryCommandKnowsWrongUsage(t *testing.T) {
	s := &shell{t: t, boot: "127.0.0.1:1"}
	var leaves []*cobra.Command
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, below := range c.Commands() {
			walk(below)
		}
		if !c.HasSubCommands() {
			leaves = append(leaves, c)
		} else if c.HasParent() {
			s.fails(path(c)+" nonsense", exitUsage, `has no command "nonsense"`)
			s.fails(path(c)+" nonsense", exitUsage, "See kbroker "+path(c)+" --help.")
		}
	}
	walk((&App{}).root())
	if len(leaves) < 30 {
		t.Fatalf("only %d commands", len(leaves))
	}
	for _, c := range leaves {
		hint := "See kbroker " + path(c) + " --help."
		s.fails(path(c)+" --nonsense", exitUsage, "unknown flag: --nonsense")
		s.fails(path(c)+" --nonsense", exitUsage, hint)
		s.fails(path(c)+" --timeout nonsense", exitUsage, "--timeout")
		if strings.Contains(c.Use, " ") && !strings.Contains(c.Use, "[") {
			s.fails(path(c), exitUsage, "arguments are missing: kbroker "+path(c))
			s.fails(path(c), exitUsage, hint)
		}
		if !strings.Contains(c.Use, "…") && c.Name() != "help" {
			s.fails(path(c)+" 1 2 3", exitUsage, "3 arguments do not fit: kbroker "+path(c))
		}
		if f := c.Flags().Lookup("output"); f != nil && c.Args != nil {
			s.fails(path(c)+" --output nonsense"+strings.Repeat(" x=1", strings.Count(c.Use, " ")), exitUsage, "")
		}
	}
}

func path(c *cobra.Command) string { return strings.TrimPrefix(c.CommandPath(), "kbroker ") }

func TestWrongUsageIsToldInSentences(t *testing.T) {
	s := &shell{t: t, boot: "127.0.0.1:1"}
	for line, want := range map[string]string{
		"consume a -g g -o start":                    "--group and --offset cannot be used together: a group begins where it is",
		"consume a -g g -p 0":                        "--group and --partitions cannot be used together",
		"topic add-partitions a":                     "give --to or --num",
		"topic add-partitions a b --to 3 -n 1":       "--to and --num cannot be used together",
		"topic add-partitions a 5":                   "give --to or --num",
		"topic add-partitions a --to 0":              "above 0",
		"produce a --value x --tombstone -k k":       "--value and --tombstone cannot be used together",
		"produce a --value x -F f":                   "--value and --file cannot be used together",
		"produce a -Z":                               "--tombstone needs --key",
		"config set topic:a k=v --append --subtract": "--append and --subtract cannot be used together",
		"config set topic:a k":                       `"k" is not key=value`,
		"config list broker:x":                       `"x" is no broker's id`,
		"config list topic:":                         "names no topic",
		"storage format":                             "--cluster-id is missing: make one with kbroker storage random-uuid",
		"storage format -t x -s -N":                  "--standalone and --no-initial-controllers cannot be used together",
		"group seek g":                               "--to is missing",
		"topic trim a":                               "--before is missing",
		"topic list -b localhost:99999":              "the port must be a number from 1 to 65535",
		"topic list -b localhost:0":                  "the port must be",
		"topic list -b localhost:http":               "the port must be",
		"topic list -b :9092":                        `":9092" is no broker's address`,
		"topic list --bootstrap=":                    "--bootstrap is empty",
		"topic list -b a:b:c":                        "is no broker's address",
		"topic list --timeout 0s":                    "--timeout must be above 0",
		"consume a -b localhost:99999":               "the port must be",
		"bench fetch -b localhost:99999":             "the port must be",
		"completion nonsense":                        `kbroker completion has no command "nonsense"`,
		"help nonsense":                              `there is no command "nonsense"`,
	} {
		s.fails(line, exitUsage, want)
	}
	s.has("help topic list", "List topics")
}

func TestAddressesAreHostAndPort(t *testing.T) {
	for in, want := range map[string]string{"h": "h:9092", "h:1": "h:1", "::1": "[::1]:9092", "[::1]:7": "[::1]:7", "127.0.0.1": "127.0.0.1:9092"} {
		if got, err := addresses([]string{in, in}); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v %v, want %s", in, got, err, want)
		}
	}
}

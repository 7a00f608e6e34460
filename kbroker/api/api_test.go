package api

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/kbroker/kbroker/protocol"
)

// groupKeys are served by the coordinator's own rooms through one handler; groups.go describes them.
var groupKeys = []int16{8, 9, 11, 12, 13, 14, 15, 16, 42, 47, 68, 69}

func TestEveryServedKeyHasAFileAndEveryFileAKey(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`^(\d\d)_[a-z_]+\.go$`)
	var files []int16
	for _, e := range entries {
		if m := named.FindStringSubmatch(e.Name()); m != nil {
			key, _ := strconv.Atoi(m[1])
			files = append(files, int16(key))
		}
	}
	for _, key := range Keys() {
		if key != protocol.KeyApiVersions && !slices.Contains(groupKeys, key) && !slices.Contains(files, key) {
			t.Errorf("%s (%d) is served and has no file", protocol.APIName(key), key)
		}
	}
	for _, key := range files {
		if _, ok := table[key]; !ok {
			t.Errorf("%s (%d) has a file and is not served", protocol.APIName(key), key)
		}
	}
}

func TestEveryServedKeyBelongsToABrokerListener(t *testing.T) {
	if _, err := protocol.NewTable(protocol.BrokerEnd, Keys()...); err != nil {
		t.Fatal(err)
	}
}

func TestTrap037TopicNames(t *testing.T) {
	long := make([]byte, 250)
	for i := range long {
		long[i] = 'a'
	}
	for _, name := range []string{"", ".", "..", "a b", "a/b", "é", "a\x00", string(long)} {
		if validTopicName(name) {
			t.Errorf("%q is accepted", name)
		}
	}
	for _, name := range []string{"a", "...", "a.b_c-D9", string(long[:249])} {
		if !validTopicName(name) {
			t.Errorf("%q is refused", name)
		}
	}
}

package api

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestTableAndFilesAgree: every row has its file, named by its key, and every such file has its row. DescribeQuorum
// decides nothing and has a file only.
func TestTableAndFilesAgree(t *testing.T) {
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var keys []int16
	for _, f := range names {
		digits, rest, ok := strings.Cut(f.Name(), "_")
		key, err := strconv.Atoi(digits)
		if !ok || err != nil || !strings.HasSuffix(rest, ".go") {
			continue
		}
		keys = append(keys, int16(key))
		head, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(head), ", key "+strconv.Itoa(key)+", version") {
			t.Errorf("%s does not begin with its key and versions", f.Name())
		}
		if Find(int16(key)) == nil && key != 55 {
			t.Errorf("%s has no row in the table", f.Name())
		}
	}
	for _, a := range Table {
		if !slices.Contains(keys, a.Key) {
			t.Errorf("key %d has no file", a.Key)
		}
		req := kmsg.RequestForKey(a.Key)
		if kmsg.NameForKey(a.Key) != strings.ReplaceAll(a.Name, "Ids", "IDs") || a.Max > req.MaxVersion() || a.Min > a.Max {
			t.Errorf("key %d is %s up to version %d, the table says %s %d-%d", a.Key, kmsg.NameForKey(a.Key), req.MaxVersion(), a.Name, a.Min, a.Max)
		}
	}
	if !slices.IsSortedFunc(Table, func(a, b API) int { return int(a.Key) - int(b.Key) }) {
		t.Error("the table is not sorted by key")
	}
}

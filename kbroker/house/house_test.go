package house

import (
	"go/ast"
	"maps"
	"slices"
	"testing"
)

const (
	kmsg = "github.com/twmb/franz-go/pkg/kmsg"
	kerr = "github.com/twmb/franz-go/pkg/kerr"
)

// webLibraries speak HTTP, or keep or render metrics.
var webLibraries = []string{"net/http/...", "expvar", "golang.org/x/net/...", "github.com/prometheus/...", "github.com/VictoriaMetrics/...", "go.opentelemetry.io/..."}

// allowedEdges are edges of the table below that exist all the same, with the reason.
var allowedEdges = map[string]string{
	"kbroker/admin to net/http": "it is the admin room",
}

// edges that should not exist.
var edges = []struct {
	from, not []string
	because   string
}{
	{[]string{"protocol/..."}, []string{"logstore/...", "controller/...", "kbroker/..."},
		"the language can be tested with nothing but bytes"},
	{[]string{"logstore/..."}, []string{kmsg, kerr, "controller/...", "kbroker/..."},
		"storage speaks batches and its own errors, not requests"},
	{[]string{"logstore/segment", "logstore/checkpoint"}, []string{"os"},
		"the disk is only vfs"},
	{[]string{"controller/..."}, []string{"kbroker/..."},
		"a controller-only node carries no broker"},
	{[]string{"controller/gossip/..."}, []string{"controller/quorum/...", "controller/state/...", "controller/metadata/..."},
		"a rumour must not be able to decide"},
	{[]string{"kbroker/group/...", "kbroker/txn/...", "kbroker/share/...", "kbroker/sharestate/...", "kbroker/quota/...", "kbroker/auth/..."},
		[]string{"kbroker/replica", "logstore/...", "net", "os"},
		"machines over a log that they never see"},
	{[]string{"kbroker/coordinator/..."}, []string{"kbroker/replica", "logstore/...", "kbroker/group/...", "kbroker/txn/...", "net", "os"},
		"the runtime knows nothing of what it runs, nor of what it runs over"},
	{[]string{"protocol/...", "logstore/...", "controller/...", "kbroker/api", "kbroker/coordinator/...", "kbroker/group/...", "kbroker/txn/...", "kbroker/partition", "kbroker/replica",
		"kbroker/purgatory", "kbroker/fetch", "kbroker/config", "kbroker/lifecycle", "kbroker/producerid", "kbroker/loggers", "kbroker/admin/..."}, []string{"kbroker"},
		"nothing depends on the server"},
	{[]string{"protocol/...", "logstore/...", "controller/...", "kbroker/..."}, []string{"cmd/...", "github.com/spf13/cobra"},
		"the product is not its command line"},
	{[]string{"protocol/...", "logstore/...", "controller/...", "kbroker/..."}, webLibraries,
		"HTTP and metrics live in the admin room; the others return plain values"},
	{[]string{"kbroker/admin/..."}, []string{"protocol/...", "logstore/...", "controller/...", "kbroker/..."},
		"the admin room is handed plain values and functions, and can be tested with nothing but a listener"},
}

func TestEdgesThatShouldNotExist(t *testing.T) {
	all := packages(t)
	for _, rule := range edges {
		for _, dir := range slices.Sorted(maps.Keys(all)) {
			if !within(dir, rule.from) {
				continue
			}
			for _, imp := range all[dir].imports {
				if within(imp, rule.not) && allowedEdges[dir+" to "+imp] == "" {
					t.Errorf("%s imports %s: %s", dir, imp, rule.because)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for dir, p := range packages(t) {
		if !p.doc {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// cores decide: they are told the time, draw from a generator they are given, and touch neither disk nor network.
var cores = []string{"protocol", "protocol/guard", "protocol/record", "protocol/record/control", "protocol/metarec", "protocol/coordrec", "protocol/configdef/...",
	"protocol/producemsg", "protocol/fetchmsg", "logstore/producer", "logstore/epoch", "logstore/cleaner", "controller/metadata", "controller/state",
	"kbroker/purgatory", "kbroker/fetch", "kbroker/coordinator", "kbroker/group/classic", "kbroker/group/consumer", "kbroker/group/offsets", "kbroker/group/assignor", "kbroker/txn"}

// allowed in a core all the same, with the reason.
var allowedInCore = map[string]string{
	"net in protocol": "Conn names the peer by net.Addr; nothing is dialled or listened to",
}

var forbiddenCalls = map[string][]string{
	"time": {"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"},
	"rand": {"Int", "IntN", "Int63", "Intn", "Float64", "Uint64", "Perm", "Shuffle"},
}

func TestCoresNeitherWaitNorReadAClockNorTouchADisk(t *testing.T) {
	for dir, p := range packages(t) {
		if !within(dir, cores) {
			continue
		}
		for _, imp := range p.imports {
			if imp == "os" || imp == "net" && allowedInCore["net in "+dir] == "" {
				t.Errorf("%s is a core and imports %s", dir, imp)
			}
		}
		for name, f := range p.files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt:
					t.Errorf("%s starts a goroutine at %s", name, fset.Position(n.Pos()))
				case *ast.CallExpr:
					checkCall(t, name, n)
				}
				return true
			})
		}
	}
}

func checkCall(t *testing.T, name string, call *ast.CallExpr) {
	t.Helper()
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if id, ok := sel.X.(*ast.Ident); ok && id.Obj == nil && slices.Contains(forbiddenCalls[id.Name], sel.Sel.Name) {
		t.Errorf("%s calls %s.%s at %s", name, id.Name, sel.Sel.Name, fset.Position(call.Pos()))
	}
}

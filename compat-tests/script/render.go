package script

import (
	"cmp"
	"fmt"
	"net"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/twmb/franz-go/pkg/kerr"
)

// lineWidth is where a rendered struct or array is broken into lines.
const lineWidth = 140

// renderer turns answers into text that is the same on every run.
type renderer struct {
	nonce     string
	clusterID string
	port      string                    // of the bootstrap address
	masked    map[string]bool           // fields whose numbers are printed as <name>
	alike     map[string]bool           // fields whose numbers are printed as <name:N>, N the same for the same number
	seen      map[string]map[string]int // kind > value > number
	start     time.Time                 // of the run
}

func newRenderer(nonce, clusterID, bootstrap string, start time.Time) *renderer {
	_, port, _ := net.SplitHostPort(bootstrap)
	return &renderer{nonce: nonce, clusterID: clusterID, port: port, seen: map[string]map[string]int{}, start: start}
}

// number names a volatile value by the order of its first appearance.
func (r *renderer) number(kind, value string) string {
	m := r.seen[kind]
	if m == nil {
		m = map[string]int{}
		r.seen[kind] = m
	}
	if m[value] == 0 {
		m[value] = len(m) + 1
	}
	return fmt.Sprintf("<%s:%d>", kind, m[value])
}

func (r *renderer) render(v any) string { return r.block("", sorted(v, r), "") }

func (r *renderer) block(name string, v any, indent string) string {
	flat := r.inline(name, v)
	if len(indent)+len(flat) <= lineWidth {
		return flat
	}
	deeper := indent + "  "
	var b strings.Builder
	switch v := v.(type) {
	case schema.Struct:
		b.WriteString("{\n")
		r.fields(&b, v, deeper)
		b.WriteString(indent + "}")
	case []any:
		b.WriteString("[\n")
		for _, it := range v {
			fmt.Fprintf(&b, "%s%s\n", deeper, r.block(name, it, deeper))
		}
		b.WriteString(indent + "]")
	default:
		return flat
	}
	return b.String()
}

// fields writes a struct's fields: short ones share a line, one that has to be broken up stands alone.
func (r *renderer) fields(b *strings.Builder, v schema.Struct, indent string) {
	at := 0
	for _, nv := range v {
		if absent(nv.Value) {
			continue
		}
		text := nv.Name + ": " + r.block(nv.Name, nv.Value, indent)
		switch {
		case at == 0:
			b.WriteString(indent)
		case strings.Contains(text, "\n") || at+len(text) > lineWidth:
			b.WriteString("\n" + indent)
			at = 0
		default:
			b.WriteString(", ")
		}
		b.WriteString(text)
		at += len(indent) + len(text)
		if strings.Contains(text, "\n") {
			at = lineWidth
		}
	}
	b.WriteString("\n")
}

// absent says that a value is a tagged struct that was not sent.
func absent(v any) bool {
	s, ok := v.(schema.Struct)
	return ok && len(s) == 0
}

func (r *renderer) inline(name string, v any) string {
	if n, ok := v.(int64); ok && n > 0 {
		switch {
		case r.masked[name]:
			return "<" + name + ">"
		case r.alike[name]:
			return r.number(name, fmt.Sprint(n))
		}
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case schema.Struct:
		var parts []string
		for _, nv := range v {
			if !absent(nv.Value) {
				parts = append(parts, nv.Name+": "+r.inline(nv.Name, nv.Value))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, it := range v {
			parts = append(parts, r.inline(name, it))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		if name == "documentation" && v != "" {
			return "<text>" // of one broker's own authors; that there is one is compared
		}
		return r.text(v)
	case []byte:
		return r.text(string(v))
	case [16]byte:
		return r.uuid(v)
	case int64:
		return r.integer(name, v)
	case rendered:
		return string(v)
	}
	return fmt.Sprint(v)
}

// rendered is text that needs no further work.
type rendered string

var (
	uuidText   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	shortUUID  = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)
	addrText   = regexp.MustCompile(`(?:127\.0\.0\.1|localhost)(?:/127\.0\.0\.1)?:(\d+)`)
	nowLessMax = regexp.MustCompile(`-92233[67]\d{13}\b`)
	longDigits = regexp.MustCompile(`\b\d{13}\b`)
	pathText   = regexp.MustCompile(`/[^ "]*/(data|kbroker-data[^ "/]*)\b`)
)

func (r *renderer) text(s string) string {
	if r.clusterID != "" && s == r.clusterID {
		return "<clusterId>"
	}
	s = regexp.MustCompile(`([A-Za-z0-9._]+)-`+r.nonce).ReplaceAllString(s, "@$1")
	s = uuidText.ReplaceAllStringFunc(s, func(u string) string { return r.number("uuid", u) })
	if shortUUID.MatchString(s) {
		return r.number("id", s)
	}
	s = addrText.ReplaceAllStringFunc(s, func(a string) string { return r.named("address", a[strings.LastIndexByte(a, ':')+1:]) })
	s = pathText.ReplaceAllString(s, "<logdir>")
	s = nowLessMax.ReplaceAllString(s, "<now-less-max>")
	s = longDigits.ReplaceAllStringFunc(s, func(d string) string {
		if ms, err := strconv.ParseInt(d, 10, 64); err == nil {
			if t := timeName(r.start, time.Now(), ms); t != "" {
				return t
			}
		}
		return d
	})
	return strconv.Quote(s)
}

func (r *renderer) uuid(u [16]byte) string {
	if u == ([16]byte{}) {
		return "<zero-id>"
	}
	return r.number("id", schema.FormatUUID(u))
}

// hashed hides the partitions of an internal topic, which follow from the hash of a name that differs between runs.
func hashed(s schema.Struct) schema.Struct {
	topic, ok := s.Get("topic")
	if !ok || topic != "__consumer_offsets" {
		return s
	}
	out := make(schema.Struct, len(s))
	for i, nv := range s {
		if _, list := nv.Value.([]any); list && nv.Name == "partitions" {
			nv.Value = rendered("<by hash>")
		}
		out[i] = nv
	}
	return out
}

func (r *renderer) integer(name string, v int64) string {
	switch {
	case strings.HasSuffix(strings.ToLower(name), "errorcode"):
		return errorName(v)
	case name == "port" && v > 0:
		return r.named("port", fmt.Sprint(v))
	case name == "producerId" && v > 0:
		return r.number("pid", fmt.Sprint(v))
	case name == "sessionId" && v != 0:
		return r.number("session", fmt.Sprint(v))
	case (name == "totalBytes" || name == "usableBytes") && v > 0:
		return "<bytes>"
	case name == "finalizedFeaturesEpoch" && v >= 0: // an offset of the metadata log
		return "<epoch>"
	}
	if t := timeName(r.start, time.Now(), v); t != "" {
		return t
	}
	return fmt.Sprint(v)
}

// named is the name of what a port stands for: of the bootstrap's plainly, of any other with a number.
func (r *renderer) named(kind, port string) string {
	if port == r.port {
		return "<" + kind + ">"
	}
	return r.number(kind, port)
}

// clockSlack is how far a broker's clock may be from this one; farthest is the largest distance from now that has a name.
const (
	clockSlack = 2 * time.Second
	farthest   = 48 * time.Hour
)

// timeName names a time in milliseconds that lies within a run (from start to now), or whole minutes before or after it;
// "" where it is neither.
func timeName(start, now time.Time, ms int64) string {
	from, to := start.Add(-clockSlack).UnixMilli(), now.Add(clockSlack).UnixMilli()
	if ms < from-farthest.Milliseconds() || ms > to+farthest.Milliseconds() {
		return ""
	}
	minute := time.Minute.Milliseconds()
	switch {
	case ms < from:
		k := (from - ms + minute - 1) / minute
		if ms+k*minute <= to {
			return fmt.Sprintf("<now-%dm>", k)
		}
	case ms > to:
		k := (ms - to + minute - 1) / minute
		if ms-k*minute >= from {
			return fmt.Sprintf("<now+%dm>", k)
		}
	default:
		return "<now>"
	}
	return ""
}

func errorName(code int64) string {
	if code == 0 {
		return "NONE"
	}
	if e := kerr.TypedErrorForCode(int16(code)); e != nil {
		return fmt.Sprintf("%s(%d)", e.Message, code)
	}
	return fmt.Sprintf("UNKNOWN(%d)", code)
}

// sorted also turns record sets into batches. It puts arrays of structs in an order of their own: Kafka gives most of them in that of a hash map.
func sorted(v any, r *renderer) any {
	switch v := v.(type) {
	case schema.Struct:
		v = hashed(v)
		out := make(schema.Struct, len(v))
		for i, nv := range v {
			out[i] = schema.NamedValue{Name: nv.Name, Value: sorted(nv.Value, r)}
			if l, ok := nv.Value.([]any); ok && nv.Name == "partitions" && len(l) > 0 {
				if _, numbers := l[0].(int64); numbers { // a set, unlike a list of replicas
					l = slices.Clone(l)
					slices.SortFunc(l, func(a, b any) int { return compare("", a, b) })
					out[i].Value = l
				}
			}
			if b, ok := nv.Value.([]byte); ok && nv.Name == "records" {
				out[i].Value = decodeBatches(b)
			}
		}
		return out
	case rawList:
		return []any(v)
	case []any:
		out := make([]any, len(v))
		for i, it := range v {
			out[i] = sorted(it, r)
		}
		if len(out) > 0 {
			if _, ok := out[0].(schema.Struct); ok {
				out = merged(out)
				sort.SliceStable(out, func(i, j int) bool { return compare("", out[i], out[j]) < 0 })
			}
		}
		return out
	}
	return v
}

// merged joins structs that are alike but for one list in them: where a request's parts fail in different ways, Kafka
// may name a topic more than once.
func merged(list []any) []any {
	var out []any
next:
	for _, it := range list {
		for i, have := range out {
			if joined, ok := join(have, it); ok {
				out[i] = joined
				continue next
			}
		}
		out = append(out, it)
	}
	return out
}

func join(a, b any) (any, bool) {
	x, ok := a.(schema.Struct)
	y, ok2 := b.(schema.Struct)
	if !ok || !ok2 || len(x) != len(y) || len(x) > 2 {
		return nil, false
	}
	at := -1
	for i := range x {
		xl, isList := x[i].Value.([]any)
		yl, isList2 := y[i].Value.([]any)
		switch {
		case isList && isList2 && at < 0 && len(xl) > 0 && len(yl) > 0:
			at = i
		case !reflect.DeepEqual(x[i].Value, y[i].Value):
			return nil, false
		}
	}
	if at < 0 {
		return nil, false
	}
	out := append(schema.Struct{}, x...)
	all := append(append([]any{}, x[at].Value.([]any)...), y[at].Value.([]any)...)
	if _, ok := all[0].(schema.Struct); !ok {
		return nil, false
	}
	sort.SliceStable(all, func(i, j int) bool { return compare("", all[i], all[j]) < 0 })
	out[at].Value = all
	return out, true
}

// compare orders values by what does not change between runs.
func compare(name string, a, b any) int {
	switch a := a.(type) {
	case schema.Struct:
		b, ok := b.(schema.Struct)
		if !ok {
			return 1
		}
		for i := range min(len(a), len(b)) {
			if c := compare(a[i].Name, a[i].Value, b[i].Value); c != 0 {
				return c
			}
		}
		return cmp.Compare(len(a), len(b))
	case []any:
		if b, ok := b.([]any); ok {
			return slices.CompareFunc(a, b, func(x, y any) int { return compare(name, x, y) })
		}
	case int64:
		if b, ok := b.(int64); ok && name != "producerId" && name != "port" {
			return cmp.Compare(a, b)
		}
	case string:
		if b, ok := b.(string); ok {
			return cmp.Compare(uuidText.ReplaceAllString(a, ""), uuidText.ReplaceAllString(b, ""))
		}
	case nil:
		if b != nil {
			return -1
		}
	}
	return 0
}

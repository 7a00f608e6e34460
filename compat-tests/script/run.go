package script

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/wire"
)

// askAgain bounds how long retry, until, ready and gone ask.
const askAgain = 15 * time.Second

// Run runs a script against a broker and returns its transcript. An answer that could not be had is a line of the
// transcript, not an error; an error is a mistake in the script.
func Run(text, bootstrap string) (string, error) {
	lines, err := split(text)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, 6)
	for i := range nonce {
		nonce[i] = 'a' + byte(rand.IntN(26))
	}
	r := &runner{addr: bootstrap, nonce: string(nonce), vars: map[string]string{}, conns: map[string]*wire.Conn{}}
	start := time.Now()
	r.out = newRenderer(r.nonce, r.prepare(), bootstrap, start)
	defer r.closeAll()
	err = r.runAll(lines)
	return r.transcript.String(), err
}

type runner struct {
	addr, nonce string
	vars        map[string]string
	conns       map[string]*wire.Conn
	out         *renderer
	last        schema.Struct
	only        []string
	mine        bool
	transcript  strings.Builder
}

// prepare returns the cluster id.
func (r *runner) prepare() string {
	c, err := wire.Dial(r.addr, "script")
	if err != nil {
		return ""
	}
	defer c.Close()
	resp, err := c.Do("Metadata", 12, map[string]any{"topics": []any{}})
	if err != nil {
		return ""
	}
	id, _ := resp.Get("clusterId")
	s, _ := id.(string)
	// the first producer id of a new cluster is 0, which is also what an answer without one says: use it up
	for range 50 {
		resp, err := c.Do("InitProducerId", 4, map[string]any{"transactionalId": nil, "transactionTimeoutMs": int64(60000)})
		if err != nil {
			break
		}
		if code, _ := resp.Get("errorCode"); code == int64(0) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return s
}

func (r *runner) closeAll() {
	for _, c := range r.conns {
		c.Close()
	}
}

func (r *runner) runAll(lines []line) error {
	for i := 0; i < len(lines); i++ {
		word, rest := cut(lines[i].text)
		if word == "versions" || word == "for" {
			end, err := blockEnd(lines, i)
			if err != nil {
				return err
			}
			if err := r.loop(lines[i], word, rest, lines[i+1:end]); err != nil {
				return err
			}
			i = end
			continue
		}
		if err := r.step(lines[i].text); err != nil {
			return fmt.Errorf("line %d: %w", lines[i].no, err)
		}
	}
	return nil
}

func blockEnd(lines []line, at int) (int, error) {
	depth := 0
	for i := at; i < len(lines); i++ {
		switch w, _ := cut(lines[i].text); w {
		case "versions", "for":
			depth++
		case "end":
			if depth--; depth == 0 {
				return i, nil
			}
		}
	}
	return 0, fmt.Errorf("line %d: no end", lines[at].no)
}

// loop runs the body for each version (versions Name a-b, as $v) or word (for x in a b c).
func (r *runner) loop(at line, kind, rest string, body []line) error {
	fields := strings.Fields(rest)
	name, values := "v", []string{}
	if kind == "versions" {
		var lo, hi int
		if len(fields) != 2 {
			return fmt.Errorf("line %d: versions Name a-b", at.no)
		}
		if _, err := fmt.Sscanf(fields[1], "%d-%d", &lo, &hi); err != nil {
			return fmt.Errorf("line %d: versions %q", at.no, fields[1])
		}
		for v := lo; v <= hi; v++ {
			values = append(values, strconv.Itoa(v))
		}
	} else {
		if len(fields) < 3 || fields[1] != "in" {
			return fmt.Errorf("line %d: for x in a b", at.no)
		}
		name, values = fields[0], fields[2:]
	}
	for _, v := range values {
		lines := make([]line, len(body))
		for i, l := range body {
			lines[i] = line{l.no, substitute(l.text, map[string]string{name: v})}
		}
		if err := r.runAll(lines); err != nil {
			return err
		}
	}
	return nil
}

func cut(s string) (string, string) {
	w, rest, _ := strings.Cut(s, " ")
	return w, strings.TrimSpace(rest)
}

var varName = regexp.MustCompile(`\$([a-zA-Z]+)`)

func substitute(s string, vars map[string]string) string {
	return varName.ReplaceAllStringFunc(s, func(m string) string {
		if v, ok := vars[m[1:]]; ok {
			return v
		}
		return m
	})
}

var ownName = regexp.MustCompile(`@([A-Za-z0-9._]+)`)

// step runs one line. Variables and names are filled in for the broker; the transcript keeps them as written.
func (r *runner) step(text string) error {
	if strings.HasPrefix(text, "#") {
		fmt.Fprintf(&r.transcript, "%s\n", text)
		return nil
	}
	if m := varName.FindStringSubmatch(substitute(text, r.vars)); m != nil && !strings.HasPrefix(text, "save ") {
		fmt.Fprintf(&r.transcript, "> %s\n! $%s has no value\n", text, m[1])
		return nil
	}
	full := ownName.ReplaceAllString(substitute(text, r.vars), "$1-"+r.nonce)
	word, rest := cut(full)
	show, conn := text, "main"
	if strings.HasSuffix(word, ":") {
		conn = strings.TrimSuffix(word, ":")
		word, rest = cut(rest)
	}
	switch word {
	case "mask":
		r.out.masked = fieldSet(rest)
		return nil
	case "name":
		r.out.alike = fieldSet(rest)
		return nil
	case "only":
		r.only = strings.Fields(rest)
		return nil
	case "mine":
		r.mine = true
		return nil
	case "save":
		return r.save(rest)
	case "pause":
		d, err := time.ParseDuration(rest)
		time.Sleep(d)
		return err
	}
	fmt.Fprintf(&r.transcript, "> %s\n", show)
	answer, err := r.command(conn, word, rest)
	if err != nil {
		return err
	}
	if answer != "" {
		fmt.Fprintf(&r.transcript, "%s\n", answer)
	}
	r.out.masked, r.out.alike, r.only, r.mine = nil, nil, nil, false
	return nil
}

func fieldSet(names string) map[string]bool {
	out := map[string]bool{}
	for _, f := range strings.Fields(names) {
		out[f] = true
	}
	return out
}

// command runs what asks the broker something and returns the transcript's answer.
func (r *runner) command(conn, word, rest string) (string, error) {
	switch word {
	case "wait":
		c, err := r.conn(conn)
		if err != nil {
			return failed(err), nil
		}
		return r.answer(c.Recv()), nil
	case "ready", "gone":
		return r.await(word, rest), nil
	case "noreply":
		return r.request(conn, rest, modeNoReply)
	case "retry":
		codes, req := cut(rest)
		return r.repeat(conn, req, func(s schema.Struct) bool { return !holdsError(s, strings.Split(codes, ",")) })
	case "until":
		cond, req := cut(rest)
		path, want, _ := strings.Cut(cond, "=")
		return r.repeat(conn, req, func(s schema.Struct) bool {
			v, err := at(s, path)
			return err == nil && (fmt.Sprint(v) == want || errorName(toInt(v)) == want)
		})
	case "read":
		return r.readLog(rest), nil
	case "raw":
		return r.raw(conn, rest)
	case "close":
		if c := r.conns[conn]; c != nil {
			c.Close()
			delete(r.conns, conn)
		}
		return "", nil
	case "kgo":
		return r.kgo(rest), nil
	}
	mode := modeAnswer
	if strings.HasSuffix(rest, "&") {
		rest, mode = strings.TrimSuffix(rest, "&"), modeAsync
	}
	return r.request(conn, word+" "+rest, mode)
}

func toInt(v any) int64 {
	if n, ok := v.(int64); ok {
		return n
	}
	return -9999
}

type mode int

const (
	modeAnswer mode = iota
	modeAsync
	modeNoReply
)

func (r *runner) conn(name string) (*wire.Conn, error) {
	if c := r.conns[name]; c != nil {
		return c, nil
	}
	c, err := wire.Dial(r.addr, name)
	if err == nil {
		r.conns[name] = c
	}
	return c, err
}

// parseRequest reads "Name v7 {...}".
func parseRequest(s string) (string, int16, map[string]any, error) {
	name, rest := cut(s)
	ver, body := cut(rest)
	v, err := strconv.ParseInt(strings.TrimPrefix(ver, "v"), 10, 16)
	if err != nil || !strings.HasPrefix(ver, "v") {
		return "", 0, nil, fmt.Errorf("%q: want Name v7 {...}", s)
	}
	if strings.TrimSpace(body) == "" {
		body = "{}"
	}
	value, err := parseValue(body)
	if err != nil {
		return "", 0, nil, fmt.Errorf("%s: %w", name, err)
	}
	m, ok := value.(map[string]any)
	if !ok {
		return "", 0, nil, fmt.Errorf("%s: the body is no object", name)
	}
	return name, int16(v), m, nil
}

func (r *runner) request(conn, text string, m mode) (string, error) {
	name, version, values, err := parseRequest(text)
	if err != nil {
		return "", err
	}
	c, err := r.conn(conn)
	if err != nil {
		return failed(err), nil
	}
	if err := c.Send(name, version, values, m != modeNoReply); err != nil {
		if errors.Is(err, wire.ErrClosed) {
			delete(r.conns, conn)
			return failed(err), nil
		}
		return "", err
	}
	if m != modeAnswer {
		return "", nil
	}
	s, err := c.Recv()
	if err != nil {
		c.Close()
		delete(r.conns, conn)
	}
	return r.answer(s, err), nil
}

func (r *runner) repeat(conn, text string, done func(schema.Struct) bool) (string, error) {
	name, version, values, err := parseRequest(text)
	if err != nil {
		return "", err
	}
	deadline := time.Now().Add(askAgain)
	for {
		c, err := r.conn(conn)
		if err != nil {
			return failed(err), nil
		}
		s, err := c.Do(name, version, values)
		if err != nil {
			c.Close()
			delete(r.conns, conn)
			return r.answer(s, err), nil
		}
		if done(s) || time.Now().After(deadline) {
			return r.answer(s, nil), nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func failed(err error) string { return "! " + err.Error() }

func (r *runner) answer(s schema.Struct, err error) string {
	r.last = s
	if err != nil {
		if s != nil {
			return failed(err) + " after " + r.out.render(s)
		}
		return failed(err)
	}
	if r.mine {
		s = filterMine(s, r.nonce).(schema.Struct)
	}
	if r.only != nil {
		var parts []string
		for _, path := range r.only {
			v, err := at(s, path)
			if err != nil {
				v = rendered("<" + err.Error() + ">")
			}
			parts = append(parts, path+": "+r.out.block(path[strings.LastIndexByte(path, '.')+1:], sorted(v, r.out), ""))
		}
		return "< " + strings.Join(parts, "\n  ")
	}
	return "< " + r.out.render(s)
}

// filterMine drops elements of arrays of named structs that do not carry this run's names.
func filterMine(v any, nonce string) any {
	switch v := v.(type) {
	case schema.Struct:
		out := make(schema.Struct, len(v))
		for i, nv := range v {
			out[i] = schema.NamedValue{Name: nv.Name, Value: filterMine(nv.Value, nonce)}
		}
		return out
	case []any:
		out := []any{}
		for _, it := range v {
			if s, ok := it.(schema.Struct); ok && named(s) && !strings.Contains(fmt.Sprint(it), nonce) {
				continue
			}
			out = append(out, filterMine(it, nonce))
		}
		return out
	}
	return v
}

func named(s schema.Struct) bool {
	for _, f := range []string{"name", "topic", "topicName", "groupId", "transactionalId", "resourceName"} {
		if _, ok := s.Get(f); ok {
			return true
		}
	}
	return false
}

func holdsError(v any, codes []string) bool {
	switch v := v.(type) {
	case schema.Struct:
		for _, nv := range v {
			if n, ok := nv.Value.(int64); ok && strings.HasSuffix(strings.ToLower(nv.Name), "errorcode") {
				for _, c := range codes {
					if c == fmt.Sprint(n) || strings.HasPrefix(errorName(n), c+"(") {
						return true
					}
				}
			}
			if holdsError(nv.Value, codes) {
				return true
			}
		}
	case []any:
		for _, it := range v {
			if holdsError(it, codes) {
				return true
			}
		}
	}
	return false
}

// save keeps a value of the last answer: name = topics[0].topicId
func (r *runner) save(rest string) error {
	name, path, ok := strings.Cut(rest, "=")
	name, path = strings.TrimSpace(name), strings.TrimSpace(path)
	if !ok || !varName.MatchString("$"+name) {
		return fmt.Errorf("save name = path")
	}
	v, err := at(r.last, path)
	if err != nil {
		fmt.Fprintf(&r.transcript, "! save %s: %v\n", name, err)
		return nil
	}
	switch v := v.(type) {
	case [16]byte:
		r.vars[name] = schema.FormatUUID(v)
	case []byte:
		r.vars[name] = `hex("` + hex.EncodeToString(v) + `")`
	default:
		r.vars[name] = fmt.Sprint(v)
	}
	return nil
}

var step = regexp.MustCompile(`([A-Za-z_]+[A-Za-z0-9_]*)|\[(\d+)\]`)

// at follows a path such as topics[0].partitions[1].leaderId.
func at(v any, path string) (any, error) {
	for _, m := range step.FindAllStringSubmatch(path, -1) {
		if m[1] != "" {
			s, ok := v.(schema.Struct)
			if !ok {
				return nil, fmt.Errorf("no %s", path)
			}
			if v, ok = s.Get(m[1]); !ok {
				return nil, fmt.Errorf("no %s", path)
			}
			continue
		}
		i, _ := strconv.Atoi(m[2])
		list, ok := v.([]any)
		if !ok || i >= len(list) {
			return nil, fmt.Errorf("no %s", path)
		}
		v = list[i]
	}
	return v, nil
}

// raw sends bytes and prints the answer's bytes, or that there is none.
func (r *runner) raw(conn, text string) (string, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return "", err
	}
	c, err := r.conn(conn)
	if err != nil {
		return failed(err), nil
	}
	if err := c.Write(b); err != nil {
		delete(r.conns, conn)
		return failed(wire.ErrClosed), nil
	}
	frame, err := c.ReadFrame(3 * time.Second)
	if err != nil {
		c.Close()
		delete(r.conns, conn)
		return failed(err), nil
	}
	return "< " + hex.EncodeToString(frame), nil
}

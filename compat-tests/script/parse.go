package script

import (
	"fmt"
	"strconv"
	"strings"
)

// A line is one command with what it was in the script.
type line struct {
	no   int
	text string
}

// split joins lines until braces balance and drops empty ones.
func split(text string) ([]line, error) {
	var out []line
	depth, start := 0, 0
	var cur strings.Builder
	for i, l := range strings.Split(text, "\n") {
		t := strings.TrimSpace(l)
		if depth == 0 && (t == "" || strings.HasPrefix(t, "#")) {
			if t != "" {
				out = append(out, line{i + 1, t})
			}
			continue
		}
		if depth == 0 {
			start = i + 1
			cur.Reset()
		} else {
			cur.WriteByte(' ')
		}
		cur.WriteString(t)
		depth += balance(t)
		if depth < 0 {
			return nil, fmt.Errorf("line %d: unbalanced braces", i+1)
		}
		if depth == 0 {
			out = append(out, line{start, cur.String()})
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("line %d: braces left open", start)
	}
	return out, nil
}

func balance(s string) int {
	n, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[' || c == '(':
			n++
		case c == '}' || c == ']' || c == ')':
			n--
		}
	}
	return n
}

// parser reads the value language.
type parser struct {
	s   string
	pos int
}

// parseValue reads one value that takes the whole text.
func parseValue(s string) (any, error) {
	p := &parser{s: s}
	v, err := p.value()
	if err != nil {
		return nil, fmt.Errorf("at %q: %w", p.rest(), err)
	}
	if p.skip(); p.pos != len(p.s) {
		return nil, fmt.Errorf("left over: %q", p.rest())
	}
	return v, nil
}

func (p *parser) rest() string { return p.s[p.pos:min(len(p.s), p.pos+30)] }

func (p *parser) skip() {
	for p.pos < len(p.s) && strings.IndexByte(" \t,", p.s[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *parser) peek() byte {
	p.skip()
	if p.pos == len(p.s) {
		return 0
	}
	return p.s[p.pos]
}

func (p *parser) value() (any, error) {
	switch p.peek() {
	case 0:
		return nil, fmt.Errorf("a value is missing")
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.quoted()
	}
	return p.bare()
}

func (p *parser) object() (any, error) {
	p.pos++
	out := map[string]any{}
	for p.peek() != '}' {
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		if p.peek() != ':' {
			return nil, fmt.Errorf("%s: want a colon", name)
		}
		p.pos++
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("%s is given twice", name)
		}
		out[name] = v
	}
	p.pos++
	return out, nil
}

func (p *parser) name() (string, error) {
	if p.peek() == '"' {
		v, err := p.quoted()
		if err != nil {
			return "", err
		}
		return v.(string), nil
	}
	w := p.word()
	if w == "" {
		return "", fmt.Errorf("want a name")
	}
	return w, nil
}

func (p *parser) array() (any, error) {
	p.pos++
	out := []any{}
	for p.peek() != ']' {
		if p.peek() == 0 {
			return nil, fmt.Errorf("an array is left open")
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	p.pos++
	return out, nil
}

func (p *parser) quoted() (any, error) {
	end := p.pos + 1
	for end < len(p.s) && p.s[end] != '"' {
		if p.s[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(p.s) {
		return nil, fmt.Errorf("a string is left open")
	}
	s, err := strconv.Unquote(p.s[p.pos : end+1])
	p.pos = end + 1
	return s, err
}

func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.s) && strings.IndexByte(" \t,:{}[]()\"", p.s[p.pos]) < 0 {
		p.pos++
	}
	return p.s[start:p.pos]
}

func (p *parser) bare() (any, error) {
	w := p.word()
	if w == "" {
		return nil, fmt.Errorf("want a value")
	}
	if p.pos < len(p.s) && p.s[p.pos] == '(' {
		return p.call(w)
	}
	switch w {
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	if n, err := strconv.ParseInt(w, 0, 64); err == nil {
		return n, nil
	}
	if f, err := strconv.ParseFloat(w, 64); err == nil {
		return f, nil
	}
	return w, nil
}

func (p *parser) call(name string) (any, error) {
	p.pos++
	var args []any
	for p.peek() != ')' {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	p.pos++
	fn, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("no function %q", name)
	}
	v, err := fn(args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

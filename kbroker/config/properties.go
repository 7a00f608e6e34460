package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Property is one line of a property file, or one entry of another layer.
type Property struct {
	Name  string
	Value string
	Line  int // 1-based line on which the entry starts; 0 where there are no lines
}

// maxPropertyBytes bounds a property file: real ones are a few KiB.
const maxPropertyBytes = 4 << 20

// ParseProperties reads Java's property format: # and ! start comments; =, : or blanks end a name; a backslash escapes,
// and at the end of a line joins the next one; \uXXXX is a character; bytes are ISO-8859-1. Blanks at the end of a value
// stay. A name that comes twice comes twice here: the last one counts. label names the source in errors.
func ParseProperties(label string, data []byte) ([]Property, error) {
	if len(data) > maxPropertyBytes {
		return nil, fmt.Errorf("%s: %d bytes is too large for a property file", label, len(data))
	}
	var out []Property
	for _, l := range logicalLines(latin1(data)) {
		name, value := splitProperty(l.text)
		n, err := unescape(name)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: name: %w", label, l.number, err)
		}
		v, err := unescape(value)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: value of %s: %w", label, l.number, n, err)
		}
		out = append(out, Property{Name: n, Value: v, Line: l.number})
	}
	return out, nil
}

func latin1(b []byte) string {
	ascii := true
	for _, c := range b {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return string(b)
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

type logicalLine struct {
	text   string
	number int
}

// logicalLines joins continued lines and drops blank lines and comments. A comment cannot be continued.
func logicalLines(s string) []logicalLine {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	var out []logicalLine
	var cur strings.Builder
	start, continued := 0, false
	for i, line := range strings.Split(s, "\n") {
		line = strings.TrimLeft(line, " \t\f")
		if !continued {
			if line == "" || line[0] == '#' || line[0] == '!' {
				continue
			}
			start = i + 1
		}
		if oddBackslashes(line) {
			cur.WriteString(line[:len(line)-1])
			continued = true
			continue
		}
		cur.WriteString(line)
		out = append(out, logicalLine{cur.String(), start})
		cur.Reset()
		continued = false
	}
	if continued && cur.Len() > 0 {
		out = append(out, logicalLine{cur.String(), start})
	}
	return out
}

func oddBackslashes(s string) bool {
	n := 0
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// splitProperty cuts at the first =, : or blank that is not escaped; blanks around one = or : belong to neither side.
func splitProperty(s string) (name, value string) {
	end := len(s)
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if strings.IndexByte("=: \t\f", s[i]) >= 0 {
			end = i
			break
		}
	}
	rest := strings.TrimLeft(s[end:], " \t\f")
	if rest != "" && (rest[0] == '=' || rest[0] == ':') {
		rest = strings.TrimLeft(rest[1:], " \t\f")
	}
	return s[:end], rest
}

const unicodeDigits = 4

func unescape(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i == len(s) {
			break
		}
		switch s[i] {
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			if len(s) < i+1+unicodeDigits {
				return "", fmt.Errorf("malformed \\uxxxx escape")
			}
			r, err := strconv.ParseUint(s[i+1:i+1+unicodeDigits], 16, 16)
			if err != nil {
				return "", fmt.Errorf("malformed \\uxxxx escape")
			}
			b.WriteRune(rune(r))
			i += unicodeDigits
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

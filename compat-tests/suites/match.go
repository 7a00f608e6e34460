package suites

import (
	"regexp"
	"strings"
)

// matches reports whether go test -run expr runs a test: an expression is a list of alternatives, each of which holds one
// expression for every level of subtests. A test below the levels of an alternative runs with its parent.
func matches(expr, test string) bool {
	if expr == "" {
		return true
	}
	levels := strings.Split(test, "/")
	for _, alternative := range cut(expr, '|') {
		fits := true
		for i, e := range cut(alternative, '/') {
			if i >= len(levels) {
				break // a parent runs for the sake of its subtests
			}
			re, err := regexp.Compile(e)
			fits = fits && err == nil && re.MatchString(levels[i])
		}
		if fits {
			return true
		}
	}
	return false
}

// cut splits an expression at a separator that stands in no brackets.
func cut(expr string, sep byte) []string {
	var out []string
	depth, class, from := 0, false, 0
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == sep && depth == 0:
			out, from = append(out, expr[from:i]), i+1
		}
	}
	return append(out, expr[from:])
}

package configdef

import (
	"math"
	"strconv"
	"strings"
)

// parseType reads text as a value of a type, without any further check.
func parseType(name, text string, typ Type) (Value, error) {
	trimmed := trim(text)
	shown := text
	if typ == Password {
		shown = Hidden
	}
	v := Value{typ: typ}
	switch typ {
	case Boolean:
		switch {
		case strings.EqualFold(trimmed, "true"):
			v.num = 1
		case strings.EqualFold(trimmed, "false"):
		default:
			return Value{}, Invalid(name, shown, "Expected value to be either true or false")
		}
	case Int, Short, Long:
		n, err := strconv.ParseInt(trimmed, 10, bits(typ))
		if err != nil {
			return Value{}, Invalid(name, shown, "Not a number of type "+typ.String())
		}
		v.num = n
	case Double:
		f, ok := parseDouble(trimmed)
		if !ok {
			return Value{}, Invalid(name, shown, "Not a number of type DOUBLE")
		}
		v.dbl = f
	case List:
		v.list = splitList(trimmed)
	default:
		v.text = trimmed
	}
	return v, nil
}

func bits(t Type) int {
	switch t {
	case Short:
		return 16
	case Int:
		return 32
	default:
		return 64
	}
}

// trim cuts every character up to the blank from both ends, as Java's String.trim.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

// splitList cuts at commas and drops the blanks around them; empty elements stay, so that a check can name them.
func splitList(trimmed string) []string {
	if trimmed == "" {
		return []string{}
	}
	parts := strings.Split(trimmed, ",")
	for i, p := range parts {
		parts[i] = strings.Trim(p, " \t\n\v\f\r")
	}
	return parts
}

// parseDouble takes what Java's Double.parseDouble takes: an optional f or d at the end, NaN and Infinity spelt so, and
// hexadecimal numbers with an exponent; unlike Go's parser neither underscores nor inf.
func parseDouble(s string) (float64, bool) {
	sign, body := 1.0, s
	if body != "" && (body[0] == '+' || body[0] == '-') {
		if body[0] == '-' {
			sign = -1
		}
		body = body[1:]
	}
	switch body {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(int(sign)), true
	case "":
		return 0, false
	}
	hex := strings.HasPrefix(body, "0x") || strings.HasPrefix(body, "0X")
	if c := body[len(body)-1]; (c|0x20 == 'f' || c|0x20 == 'd') && (!hex || strings.ContainsAny(body, "pP")) {
		body = body[:len(body)-1]
	}
	allowed := "0123456789.eE+-"
	if hex {
		allowed = "0123456789abcdefABCDEFxXpP.+-"
	}
	if body == "" || strings.Trim(body, allowed) != "" || body[0] == '+' || body[0] == '-' {
		return 0, false
	}
	f, err := strconv.ParseFloat(body, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return sign * f, true
}

package configdef

import (
	"math"
	"strconv"
	"strings"
)

// Hidden stands in place of a secret.
const Hidden = "[hidden]"

// Value is a parsed value. The zero Value is null.
type Value struct {
	typ  Type
	null bool
	num  int64
	dbl  float64
	text string
	list []string
}

// Type is the type the value was parsed as.
func (v Value) Type() Type { return v.typ }

// IsNull tells that there is no value.
func (v Value) IsNull() bool { return v.null || v.typ == Unknown }

// Bool is a boolean's value, false for anything else.
func (v Value) Bool() bool { return v.typ == Boolean && v.num == 1 }

// Int is the value of an int, short or long, 0 for anything else.
func (v Value) Int() int64 { return v.num }

// Double is a double's value; for whole numbers the same number.
func (v Value) Double() float64 {
	if v.typ == Double {
		return v.dbl
	}
	return float64(v.num)
}

// Text is the text of a string, class or password. Unlike String it shows a secret.
func (v Value) Text() string { return v.text }

// List is a list's elements; the caller must not change them.
func (v Value) List() []string { return v.list }

// String writes the value as Kafka shows it in DescribeConfigs: lists joined by commas, secrets hidden, null as "null".
func (v Value) String() string {
	if v.IsNull() {
		return "null"
	}
	switch v.typ {
	case Boolean:
		return strconv.FormatBool(v.num == 1)
	case Int, Short, Long:
		return strconv.FormatInt(v.num, 10)
	case Double:
		return formatDouble(v.dbl)
	case List:
		return strings.Join(v.list, ",")
	case Password:
		return Hidden
	default:
		return v.text
	}
}

// shown is how a validator's message writes the value: a list in brackets.
func (v Value) shown() string {
	if v.typ == List && !v.null {
		return "[" + strings.Join(v.list, ", ") + "]"
	}
	return v.String()
}

// Smallest and largest magnitudes that are written without an exponent.
const (
	plainDoubleMin = 1e-3
	plainDoubleMax = 1e7
)

// formatDouble writes a double as Java's Double.toString does, which is what clients see.
func formatDouble(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0 && math.Signbit(f):
		return "-0.0"
	case f == 0:
		return "0.0"
	}
	if a := math.Abs(f); a >= plainDoubleMin && a < plainDoubleMax {
		return withFraction(strconv.FormatFloat(f, 'f', -1, 64))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
	sign := ""
	if strings.HasPrefix(exponent, "-") {
		sign = "-"
	}
	return withFraction(mantissa) + "E" + sign + strings.TrimLeft(exponent[1:], "0")
}

func withFraction(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	return s + ".0"
}

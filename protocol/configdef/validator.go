package configdef

import (
	"fmt"
	"slices"
	"strings"
)

// Validator checks a parsed value. Check returns nil or an *Error; String describes what is allowed.
type Validator interface {
	Check(name string, v Value) error
	String() string
}

// deduplicator is a Validator that first drops repeated elements of a list.
type deduplicator interface{ dedup(v Value) Value }

// atLeast, between: bounds of a number, inclusive. Null passes, as in Kafka.
type rangeCheck struct {
	lo, hi       float64
	loInt, hiInt int64
	hasHi        bool
}

// AtLeast allows numbers from lo on.
func AtLeast(lo int64) Validator { return rangeCheck{lo: float64(lo), loInt: lo} }

// Between allows numbers from lo to hi, both included.
func Between(lo, hi int64) Validator {
	return rangeCheck{lo: float64(lo), loInt: lo, hi: float64(hi), hiInt: hi, hasHi: true}
}

// BetweenDouble allows doubles from a whole number up to hi, both included.
func BetweenDouble(lo int64, hi float64) Validator {
	return rangeCheck{lo: float64(lo), loInt: lo, hi: hi, hasHi: true}
}

func (r rangeCheck) Check(name string, v Value) error {
	if v.IsNull() {
		return nil
	}
	if v.typ == Double && v.dbl < r.lo || v.typ != Double && v.num < r.loInt {
		return Invalid(name, v.String(), fmt.Sprintf("Value must be at least %d", r.loInt))
	}
	if r.hasHi && (v.typ == Double && v.dbl > r.hi || v.typ != Double && v.num > r.hiInt) {
		return Invalid(name, v.String(), "Value must be no more than "+r.high())
	}
	return nil
}

func (r rangeCheck) high() string {
	if r.hi == float64(int64(r.hi)) {
		return fmt.Sprint(int64(r.hi))
	}
	return formatDouble(r.hi)
}

func (r rangeCheck) String() string {
	if r.hasHi {
		return fmt.Sprintf("[%d,...,%s]", r.loInt, r.high())
	}
	return fmt.Sprintf("[%d,...]", r.loInt)
}

type oneOf struct {
	values []string
	fold   bool
}

// OneOf allows exactly the given strings.
func OneOf(values ...string) Validator { return oneOf{values: values} }

// OneOfFold allows the given strings in any case.
func OneOfFold(values ...string) Validator { return oneOf{values: values, fold: true} }

func (o oneOf) Check(name string, v Value) error {
	for _, want := range o.values {
		if v.text == want && !v.IsNull() || o.fold && strings.EqualFold(v.text, want) {
			return nil
		}
	}
	if o.fold {
		return Invalid(name, v.String(), "String must be one of (case insensitive): "+strings.Join(o.values, ", "))
	}
	return Invalid(name, v.String(), "String must be one of: "+strings.Join(o.values, ", "))
}

func (o oneOf) String() string {
	if o.fold {
		return "(case insensitive) [" + strings.Join(o.values, ", ") + "]"
	}
	return "[" + strings.Join(o.values, ", ") + "]"
}

type nonEmpty struct{}

// NonEmpty refuses the empty string; null passes.
func NonEmpty() Validator { return nonEmpty{} }

func (nonEmpty) Check(name string, v Value) error {
	if !v.IsNull() && v.text == "" {
		return Invalid(name, "", "String must be non-empty")
	}
	return nil
}

func (nonEmpty) String() string { return "non-empty string" }

type distinctList struct {
	values     []string // allowed elements; any when empty
	allowEmpty bool
}

// DistinctList allows lists of non-empty elements, which may be restricted to values; repeated elements are dropped.
func DistinctList(allowEmpty bool, values ...string) Validator {
	return distinctList{values: values, allowEmpty: allowEmpty}
}

func (l distinctList) dedup(v Value) Value {
	seen := make(map[string]bool, len(v.list))
	out := make([]string, 0, len(v.list))
	for _, s := range v.list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	v.list = out
	return v
}

func (l distinctList) Check(name string, v Value) error {
	if v.IsNull() {
		return nil
	}
	if len(v.list) == 0 && !l.allowEmpty {
		valid := "any non-empty value"
		if len(l.values) > 0 {
			valid = "[" + strings.Join(l.values, ", ") + "]"
		}
		return Complaint(name, "Configuration '"+name+"' must not be empty. Valid values include: "+valid)
	}
	for _, s := range v.list {
		if s == "" {
			return Complaint(name, "Configuration '"+name+"' values must not be empty.")
		}
		if len(l.values) > 0 && !slices.Contains(l.values, s) {
			return Invalid(name, s, "String must be one of: "+strings.Join(l.values, ", "))
		}
	}
	return nil
}

func (l distinctList) String() string {
	if len(l.values) > 0 {
		return "[" + strings.Join(l.values, ", ") + "]"
	}
	if l.allowEmpty {
		return "any list"
	}
	return "non-empty list"
}

type funcCheck struct {
	check func(name string, v Value) error
	says  string
}

// Func is a check of its own, described by says.
func Func(says string, check func(name string, v Value) error) Validator {
	return funcCheck{check: check, says: says}
}

func (f funcCheck) Check(name string, v Value) error { return f.check(name, v) }
func (f funcCheck) String() string                   { return f.says }

// Shown is how messages of checks write a value: like String, with a list in brackets.
func Shown(v Value) string { return v.shown() }

package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Versions is a closed range of versions; it is empty when Min > Max.
type Versions struct{ Min, Max int16 }

// None is the empty range.
var None = Versions{Min: 0, Max: -1}

// Empty reports whether no version is in the range.
func (v Versions) Empty() bool { return v.Min > v.Max }

// Contains reports whether the range holds version.
func (v Versions) Contains(version int16) bool { return v.Min <= version && version <= v.Max }

// Intersect is the range of versions that both hold.
func (v Versions) Intersect(o Versions) Versions {
	r := Versions{Min: max(v.Min, o.Min), Max: min(v.Max, o.Max)}
	if r.Empty() {
		return None
	}
	return r
}

// String writes the range as the definitions do: "none", "3", "1-4", "2+".
func (v Versions) String() string {
	switch {
	case v.Empty():
		return "none"
	case v.Max == math.MaxInt16:
		return fmt.Sprintf("%d+", v.Min)
	case v.Min == v.Max:
		return strconv.Itoa(int(v.Min))
	}
	return fmt.Sprintf("%d-%d", v.Min, v.Max)
}

func parseVersions(s string) (Versions, error) {
	if s == "" || s == "none" {
		return None, nil
	}
	lo, hi := s, s
	if base, ok := strings.CutSuffix(s, "+"); ok {
		lo, hi = base, strconv.Itoa(math.MaxInt16)
	} else if a, b, ok := strings.Cut(s, "-"); ok {
		lo, hi = a, b
	}
	from, err := strconv.ParseInt(lo, 10, 16)
	if err != nil {
		return None, fmt.Errorf("versions %q", s)
	}
	to, err := strconv.ParseInt(hi, 10, 16)
	if err != nil || to < from {
		return None, fmt.Errorf("versions %q", s)
	}
	return Versions{int16(from), int16(to)}, nil
}

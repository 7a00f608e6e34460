package configdef

import (
	"math"
	"strings"
	"testing"
	"unicode"
)

func TestDoublesAreWrittenAsJavaWritesThem(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {2, "2.0"}, {0.1, "0.1"}, {0.001, "0.001"}, {0.0001, "1.0E-4"}, {9999999, "9999999.0"}, {1e7, "1.0E7"},
		{-1.25, "-1.25"}, {math.MaxFloat64, "1.7976931348623157E308"}, {math.Inf(-1), "-Infinity"}, {math.NaN(), "NaN"},
	} {
		if got := formatDouble(c.f); got != c.want {
			t.Errorf("%g: got %s, want %s", c.f, got, c.want)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	k := Key{Name: "p", Type: Password}
	v, err := k.Parse(" secret ")
	if err != nil || v.String() != Hidden || v.Text() != "secret" {
		t.Errorf("%v %q %v", v, v.Text(), err)
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	for _, s := range []string{"", " 1 ", "1e9", "0x1p-1", "a,,b", "NaN", "+", "-f", "0x", "1:2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for typ := Boolean; typ <= Password; typ++ {
			k := Key{Name: "k", Type: typ, Validator: AtLeast(0)}
			if typ == List {
				k.Validator = DistinctList(true)
			}
			v, err := k.Parse(s)
			// Java trims control characters from a whole value, but not around the commas of a list.
			odd := typ == List && strings.ContainsFunc(s, unicode.IsControl)
			if err == nil && typ != Password && !odd {
				if _, err := k.Parse(v.String()); err != nil && typ != Class && typ != String {
					t.Errorf("%v: %q was read as %q, which does not parse: %v", typ, s, v, err)
				}
			}
		}
	})
}

package schema

import (
	"strings"
	"testing"
)

func TestLoadHoldsEveryDefinition(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	requests, responses := 0, 0
	for key := int16(0); set.Request(key) != nil; key++ {
		requests++
		if r := set.Response(key); r != nil && r.Valid == set.Request(key).Valid && r.Flexible == set.Request(key).Flexible {
			responses++
		}
	}
	if requests != 95 || responses != 95 || len(set.Messages) != 192 {
		t.Errorf("%d requests, %d responses of the same versions, %d messages", requests, responses, len(set.Messages))
	}
	for name, got := range map[string]int{
		"metadata": len(set.Metadata) - 27, "group": len(set.Group) - 44, "transaction": len(set.Transaction) - 2,
		"share": len(set.Share) - 4, "client": len(set.Client) - 11, "raft": len(set.Raft) - 1,
	} {
		if got != 0 {
			t.Errorf("%s: %+d definitions", name, got)
		}
	}
}

func TestVersionsAreWrittenAsTheyAreRead(t *testing.T) {
	for _, s := range []string{"none", "0", "3", "0-4", "2+", "0+"} {
		if v, err := parseVersions(s); err != nil || v.String() != s {
			t.Errorf("%q: %s, %v", s, v, err)
		}
	}
	for _, s := range []string{"x", "3-1", "-1", "1-", "99999", "1+2"} {
		if v, err := parseVersions(s); err == nil {
			t.Errorf("%q is read as %s", s, v)
		}
	}
	if v := (Versions{1, 5}).Intersect(Versions{4, 9}); v != (Versions{4, 5}) {
		t.Errorf("%s", v)
	}
	if v := (Versions{1, 2}).Intersect(Versions{4, 9}); !v.Empty() || v.Contains(4) {
		t.Errorf("%s", v)
	}
}

func TestParseRefusesWhatItDoesNotUnderstand(t *testing.T) {
	message := func(fields string) string {
		return `[{"type": "data", "name": "M", "validVersions": "0", "flexibleVersions": "0+", "fields": [` + fields + `]}]`
	}
	for text, want := range map[string]string{
		message(`{"name": "F", "type": "int33", "versions": "0+"}`):                                                         "unknown type",
		message(`{"name": "F", "type": "int32", "versions": "zero"}`):                                                       "versions",
		message(`{"name": "F", "type": "int32", "versions": "0+", "default": "x"}`):                                         "default",
		message(`{"name": "F", "type": "int32", "versions": "0+", "colour": "red"}`):                                        "unknown field",
		message(`{"name": "F", "type": "[]S", "versions": "0+", "fields": [{"name": "G", "type": "S", "versions": "0+"}]}`): "contains itself",
		`{`: "",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A bare null is no default and "null" is one; two spellings that mean opposite things.
func TestOnlyAQuotedNullIsADefault(t *testing.T) {
	ms, err := Parse([]byte(`[{"type": "data", "name": "M", "validVersions": "0", "flexibleVersions": "0+", "fields": [
		{"name": "Bare", "type": "[]int32", "versions": "0+", "nullableVersions": "0+", "default": null},
		{"name": "Quoted", "type": "[]int32", "versions": "0+", "nullableVersions": "0+", "default": "null"},
		{"name": "Hex", "type": "int32", "versions": "0+", "default": "0x7fffffff"},
		{"name": "Tagged", "type": "int32", "taggedVersions": "1+", "tag": 3}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	f := ms[0].Fields
	if f[0].DefaultIsNull() || !f[1].DefaultIsNull() || f[2].DefaultInt() != 1<<31-1 || f[3].Versions != f[3].Tagged || f[3].Tag != 3 {
		t.Errorf("%+v %+v %+v %+v", f[0], f[1], f[2], f[3])
	}
}

package config

import (
	"fmt"
	"strings"
	"testing"
)

func TestProperties(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a=b", "1 a=b"},
		{"a = b ", "1 a=b "},
		{"a:b\na b\na\tb", "1 a=b;2 a=b;3 a=b"},
		{"a\na=\n  a  =  ", "1 a=;2 a=;3 a="},
		{"# c\n! c\n\n  # c\nx=1", "5 x=1"},
		{"a=1,\\\n   2,\\\n   3\nb=4", "1 a=1,2,3;4 b=4"},
		{"a=1\\\\\nb=2", "1 a=1\\;2 b=2"},
		{"a\\=b\\:c=d", "1 a=b:c=d"},
		{"a\\ b=c", "1 a b=c"},
		{"a==b", "1 a==b"},
		{"a=\\u0041\\t\\q", "1 a=A\tq"},
		{"a=b\r\nc=d\re=f", "1 a=b;2 c=d;3 e=f"},
		{"a=\xe9", "1 a=é"},
		{"a=1\\", "1 a=1"},
		{"# comment \\\na=1", "2 a=1"},
		{"a=1\\\n# not a comment", "1 a=1# not a comment"},
		{"=x", "1 =x"},
		{"", ""},
	} {
		props, err := ParseProperties("f", []byte(c.in))
		var got []string
		for _, p := range props {
			got = append(got, fmt.Sprintf("%d %s=%s", p.Line, p.Name, p.Value))
		}
		if s := strings.Join(got, ";"); s != c.want || err != nil {
			t.Errorf("%q\n got %q %v\nwant %q", c.in, s, err, c.want)
		}
	}
}

func TestPropertiesNameTheLine(t *testing.T) {
	_, err := ParseProperties("server.properties", []byte("a=1\n# x\nb=\\u12x4\n"))
	if err == nil || err.Error() != `server.properties:3: value of b: malformed \uxxxx escape` {
		t.Error(err)
	}
	if _, err := ParseProperties("big", make([]byte, maxPropertyBytes+1)); err == nil {
		t.Error("a huge file was read")
	}
}

func FuzzProperties(f *testing.F) {
	for _, s := range []string{"a=b", "a\\", "\\u12", "a=1\\\n b", "\\\n", "=", "a\\:b c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		props, err := ParseProperties("f", data)
		if err != nil {
			return
		}
		size := 0
		for _, p := range props {
			size += len(p.Name) + len(p.Value)
			if p.Line < 1 {
				t.Fatal("no line")
			}
		}
		if size > 2*len(data) {
			t.Fatalf("%d bytes became %d", len(data), size)
		}
	})
}

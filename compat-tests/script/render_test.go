package script

import (
	"testing"
	"time"
)

func TestTimeIsNamedWithinTheRunAndByWholeMinutes(t *testing.T) {
	start := time.UnixMilli(1_800_000_000_000)
	now := start.Add(5 * time.Second)
	for off, want := range map[time.Duration]string{
		0: "<now>", 5 * time.Second: "<now>", -time.Second: "<now>", 6 * time.Second: "<now>",
		-2 * time.Minute: "<now-2m>", 2*time.Minute + 3*time.Second: "<now+2m>", 2 * time.Hour: "<now+120m>",
		-20 * time.Second: "", 30 * time.Second: "", 90 * time.Second: "", 72 * time.Hour: "", -72 * time.Hour: "",
	} {
		if got := timeName(start, now, start.Add(off).UnixMilli()); got != want {
			t.Errorf("%v from the start: %q, want %q", off, got, want)
		}
	}
}

func TestPortIsThatOfTheBootstrapOrHasANumber(t *testing.T) {
	r := newRenderer("n", "", "127.0.0.1:9000", time.Now())
	for _, c := range []struct {
		port int64
		want string
	}{{9000, "<port>"}, {9001, "<port:1>"}, {9002, "<port:2>"}, {9001, "<port:1>"}, {-1, "-1"}, {0, "0"}} {
		if got := r.integer("port", c.port); got != c.want {
			t.Errorf("%d: %s, want %s", c.port, got, c.want)
		}
	}
	if got := r.text("A://127.0.0.1:9000,B://localhost:9001"); got != `"A://<address>,B://<address:1>"` {
		t.Error(got)
	}
}

func TestMaskHidesNoMissingValue(t *testing.T) {
	r := newRenderer("n", "", "127.0.0.1:9000", time.Now())
	r.masked, r.alike = fieldSet("end"), fieldSet("epoch")
	for _, c := range []struct {
		name string
		n    int64
		want string
	}{{"end", 7, "<end>"}, {"end", -1, "-1"}, {"end", 0, "0"}, {"epoch", 7, "<epoch:1>"}, {"epoch", 8, "<epoch:2>"}, {"epoch", 7, "<epoch:1>"}} {
		if got := r.inline(c.name, c.n); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.name, c.n, got, c.want)
		}
	}
}

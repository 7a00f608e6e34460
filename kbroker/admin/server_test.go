package admin

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/protocol/memnet"
)

const where = "node:9644"

// room is a Server over a network in memory, inside a bubble: that the bubble ends proves that Close leaves nothing behind.
type room struct {
	net    *memnet.Network
	server *Server
}

func open(t *testing.T, c Config) *room {
	t.Helper()
	n := memnet.New(1)
	l, err := n.Listen(where)
	if err != nil {
		t.Fatal(err)
	}
	c.Listener, c.Logger = l, slog.New(slog.DiscardHandler)
	if c.Live == nil {
		c.Live = func() error { return nil }
	}
	if c.Ready == nil {
		c.Ready = func() []Check { return []Check{{"serving", nil}} }
	}
	r := &room{n, Start(c)}
	t.Cleanup(func() { r.close(t) })
	return r
}

func (r *room) close(t *testing.T) {
	t.Helper()
	if err := r.server.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func (r *room) do(t *testing.T, method, path string) (int, http.Header, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: r.net.Host("operator").Dial}}
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+where+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

func (r *room) get(t *testing.T, path string) (int, string) {
	t.Helper()
	status, _, body := r.do(t, http.MethodGet, path)
	return status, body
}

// dial opens a connection and writes text to it.
func (r *room) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	c, err := r.net.Host("operator").Dial(t.Context(), "tcp", where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

// ended waits until the server closes a connection, and returns what it wrote and how long that took.
func ended(t *testing.T, c net.Conn) (string, time.Duration) {
	t.Helper()
	start := time.Now()
	b, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
	return string(b), time.Since(start)
}

func bubble(t *testing.T, fn func(t *testing.T)) { synctest.Test(t, fn) }

func TestProbesTellTheTruthAndWhy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var dead error
		checks := []Check{{"started", nil}, {"fenced", errors.New("the controller has fenced this broker")}}
		r := open(t, Config{Live: func() error { return dead }, Ready: func() []Check { return checks }})
		for _, c := range []struct {
			path, body string
			status     int
		}{
			{"/livez", "ok\n", 200},
			{"/livez?verbose", "[+] process: ok\n", 200},
			{"/readyz", "[-] fenced: the controller has fenced this broker\n", 503},
			{"/readyz?verbose", "[+] started: ok\n[-] fenced: the controller has fenced this broker\n", 503},
		} {
			if status, body := r.get(t, c.path); status != c.status || body != c.body {
				t.Errorf("%s: %d %q", c.path, status, body)
			}
		}
		dead, checks[1].Err = errors.New("the metadata log cannot be written"), nil
		if status, body := r.get(t, "/livez"); status != 503 || !strings.Contains(body, "cannot be written") {
			t.Errorf("a process that cannot go on: %d %q", status, body)
		}
		if status, body := r.get(t, "/readyz"); status != 200 || body != "ok\n" {
			t.Errorf("%d %q", status, body)
		}
	})
}

func TestOnlyReadingIsServed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{})
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
			if status, head, _ := r.do(t, method, "/livez"); status != 405 || head.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s: %d %v", method, status, head)
			}
		}
		if status, _, body := r.do(t, "HEAD", "/metrics"); status != 200 || body != "" {
			t.Errorf("HEAD: %d %q", status, body)
		}
		if status, _ := r.get(t, "/"); status != 404 {
			t.Errorf("the console is not here: %d", status)
		}
	})
}

func TestAHeadThatDoesNotEndIsCutOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{})
		for _, text := range []string{"", "GET /livez HTTP/1.1\r\nHost: node\r\n"} {
			if _, took := ended(t, r.dial(t, text)); took != headTimeout {
				t.Errorf("%q: closed after %v", text, took)
			}
		}
	})
}

func TestAHeadThatIsTooLargeIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{})
		c := r.dial(t, "GET /livez HTTP/1.1\r\nHost: node\r\nX: "+strings.Repeat("x", 3*maxHeaderBytes)+"\r\n\r\n")
		if answer, _ := ended(t, c); !strings.HasPrefix(answer, "HTTP/1.1 431 ") {
			t.Errorf("%.60q", answer)
		}
	})
}

func TestABodyIsRefusedAndNotWaitedForWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{Profiles: true})
		for _, path := range []string{"/livez", "/debug/pprof/profile"} {
			answer, took := ended(t, r.dial(t, "GET "+path+" HTTP/1.1\r\nHost: node\r\nContent-Length: 1000\r\n\r\n"))
			if !strings.HasPrefix(answer, "HTTP/1.1 400 ") || took > headTimeout+time.Second {
				t.Errorf("%s: %.60q after %v", path, answer, took)
			}
		}
	})
}

func TestAnAnswerThatNobodyReadsEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{Ready: func() []Check {
			return []Check{{"long", errors.New(strings.Repeat("x", 4<<20))}}
		}})
		for range maxConnections {
			r.dial(t, "GET /readyz HTTP/1.1\r\nHost: node\r\n\r\n")
		}
		synctest.Wait()
		start := time.Now()
		if status, _ := r.get(t, "/livez"); status != 200 || time.Since(start) != answerTimeout {
			t.Errorf("%d after %v", status, time.Since(start))
		}
	})
}

func TestConnectionsBeyondTheLimitWaitForAPlace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{})
		for range maxConnections {
			r.dial(t, "") // holds its place until the head is overdue
		}
		start := time.Now()
		if status, _ := r.get(t, "/livez"); status != 200 || time.Since(start) != headTimeout {
			t.Errorf("%d after %v: there was no place before", status, time.Since(start))
		}
		for range 2 * maxConnections { // every place comes back
			if status, _ := r.get(t, "/livez"); status != 200 {
				t.Fatal(status)
			}
		}
		if took := time.Since(start); took != headTimeout {
			t.Errorf("a place was lost: %v", took)
		}
	})
}

// gzipMagic begins every profile that the tools read.
const gzipMagic = "\x1f\x8b"

// The profiler of the CPU works in real time, so these tests stand outside a bubble. They wait for nothing but the server.

func TestOneProfileOfTheCPUAtATimeAndCloseEndsIt(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := Start(Config{Listener: l, Live: func() error { return nil }, Ready: func() []Check { return nil }, Profiles: true, Logger: slog.New(slog.DiscardHandler)})
	url := "http://" + l.Addr().String() + "/debug/pprof/profile?seconds=120"
	first, err := http.Get(url) // returns with the head, when the profile has begun
	if err != nil || first.StatusCode != 200 {
		t.Fatal(first, err)
	}
	defer first.Body.Close()
	second, err := http.Get(url)
	if err != nil || second.StatusCode != 409 {
		t.Fatal(second, err)
	}
	second.Body.Close()
	if err := s.Close(t.Context()); err != nil { // the test's own limit is shorter than the profile
		t.Error(err)
	}
	_, _ = io.Copy(io.Discard, first.Body)
	if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
}

func TestAProfileOfTheCPUIsWhatTheToolsRead(t *testing.T) {
	answer := httptest.NewRecorder()
	profileCPU(answer, httptest.NewRequest("GET", "/debug/pprof/profile?seconds=0.01", nil))
	if answer.Code != 200 || !strings.HasPrefix(answer.Body.String(), gzipMagic) {
		t.Errorf("%d %.10q", answer.Code, answer.Body)
	}
}

func TestProfilesAreServedOnlyWhenAskedForAndAreBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{Profiles: true})
		if status, body := r.get(t, "/debug/pprof/goroutine?debug=1"); status != 200 || !strings.HasPrefix(body, "goroutine profile:") {
			t.Errorf("%d %.60q", status, body)
		}
		for _, query := range []string{"profile?seconds=121", "profile?seconds=0", "profile?seconds=-1", "profile?seconds=1e9", "profile?seconds=NaN",
			"profile?seconds=x", "heap?seconds=1", "heap?debug=3", "heap?debug=x"} {
			if status, body := r.get(t, "/debug/pprof/"+query); status != 400 {
				t.Errorf("%s: %d %s", query, status, body)
			}
		}
		if status, body := r.get(t, "/debug/pprof/heap?gc=1"); status != 200 || !strings.HasPrefix(body, gzipMagic) {
			t.Errorf("%d %.10q", status, body)
		}
		if status, body := r.get(t, "/debug/pprof/"); status != 200 || !strings.Contains(body, "\ngoroutine (") {
			t.Errorf("%d %q", status, body)
		}
		if status, _ := r.get(t, "/debug/pprof/cmdline"); status != 404 {
			t.Errorf("the command line, which may hold a password: %d", status)
		}
	})
	bubble(t, func(t *testing.T) {
		if status, _ := open(t, Config{}).get(t, "/debug/pprof/heap"); status != 404 {
			t.Errorf("without being asked for: %d", status)
		}
	})
}

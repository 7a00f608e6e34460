package admin

import (
	"fmt"
	"net/http"
	"strings"
)

// A Check is one thing that must hold for clients to be served.
type Check struct {
	Name string // one word
	Err  error  // why it does not hold; nil when it does
}

// livez answers for the process alone: 503 means that nothing but a restart helps.
func (s *Server) livez(w http.ResponseWriter, r *http.Request) {
	answer(w, r, []Check{{"process", s.cfg.Live()}})
}

// readyz answers whether clients are served now.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	answer(w, r, s.cfg.Ready())
}

// answer writes "ok", or the checks that do not hold; with ?verbose all of them.
func answer(w http.ResponseWriter, r *http.Request, checks []Check) {
	var text strings.Builder
	status := http.StatusOK
	verbose := r.URL.Query().Has("verbose")
	for _, c := range checks {
		switch {
		case c.Err != nil:
			status = http.StatusServiceUnavailable
			fmt.Fprintf(&text, "[-] %s: %v\n", c.Name, c.Err)
		case verbose:
			fmt.Fprintf(&text, "[+] %s: ok\n", c.Name)
		}
	}
	if text.Len() == 0 {
		text.WriteString("ok\n")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text.String())) // a probe that has gone is nobody's fault
}

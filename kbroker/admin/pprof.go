package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"runtime"
	"runtime/pprof"
	"strconv"
	"time"
)

const (
	maxProfileSeconds     = 120 // of a CPU profile
	defaultProfileSeconds = 30
	heapSampleBytes       = 512 << 10 // one allocation is sampled in about so many bytes, as in every Go program
)

// profiles serves /debug/pprof/NAME as the Go tools ask for it: "profile" is the CPU, the others are the runtime's own.
//
// It is written over runtime/pprof, because linking net/http/pprof makes every process a megabyte larger, whether it
// listens or not. Unlike that, it tells nothing of the command line: an argument may hold a password.
func profiles() http.Handler {
	if runtime.MemProfileRate == 0 { // a program that need not pay for samples turns them off before it gets here
		runtime.MemProfileRate = heapSampleBytes
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/{$}", listProfiles)
	mux.HandleFunc("/debug/pprof/profile", profileCPU)
	mux.HandleFunc("/debug/pprof/{name}", writeProfile)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeWithin(w, maxProfileSeconds*time.Second+answerTimeout)
		mux.ServeHTTP(w, r)
	})
}

func listProfiles(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "profile (of the CPU; ?seconds=, at most %d)\n", maxProfileSeconds)
	for _, p := range pprof.Profiles() {
		fmt.Fprintf(w, "%s (%d; ?debug=1 for text)\n", p.Name(), p.Count())
	}
}

// profileCPU watches the CPU for a while, or until the client or the server has had enough.
func profileCPU(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.ParseFloat(cmp.Or(r.FormValue("seconds"), strconv.Itoa(defaultProfileSeconds)), 64)
	if err != nil || !(seconds > 0 && seconds <= maxProfileSeconds) {
		http.Error(w, fmt.Sprintf("seconds=%q must be a number above 0, at most %d", r.FormValue("seconds"), maxProfileSeconds), http.StatusBadRequest)
		return
	}
	binary(w, "profile")
	if err := pprof.StartCPUProfile(w); err != nil { // another one is under way
		w.Header().Del("Content-Disposition")
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	defer pprof.StopCPUProfile()
	_ = http.NewResponseController(w).Flush() // the head tells that it has begun
	enough := time.NewTimer(time.Duration(seconds * float64(time.Second)))
	defer enough.Stop()
	select {
	case <-enough.C:
	case <-r.Context().Done():
	}
}

// writeProfile writes one of the runtime's profiles: for the tools, or as text with ?debug=1 or 2; after a collection with
// ?gc=1.
func writeProfile(w http.ResponseWriter, r *http.Request) {
	p := pprof.Lookup(r.PathValue("name"))
	if p == nil {
		http.Error(w, "there is no such profile; /debug/pprof/ lists them", http.StatusNotFound)
		return
	}
	debug, err := strconv.ParseUint(cmp.Or(r.FormValue("debug"), "0"), 10, 8)
	if err != nil || debug > 2 || r.FormValue("seconds") != "" {
		http.Error(w, "debug must be 0, 1 or 2, and only the profile of the CPU takes seconds", http.StatusBadRequest)
		return
	}
	if r.FormValue("gc") == "1" {
		runtime.GC()
	}
	if debug == 0 {
		binary(w, p.Name())
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	if err := p.WriteTo(w, int(debug)); err != nil {
		panic(http.ErrAbortHandler) // half a profile must not look like a whole one
	}
}

func binary(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

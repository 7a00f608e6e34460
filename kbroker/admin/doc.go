// Package admin is the HTTP listener for whoever operates the node: probes, metrics, profiles. It is the only room of the
// broker that knows HTTP; the others hand it plain values and functions.
//
//	/livez        200 while the process can be left alone; it asks no peer and no disk
//	/readyz       200 while clients are served, 503 with the reason otherwise; ?verbose lists every check
//	/metrics      process_* and go_* in the text format of Prometheus
//	/debug/pprof  profiles of this process, only when asked for
//
// There is no login, so nothing here changes anything and no answer holds a client's data. A profile shows the program's
// own functions; a heap or goroutine dump no memory.
//
// Every resource is bounded: connections, the time and bytes of a request's head, the time of an answer, the length of a
// profile. A connection carries one request, so that nobody keeps a place by being idle.
//
// Metrics are written by hand. The libraries for them were looked at: one links 2.5 MB; the other reads control groups and
// mounts, from a goroutine, in every process that only links it, whether it listens or not.
//
// Left out: Kafka's own metrics and their dialects, the console, the JSON API, TLS and login, ?exclude; execution traces,
// and profiles of the difference between two moments.
package admin

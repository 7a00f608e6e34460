// Package loggers is the broker's log levels, one per component: quiet by default, set at run time through BROKER_LOGGER
// config resources (kafka-configs --entity-type broker-loggers).
package loggers

import (
	"io"
	"log/slog"
	"maps"
)

// Components are the parts of a node whose level can be set apart. "root" is the level of whatever has none of its own.
var Components = []string{"root", "server", "replica", "log", "controller", "quorum", "group", "txn", "lifecycle"}

// Set is the loggers of one node.
type Set struct {
	levels  map[string]*slog.LevelVar
	initial slog.Level
	out     io.Writer
}

// New returns the loggers of a node that write text to out from level on.
func New(out io.Writer, level slog.Level) *Set {
	s := &Set{levels: make(map[string]*slog.LevelVar), initial: level, out: out}
	for _, c := range Components {
		v := new(slog.LevelVar)
		v.Set(level)
		s.levels[c] = v
	}
	return s
}

// For returns the logger of a component. A component that is not listed gets the root's level.
func (s *Set) For(component string) *slog.Logger {
	level := s.levels[component]
	if level == nil {
		level = s.levels["root"]
	}
	return slog.New(slog.NewTextHandler(s.out, &slog.HandlerOptions{Level: level})).With("component", component)
}

// names maps log4j's levels, which tools send, to slog's.
var names = map[string]slog.Level{
	"TRACE": slog.LevelDebug - 4, "DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARN": slog.LevelWarn, "ERROR": slog.LevelError, "FATAL": slog.LevelError + 4,
}

// Levels implements api.Loggers.
func (s *Set) Levels() map[string]string {
	out := make(map[string]string, len(s.levels))
	for c, v := range s.levels {
		for name, level := range maps.All(names) {
			if v.Level() == level {
				out[c] = name
			}
		}
	}
	return out
}

// SetLevel implements api.Loggers. Setting root sets every component.
func (s *Set) SetLevel(component, level string) bool {
	to, known := names[level]
	if level == "" {
		to, known = s.initial, true
	}
	v := s.levels[component]
	if v == nil || !known {
		return false
	}
	v.Set(to)
	if component == "root" {
		for _, v := range s.levels {
			v.Set(to)
		}
	}
	return true
}

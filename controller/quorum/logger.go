package quorum

import (
	"context"
	"fmt"
	"log/slog"
)

// raftLogger lets etcd raft speak through slog: what it calls info is our debug. Its Fatal and Panic mean a state that
// must not be, and panic; the driver turns that into a fatal fault.
type raftLogger struct{ log *slog.Logger }

func (l raftLogger) say(level slog.Level, msg func() string) {
	if l.log.Enabled(context.Background(), level) {
		l.log.Log(context.Background(), level, msg())
	}
}

func (l raftLogger) line(level slog.Level, v []any) {
	l.say(level, func() string { return "raft: " + fmt.Sprint(v...) })
}

func (l raftLogger) format(level slog.Level, f string, v []any) {
	l.say(level, func() string { return "raft: " + fmt.Sprintf(f, v...) })
}

func (l raftLogger) Debug(v ...any)              { l.line(slog.LevelDebug, v) }
func (l raftLogger) Debugf(f string, v ...any)   { l.format(slog.LevelDebug, f, v) }
func (l raftLogger) Info(v ...any)               { l.line(slog.LevelDebug, v) }
func (l raftLogger) Infof(f string, v ...any)    { l.format(slog.LevelDebug, f, v) }
func (l raftLogger) Warning(v ...any)            { l.line(slog.LevelInfo, v) }
func (l raftLogger) Warningf(f string, v ...any) { l.format(slog.LevelInfo, f, v) }
func (l raftLogger) Error(v ...any)              { l.line(slog.LevelError, v) }
func (l raftLogger) Errorf(f string, v ...any)   { l.format(slog.LevelError, f, v) }
func (l raftLogger) Fatal(v ...any)              { panic("raft: " + fmt.Sprint(v...)) }
func (l raftLogger) Fatalf(f string, v ...any)   { panic("raft: " + fmt.Sprintf(f, v...)) }
func (l raftLogger) Panic(v ...any)              { panic("raft: " + fmt.Sprint(v...)) }
func (l raftLogger) Panicf(f string, v ...any)   { panic("raft: " + fmt.Sprintf(f, v...)) }

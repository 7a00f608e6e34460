package loggers

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestALevelCanBeSetAndGivenBack(t *testing.T) {
	var out bytes.Buffer
	s := New(&out, slog.LevelWarn)
	log := s.For("group")
	log.Info("first")
	if !s.SetLevel("group", "INFO") || s.Levels()["group"] != "INFO" || s.Levels()["server"] != "WARN" {
		t.Fatal(s.Levels())
	}
	log.Info("two")
	s.For("server").Info("three")
	s.SetLevel("group", "")
	log.Info("four")
	if got := out.String(); strings.Contains(got, "first") || !strings.Contains(got, "two") || strings.Contains(got, "three") || strings.Contains(got, "four") {
		t.Fatal(got)
	}
	if s.SetLevel("nobody", "INFO") || s.SetLevel("group", "LOUD") {
		t.Fatal("what does not exist was set")
	}
}

func TestRootSetsEveryComponent(t *testing.T) {
	s := New(new(bytes.Buffer), slog.LevelWarn)
	s.SetLevel("root", "DEBUG")
	for c, level := range s.Levels() {
		if level != "DEBUG" {
			t.Errorf("%s is at %s", c, level)
		}
	}
}

package main

import (
	"strings"
	"testing"
)

// TestAnotherMachineIsRefusedWithASentence shows what is said where a suite cannot run.
func TestAnotherMachineIsRefusedWithASentence(t *testing.T) {
	if err := fits("clients", "linux", "amd64", true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		goos, goarch string
		debian       bool
		says         string
	}{{"darwin", "arm64", false, "darwin/arm64"}, {"linux", "arm64", true, "linux/arm64"}, {"linux", "amd64", false, "without dpkg"}} {
		if err := fits("clients", c.goos, c.goarch, c.debian); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestOnlyApacheKafkaIsRecorded shows that a broker that the harness did not start is not taken for the reference.
func TestOnlyApacheKafkaIsRecorded(t *testing.T) {
	t.Setenv("COMPAT_CACHE", t.TempDir())
	for _, args := range []string{"scripts --record --bootstrap 127.0.0.1:1", "suites --record --bootstrap 127.0.0.1:1"} {
		if err := run(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), "only Apache Kafka is recorded") {
			t.Errorf("%s: %v", args, err)
		}
	}
}

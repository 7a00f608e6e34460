package fetch_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
)

// TestStepEndsAtItsLimit shows that a command that hangs is ended together with its children, and that the error names it.
func TestStepEndsAtItsLimit(t *testing.T) {
	dir := t.TempDir()
	err := fetch.Step{Dir: dir, Limit: 100 * time.Millisecond, Try: "ask for less", Args: []string{"sh", "-c", "echo begun; cat /dev/zero >/dev/null"}}.Run()
	if err == nil {
		t.Fatal("a step without an end succeeded")
	}
	for _, part := range []string{"sh -c", "(in " + dir + ")", "did not end within 100ms", "ask for less", "begun"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// TestStepSaysWhatFailed shows that a command's failure names it, what it said and what to try.
func TestStepSaysWhatFailed(t *testing.T) {
	err := fetch.Step{Dir: t.TempDir(), Limit: time.Minute, Try: "ask for less", Args: []string{"sh", "-c", "echo no such package; exit 3"}}.Run()
	if err == nil || !strings.Contains(err.Error(), "exit status 3: ask for less\nno such package") {
		t.Errorf("a failed step: %v", err)
	}
}

// TestLockWaitsAndNamesTheHolder shows that the second run waits, says for whom, and gets the lock when it is free.
func TestLockWaitsAndNamesTheHolder(t *testing.T) {
	cache := t.TempDir()
	unlock, err := fetch.Lock(context.Background(), cache, "node", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	heard, say := io.Pipe()
	got := make(chan error, 1)
	go func() {
		again, err := fetch.Lock(context.Background(), cache, "node", say)
		if err == nil {
			again()
		}
		got <- err
	}()
	line := make([]byte, 1<<10)
	n, err := heard.Read(line)
	if want := fmt.Sprintf("waiting for node in %s (pid %d works on it)\n", cache, os.Getpid()); err != nil || string(line[:n]) != want {
		t.Errorf("it says %q (%v), want %q", line[:n], err, want)
	}
	select {
	case err := <-got:
		t.Errorf("the second has the lock while the first holds it: %v", err)
	default:
	}
	unlock()
	if err := <-got; err != nil {
		t.Error(err)
	}
}

// TestLockGivesUp shows that a wait has an end and that its error names the holder.
func TestLockGivesUp(t *testing.T) {
	cache := t.TempDir()
	unlock, err := fetch.Lock(context.Background(), cache, "py", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := fetch.Lock(ctx, cache, "py", io.Discard); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("pid %d", os.Getpid())) {
		t.Errorf("a wait without an end: %v", err)
	}
}

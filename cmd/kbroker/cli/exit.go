package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// Exit codes of the program.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitNotFound  = 3
	exitRefused   = 4
	exitTimeout   = 5
	exitUnhealthy = 6
)

var exitKinds = map[int]string{exitFailed: "failed", exitUsage: "usage", exitNotFound: "not found",
	exitRefused: "refused", exitTimeout: "timeout", exitUnhealthy: "unhealthy"}

// exitError is an error with the exit code it leads to.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func withCode(code int, format string, args ...any) error {
	return &exitError{code, fmt.Errorf(format, args...)}
}

func usage(err error) error                      { return &exitError{exitUsage, err} }
func usagef(format string, args ...any) error    { return withCode(exitUsage, format, args...) }
func notFoundf(format string, args ...any) error { return withCode(exitNotFound, format, args...) }

// missing are protocol errors that say a thing is not there; forbidden, that it may not be touched; late, that nobody
// answered in time.
var (
	missing = []*kerr.Error{kerr.UnknownTopicOrPartition, kerr.UnknownTopicID, kerr.GroupIDNotFound, kerr.UnknownMemberID,
		kerr.LogDirNotFound, kerr.ResourceNotFound}
	forbidden = []*kerr.Error{kerr.SaslAuthenticationFailed, kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed,
		kerr.ClusterAuthorizationFailed, kerr.TransactionalIDAuthorizationFailed, kerr.DelegationTokenAuthorizationFailed,
		kerr.IllegalSaslState, kerr.UnsupportedSaslMechanism}
	late = []*kerr.Error{kerr.RequestTimedOut, kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress, kerr.LeaderNotAvailable}
)

// codeOf finds the exit code of an error.
func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	if e := (*exitError)(nil); errors.As(err, &e) {
		return e.code
	}
	if e := (*kadm.AuthError)(nil); errors.As(err, &e) {
		return exitRefused
	}
	for _, c := range []struct {
		list []*kerr.Error
		code int
	}{{missing, exitNotFound}, {forbidden, exitRefused}, {late, exitTimeout}} {
		for _, k := range c.list {
			if errors.Is(err, k) {
				return c.code
			}
		}
	}
	if n := net.Error(nil); errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout() || refused(err) {
		return exitTimeout
	}
	if errors.Is(err, fs.ErrNotExist) {
		return exitNotFound
	}
	// cobra has no type for an unknown command.
	if strings.HasPrefix(err.Error(), "unknown command") {
		return exitUsage
	}
	return exitFailed
}

// report writes the error of the command that ran, as JSON when the output is JSON, and returns the exit code.
func (a *App) report(ran *cobra.Command, err error) int {
	code := codeOf(err)
	if code == exitOK {
		return code
	}
	if a.flags.output == "json" || a.flags.output == "jsonl" {
		type body struct {
			Code    int    `json:"code"`
			Kind    string `json:"kind"`
			Message string `json:"message"`
		}
		b, _ := json.Marshal(map[string]body{"error": {code, exitKinds[code], err.Error()}})
		fmt.Fprintf(a.Err, "%s\n", b)
		return code
	}
	fmt.Fprintf(a.Err, "kbroker: %v\n", err)
	if code == exitUsage {
		fmt.Fprintf(a.Err, "See %s --help.\n", ran.CommandPath())
	}
	return code
}

// toldError is a protocol error that says no more than the broker's own words about it.
type toldError struct {
	kind error
	told string
}

func (e *toldError) Error() string { return e.told }
func (e *toldError) Unwrap() error { return e.kind }

// describeKafka says a protocol error in the broker's own words, where it has some.
func describeKafka(err error, message string) error {
	if err == nil || message == "" {
		return err
	}
	return &toldError{err, message}
}

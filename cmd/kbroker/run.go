package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/kbroker/kbroker/cmd/kbroker/cli"
	"github.com/kbroker/kbroker/kbroker"
	"github.com/kbroker/kbroker/kbroker/config"
)

func init() {
	cli.RunBroker = runBroker
	cli.CheckBroker = kbroker.Check
	cli.FormatQuorum = kbroker.FormatQuorum
}

// stopTimeout bounds a clean shutdown: what waits for others gives up then, what writes to the disk does not.
const stopTimeout = 30 * time.Second

// runBroker starts a node, says where it is, and stops it when ctx ends.
func runBroker(ctx context.Context, static *config.Static, out io.Writer) error {
	began := time.Now()
	faults := make(chan error, 1)
	node, err := kbroker.Start(ctx, kbroker.Options{Config: static, Log: os.Stderr, Level: slog.LevelWarn,
		Fault: func(err error) {
			select {
			case faults <- err:
			default:
			}
		}})
	if err != nil {
		return err
	}
	banner(out, node, static, time.Since(began))
	var fault error
	select {
	case <-ctx.Done():
	case fault = <-faults:
	}
	stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(fault, node.Close(stop))
}

func banner(out io.Writer, node *kbroker.Node, static *config.Static, took time.Duration) {
	var where []string
	for _, l := range node.Endpoints() {
		where = append(where, l.String())
	}
	fmt.Fprintf(out, "kbroker node %d of cluster %s, ready after %d ms\n", static.NodeID, node.ClusterID(), took.Milliseconds())
	fmt.Fprintf(out, "  clients  %s\n  data     %s\n", strings.Join(where, " "), strings.Join(static.LogDirs, " "))
	if url := node.AdminURL(); url != "" {
		fmt.Fprintf(out, "  admin    %s\n", url)
	}
	// Test harnesses wait for this line of Kafka's own log.
	fmt.Fprintln(out, "Transitioning from RECOVERY to RUNNING")
}

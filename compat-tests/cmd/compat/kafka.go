package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// kafkaCommand starts and stops the reference broker: kafka start [-nodes 1|3] [-name N] [key=value ...], kafka stop.
func kafkaCommand(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("kafka start | stop | address")
	}
	fs := flag.NewFlagSet("kafka "+args[0], flag.ContinueOnError)
	nodes := fs.Int("nodes", 1, "nodes to start: 1 or 3")
	name := fs.String("name", "reference", "name of the cluster")
	rest, err := arguments(fs, args[1:])
	if err != nil {
		return err
	}
	switch args[0] {
	case "start":
		props, err := target.ParseProps(rest)
		if err != nil {
			return err
		}
		c, err := refkafka.Start(context.Background(), refkafka.Options{
			Cache: target.CacheDir(), Pom: filepath.Join(target.Root(), "java", "broker", "pom.xml"), Name: *name, Nodes: *nodes, Props: props,
		})
		if err != nil {
			return err
		}
		fmt.Println(c.Bootstrap)
		return nil
	case "stop", "address":
		c, err := refkafka.Load(target.CacheDir(), *name)
		if args[0] == "stop" && c != nil {
			return c.Stop() // also where one of its nodes has ended
		}
		if err != nil {
			return fmt.Errorf("no cluster %q runs: %w", *name, err)
		}
		fmt.Println(c.Bootstrap)
		return nil
	}
	return fmt.Errorf("unknown: kafka %s", args[0])
}

// Command compat runs the suites that hold a broker against Apache Kafka. See compat-tests/README.md.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintln(os.Stderr, "compat:", err)
		}
		os.Exit(1)
	}
}

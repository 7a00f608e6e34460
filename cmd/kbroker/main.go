// Command kbroker is the broker and its operator commands in one binary. Called under another name (a link named
// kafka-topics, say) it runs the applet of that name.
package main

import (
	"os"

	"github.com/kbroker/kbroker/cmd/kbroker/cli"
)

func main() {
	os.Exit(cli.Main(cli.Process()))
}

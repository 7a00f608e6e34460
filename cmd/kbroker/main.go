// Command kbroker is the broker and its operator commands in one binary. Called under another name (a link named
// kafka-topics, say) it runs the applet of that name.
package main

import (
	"os"
	"runtime"

	"github.com/kbroker/kbroker/cmd/kbroker/cli"
)

func init() {
	// Nobody pays for samples of the heap who has not asked for profiles; the admin room turns them on for those.
	runtime.MemProfileRate = 0
}

func main() {
	os.Exit(cli.Main(cli.Process()))
}

package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *App) dumpCommand() *cobra.Command {
	return parent("dump", "Show what files of a log directory hold, without a broker", a.dumpSegment(), a.dumpIndex(), a.dumpMetadata(), a.dumpOffsets(), a.dumpCheckpoint())
}

// dumpOutput gives a dump -o; its forms are those that can be written while the file is read.
func (a *App) dumpOutput(c *cobra.Command) *cobra.Command {
	c.Flags().StringVarP(&a.flags.output, "output", "o", "table", "table (lines of text) or jsonl")
	return c
}

func (a *App) checkDump() error {
	if a.flags.output != "table" && a.flags.output != "jsonl" {
		return usagef("unknown output %q: dumps are written as table or jsonl", a.flags.output)
	}
	return nil
}

// line writes one item: text for people, an object for programs.
func (a *App) line(object any, text string, args ...any) error {
	if a.flags.output == "jsonl" {
		b, err := json.Marshal(object)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.Out, "%s\n", b)
		return err
	}
	_, err := fmt.Fprintf(a.Out, text+"\n", args...)
	return err
}

// heading is said to people only.
func (a *App) heading(w io.Writer, file string) {
	if a.flags.output == "table" {
		fmt.Fprintf(w, "Dumping %s\n", file)
	}
}

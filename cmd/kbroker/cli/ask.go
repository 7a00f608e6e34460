package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// confirm shows what is about to be destroyed and asks. Without a person to ask, --yes must have been given.
func (a *App) confirm(what string) error {
	if a.flags.yes {
		return nil
	}
	if !a.InTTY {
		return usagef("%s: nobody can be asked here; add --yes", what)
	}
	fmt.Fprintf(a.Err, "%s? [y/N] ", what)
	line, err := bufio.NewReader(io.LimitReader(a.In, 64)).ReadString('\n')
	if err != nil && line == "" {
		return err
	}
	if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
		return withCode(exitFailed, "nothing was done")
	}
	return nil
}

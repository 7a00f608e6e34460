package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rule is what a command asks of its flags together. It is checked before the command runs.
type rule func(flags *pflag.FlagSet) error

// exclusive says that of these flags one may be given; why ends the sentence and tells what to do instead.
func (a *App) exclusive(c *cobra.Command, why string, names ...string) {
	a.rule(c, func(flags *pflag.FlagSet) error {
		if given := givenOf(flags, names); len(given) > 1 {
			return usagef("%s cannot be used together: %s", strings.Join(given, " and "), why)
		}
		return nil
	})
}

// oneOf says that one of these flags must be given.
func (a *App) oneOf(c *cobra.Command, names ...string) {
	a.rule(c, func(flags *pflag.FlagSet) error {
		if len(givenOf(flags, names)) == 0 {
			return usagef("give --%s", strings.Join(names, " or --"))
		}
		return nil
	})
}

// required says that a flag must be given, and what it is for.
func (a *App) required(c *cobra.Command, name, purpose string) {
	a.rule(c, func(flags *pflag.FlagSet) error {
		if !flags.Changed(name) {
			return usagef("--%s is missing: %s", name, purpose)
		}
		return nil
	})
}

func givenOf(flags *pflag.FlagSet, names []string) (given []string) {
	for _, n := range names {
		if flags.Changed(n) {
			given = append(given, "--"+n)
		}
	}
	return given
}

func (a *App) rule(c *cobra.Command, r rule) {
	if a.rules == nil {
		a.rules = map[*cobra.Command][]rule{}
	}
	a.rules[c] = append(a.rules[c], r)
}

// wrap turns complaints about arguments and flags into usage errors, for every command below.
func (a *App) wrap(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error { return argumentError(c, args, check(c, args)) }
	}
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(c *cobra.Command, args []string) error {
			for _, r := range a.rules[c] {
				if err := r(c.Flags()); err != nil {
					return err
				}
			}
			return run(c, args)
		}
	}
	for _, c := range cmd.Commands() {
		a.wrap(c)
	}
}

// argumentError says what the arguments of a command should be.
func argumentError(c *cobra.Command, args []string, err error) error {
	switch {
	case err == nil:
		return nil
	case strings.HasPrefix(err.Error(), "unknown command") && c.HasSubCommands():
		return usagef("%s has no command %q", c.CommandPath(), args[0])
	case len(args) == 0:
		return usagef("arguments are missing: %s", usageLine(c))
	}
	return usagef("%s do not fit: %s", plural(len(args), "argument"), usageLine(c))
}

// usageLine is a command with its arguments, as its help shows it.
func usageLine(c *cobra.Command) string { return strings.TrimSuffix(c.UseLine(), " [flags]") }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// helpCommand is help, which knows that an unknown command is wrong usage.
func helpCommand() *cobra.Command {
	return &cobra.Command{Use: "help [command]", Short: "Help about any command", RunE: func(c *cobra.Command, args []string) error {
		found, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return usagef("there is no command %q to tell about", strings.Join(args, " "))
		}
		return found.Help()
	}}
}

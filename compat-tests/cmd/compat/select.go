package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// checkNames fails with a sentence when something that was asked for is the name of nothing.
func checkNames(what string, asked, names []string) error {
	return check(what, asked, names, func(a, n string) bool { return a == n })
}

// checkPrefixes is checkNames for what may be asked for by the beginning of its name.
func checkPrefixes(what string, asked, names []string) error {
	return check(what, asked, names, func(a, n string) bool { return strings.HasPrefix(n, a) })
}

func check(what string, asked, names []string, fits func(asked, name string) bool) error {
	for _, a := range asked {
		if a == "" || !slices.ContainsFunc(names, func(n string) bool { return fits(a, n) }) {
			return fmt.Errorf("no %s %q: there are %s", what, a, strings.Join(names, ", "))
		}
	}
	return nil
}

// errNothing is the verdict of a selection that leaves nothing to run: each name exists, and not together.
var errNothing = errors.New("nothing to run: the options leave none of what was named")

// listed splits a comma-separated option; an empty one lists nothing.
func listed(option string) []string {
	if option == "" {
		return nil
	}
	return strings.Split(option, ",")
}

// namesOf are the names of a list's elements.
func namesOf[T any](list []T, name func(T) string) []string {
	var out []string
	for _, e := range list {
		out = append(out, name(e))
	}
	return out
}

package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
)

// onDebian are the suites that build or start other people's programs: what they fetch is for 64-bit x86 Linux, and what
// they install comes from Debian's packages.
var onDebian = []string{"clients", "frameworks", "bench"}

// machine fails with a sentence where a suite cannot run on this machine, whatever it would fail with later.
func machine(c command, args []string) error {
	if !slices.Contains(onDebian, c.name) || slices.ContainsFunc(args, isHelp) {
		return nil
	}
	_, err := exec.LookPath("dpkg")
	return fits(c.name, runtime.GOOS, runtime.GOARCH, err == nil)
}

func fits(suite, goos, goarch string, debian bool) error {
	const wants = "%s runs on 64-bit x86 Linux with Debian's packages (linux/amd64, dpkg, apt-get): this is %s/%s"
	switch {
	case goos != "linux" || goarch != "amd64":
		return fmt.Errorf(wants, suite, goos, goarch)
	case !debian:
		return fmt.Errorf(wants+" without dpkg", suite, goos, goarch)
	}
	return nil
}

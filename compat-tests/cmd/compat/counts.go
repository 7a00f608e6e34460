package main

import "fmt"

// counts are what one suite or several came to.
type counts struct{ passed, failed, skipped int }

// total is the sum over all suites of this process, as they said it.
var total counts

// say prints a suite's counts, alone on a line, and adds them to the total.
func say(passed, failed, skipped int) {
	total.passed, total.failed, total.skipped = total.passed+passed, total.failed+failed, total.skipped+skipped
	fmt.Println(counts{passed, failed, skipped})
}

// String is the last line of every run.
func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

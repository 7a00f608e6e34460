// Package house holds the rules of the house as tests that carry their reasons: which package must not know which other,
// which packages decide and so neither wait nor read a clock, and that every package says what it is for.
package house

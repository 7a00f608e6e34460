// Package fetch is how the suites get what they do not bring: it runs package clients and compilers with a deadline, and
// keeps two runs that share a cache from breaking each other's installs.
package fetch

// Package docker holds the image and compose files of kbroker, and the tests that hold them against the program.
package docker

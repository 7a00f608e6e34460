//go:build !linux

package bench

import (
	"errors"
	"os/exec"
	"time"
)

// errLinux says why nothing is measured here: CPU time, memory and pinning come from Linux.
var errLinux = errors.New("measuring other processes needs Linux")

func startPinned(*exec.Cmd, []int) error { return errLinux }

// PinSelf needs Linux.
func PinSelf([]int) error { return errLinux }

// Cores needs Linux.
func Cores() []int { return nil }

// RaiseFileLimit needs Linux.
func RaiseFileLimit() error { return nil }

// CPU needs Linux.
func (s *Server) CPU() (time.Duration, error) { return 0, errLinux }

// RSS needs Linux.
func (s *Server) RSS() (float64, error) { return 0, errLinux }

// PeakRSS needs Linux.
func (s *Server) PeakRSS() (float64, error) { return 0, errLinux }

// Written needs Linux.
func (s *Server) Written() (float64, error) { return 0, errLinux }

//go:build !linux

package bench

import (
	"context"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Pace needs Linux.
type Pace struct {
	Addr       string
	Topic      string
	Rate       int
	Duration   time.Duration
	RecordSize int
	Acks       int16
	Consume    bool
	Progress   func(records int)
}

// Paced is what a Pace measures.
type Paced struct{ Acks, Read *hdrhistogram.Histogram }

// Run needs Linux.
func (p Pace) Run(context.Context) (Paced, error) { return Paced{}, errLinux }

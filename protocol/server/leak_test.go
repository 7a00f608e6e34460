package server

import (
	"testing"

	"go.uber.org/goleak"
)

// Every goroutine ends with Close.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

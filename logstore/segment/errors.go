package segment

import (
	"errors"
	"fmt"
	"syscall"
)

// A SyncError is a failed fsync of data: nothing written before it counts as durable, whatever its cause (R25).
type SyncError struct{ Err error }

func (e *SyncError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SyncError) Unwrap() error { return e.Err }

// noSpace reports a full disk.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// A CorruptError gives damage an address. Pos is -1 when the file as a whole is meant.
type CorruptError struct {
	File   string
	Pos    int64
	Reason string
}

func (e *CorruptError) Error() string {
	if e.Pos < 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("corrupt file %s at byte %d: %s", e.File, e.Pos, e.Reason)
}

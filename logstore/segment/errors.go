package segment

import (
	"errors"
	"fmt"
	"syscall"
)

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

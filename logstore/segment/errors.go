package segment

import "fmt"

// A CorruptError gives damage an address.
type CorruptError struct {
	File   string
	Pos    int64
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("corrupt file %s at byte %d: %s", e.File, e.Pos, e.Reason)
}

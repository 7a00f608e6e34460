package guard

import "fmt"

// An Error says why a body is refused.
type Error struct {
	Key     int16
	Version int16
	Offset  int    // into the body
	Field   string // the field that begins there or was being read, "Topics.Partitions"; "" when it is none
	Reason  string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("request key %d version %d: byte %d: %s", e.Key, e.Version, e.Offset, e.Reason)
	}
	return fmt.Sprintf("request key %d version %d: byte %d, %s: %s", e.Key, e.Version, e.Offset, e.Field, e.Reason)
}

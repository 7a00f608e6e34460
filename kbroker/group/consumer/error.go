package consumer

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
)

// An Error is a refusal with the sentence that goes with its code in the answer.
type Error struct {
	Code    *kerr.Error
	Message string
}

func (e *Error) Error() string { return e.Code.Message + ": " + e.Message }

// Unwrap makes errors.As find the code.
func (e *Error) Unwrap() error { return e.Code }

func refuse(code *kerr.Error, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

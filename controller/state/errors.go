package state

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
)

// apiError is an error as an answer carries it: a code and, unless it is null, a sentence.
type apiError struct {
	code    int16
	message *string
}

func (e *apiError) Error() string {
	if e.message == nil {
		return kerr.ErrorForCode(e.code).Error()
	}
	return *e.message
}

func fail(code *kerr.Error, format string, args ...any) *apiError {
	text := fmt.Sprintf(format, args...)
	return &apiError{code.Code, &text}
}

// silent is an error without a sentence.
func silent(code *kerr.Error) *apiError { return &apiError{code: code.Code} }

// told returns an error's parts for an answer; those of success for nil.
func told(e *apiError) (code int16, message *string) {
	if e == nil {
		return 0, nil
	}
	return e.code, e.message
}

package configdef

// Error is a value that a key does not take. Its text is Kafka's: "Invalid value X for configuration Y: reason".
type Error struct {
	Name   string // the key
	Value  string // the value as shown, hidden for passwords
	Reason string // why
	whole  string // the text where Kafka does not use the common form
}

func (e *Error) Error() string {
	if e.whole != "" {
		return e.whole
	}
	return "Invalid value " + e.Value + " for configuration " + e.Name + ": " + e.Reason
}

// Invalid is the common form.
func Invalid(name, value, reason string) *Error {
	return &Error{Name: name, Value: value, Reason: reason}
}

// Complaint is an error about a key whose text is given in full.
func Complaint(name, text string) *Error { return &Error{Name: name, Reason: text, whole: text} }

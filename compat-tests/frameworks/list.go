package frameworks

// Framework is one run.
type Framework struct {
	Name  string
	Quick bool
	Run   func(Env) error
}

// All lists the runs.
func All() []Framework {
	return []Framework{
		{"streams-alos", true, StreamsAtLeastOnce},
		{"streams-eos", true, StreamsExactlyOnce},
		{"streams-spoiled", false, StreamsSpoiled},
		{"connect", false, Connect},
		{"connect-exactly-once", false, ConnectExactlyOnce},
	}
}

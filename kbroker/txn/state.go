package txn

// A State is where a transactional id stands, numbered as in the log.
type State int8

// The states. Dead and PrepareEpochFence are never written; they have names because ListTransactions filters by name.
const (
	Empty State = iota
	Ongoing
	PrepareCommit
	PrepareAbort
	CompleteCommit
	CompleteAbort
	Dead
	PrepareEpochFence
)

var stateNames = [...]string{"Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead", "PrepareEpochFence"}

// String is the name that DescribeTransactions tells.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "Unknown"
	}
	return stateNames[s]
}

// StateByName returns the state of a name.
func StateByName(name string) (State, bool) {
	for i, n := range stateNames {
		if n == name {
			return State(i), true
		}
	}
	return 0, false
}

// logged reports whether the log may hold the state.
func (s State) logged() bool { return s >= Empty && s <= CompleteAbort }

// ending reports whether the transaction has been decided and markers are still to be written.
func (s State) ending() bool { return s == PrepareCommit || s == PrepareAbort }

// expires reports whether an id in this state may be forgotten when nothing happens.
func (s State) expires() bool { return s == Empty || s == CompleteCommit || s == CompleteAbort }

package classic

// A State is where a group stands between two generations.
type State uint8

// States of a group that exists. A group that does not exist is described as Dead.
const (
	Empty State = iota
	PreparingRebalance
	CompletingRebalance
	Stable
)

// Dead is how DescribeGroups names the state of a group that does not exist.
const Dead = "Dead"

// String is the state as DescribeGroups and ListGroups name it.
func (s State) String() string {
	return [...]string{"Empty", "PreparingRebalance", "CompletingRebalance", "Stable"}[s]
}

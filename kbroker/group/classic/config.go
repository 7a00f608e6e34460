package classic

import "time"

// Config bounds classic groups.
type Config struct {
	MinSessionTimeout     time.Duration // group.min.session.timeout.ms
	MaxSessionTimeout     time.Duration // group.max.session.timeout.ms
	InitialRebalanceDelay time.Duration // group.initial.rebalance.delay.ms
	MaxSize               int           // group.max.size
	NewMemberJoinTimeout  time.Duration // how long a member without an id may wait for its join to be answered: 5 minutes
	// NewMemberID makes the unique part of a member id, a UUID in its text form.
	NewMemberID func() string
}

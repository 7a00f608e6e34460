package consumer

import "time"

// Config bounds consumer groups. A group's own settings (its dynamic config resource) go before those of the broker.
type Config struct {
	SessionTimeout    time.Duration // group.consumer.session.timeout.ms
	HeartbeatInterval time.Duration // group.consumer.heartbeat.interval.ms
	// AssignmentInterval is the least time between two target assignments: group.consumer.assignment.interval.ms.
	AssignmentInterval time.Duration
	// RegexRefreshInterval is how old resolved regular expressions may get: group.consumer.regex.refresh.interval.ms.
	RegexRefreshInterval time.Duration
	// RegexBudget bounds one operation that resolves regular expressions: names of topics, times expressions.
	RegexBudget        int
	MaxSize            int      // group.consumer.max.size
	Assignors          []string // group.consumer.assignors, the first is the default
	Upgrade, Downgrade bool     // group.consumer.migration.policy
	// Overrides returns what the group's config resource sets, zero where it does not; nil when no group has any.
	Overrides func(group string) Overrides
	// NewMemberID makes an id for a member that brings none, a random UUID as Kafka prints one.
	NewMemberID func() string
}

// Overrides are the settings of one group; zero means the broker's.
type Overrides struct {
	SessionTimeout     time.Duration // consumer.session.timeout.ms
	HeartbeatInterval  time.Duration // consumer.heartbeat.interval.ms
	AssignmentInterval *time.Duration
}

// DefaultConfig has Kafka's defaults.
func DefaultConfig() Config {
	return Config{
		SessionTimeout:       45 * time.Second,
		HeartbeatInterval:    5 * time.Second,
		AssignmentInterval:   time.Second,
		RegexRefreshInterval: 10 * time.Minute,
		RegexBudget:          1 << 20,
		MaxSize:              1<<31 - 1,
		Assignors:            []string{"uniform", "range"},
		Upgrade:              true,
		Downgrade:            true,
	}
}

// regexRefreshMin is the least time between two resolutions of a group's regular expressions.
const regexRefreshMin = 10 * time.Second

func (c *Config) overrides(group string) Overrides {
	if c.Overrides == nil {
		return Overrides{}
	}
	return c.Overrides(group)
}

func (c *Config) sessionTimeout(group string) time.Duration {
	if o := c.overrides(group).SessionTimeout; o > 0 {
		return o
	}
	return c.SessionTimeout
}

func (c *Config) heartbeatInterval(group string) time.Duration {
	if o := c.overrides(group).HeartbeatInterval; o > 0 {
		return o
	}
	return c.HeartbeatInterval
}

func (c *Config) assignmentInterval(group string) time.Duration {
	if o := c.overrides(group).AssignmentInterval; o != nil {
		return *o
	}
	return c.AssignmentInterval
}

package runtime

import (
	"log/slog"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Config is what a Runtime is made of. Zero values of the numbers take the defaults named beside them.
type Config struct {
	// Name tells runtimes apart in log lines, "group" or "txn".
	Name string
	// New makes the empty machine of a partition before it is loaded.
	New func(partition int32) coordinator.Machine
	Log coordinator.PartitionLog

	// QueueLimit bounds the operations that wait for one partition's loop; one more is answered
	// COORDINATOR_NOT_AVAILABLE at once. 8192.
	QueueLimit int
	// RunLimit bounds the operations that share one append. 256.
	RunLimit int
	// MaxBatchBytes bounds one append; it is at most the topic's max.message.bytes. 1048588.
	MaxBatchBytes int
	// LoadBytes is how much is read at once while loading (offsets.load.buffer.size). 5242880.
	LoadBytes int
	// WriteTimeout is how long an answer may wait for its records to be committed (offsets.commit.timeout.ms); after it
	// the operation is answered REQUEST_TIMED_OUT. Parked operations are not bounded by it. 5 s.
	WriteTimeout time.Duration
	// RetryBackoff is how long a timer waits after its append has failed. 500 ms.
	RetryBackoff time.Duration

	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&c.QueueLimit, 8192)
	def(&c.RunLimit, 256)
	def(&c.MaxBatchBytes, 1048588)
	def(&c.LoadBytes, 5242880)
	if c.WriteTimeout <= 0 {
		c.WriteTimeout = 5 * time.Second
	}
	if c.RetryBackoff <= 0 {
		c.RetryBackoff = 500 * time.Millisecond
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

package logstore

import (
	"cmp"
	"time"
)

// Tuning is what of a store's configuration may change while it runs.
type Tuning struct {
	ProducerExpiryMs   int64         // producer.id.expiration.ms; 0: 86 400 000
	CleanerBackoff     time.Duration // log.cleaner.backoff.ms; 0: 15 s
	CleanerDedupeBytes int64         // log.cleaner.dedupe.buffer.size; 0: 128 MiB, taken only as needed
	CleanerIOBytes     int           // log.cleaner.io.buffer.size; 0: 512 KiB
}

func (t Tuning) withDefaults() Tuning {
	t.ProducerExpiryMs = cmp.Or(t.ProducerExpiryMs, 86_400_000)
	t.CleanerBackoff = cmp.Or(t.CleanerBackoff, 15*time.Second)
	t.CleanerDedupeBytes = cmp.Or(t.CleanerDedupeBytes, 128<<20)
	t.CleanerIOBytes = cmp.Or(t.CleanerIOBytes, 512<<10)
	return t
}

// Tune changes a running store. Each value holds from its next use on: a cleaner that rests ends its rest first.
func (s *Store) Tune(t Tuning) {
	t = t.withDefaults()
	s.tuning.Store(&t)
}

package logstore

import "fmt"

// cleanerState is what the cleaner remembers of a log.
type cleanerState struct{}

// finishSwaps would complete a replacement of segments that a crash interrupted.
func (l *Log) finishSwaps([]string) ([]string, error) {
	return nil, fmt.Errorf("logstore: %s holds an interrupted compaction, which this version cannot complete", l.tp)
}

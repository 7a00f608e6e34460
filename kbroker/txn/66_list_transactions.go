package txn

// ListTransactions, key 66.
//
// A pattern has to match the whole id (KIP-1152). Apache Kafka reads it as a regular expression of Java; here it is one of
// RE2, which cannot be made to run long. Left out: back references and look-around, which are refused.

import (
	"regexp"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Filter says which transactional ids are wanted; an empty part wants all.
type Filter struct {
	ProducerIDs map[int64]bool
	States      map[State]bool // nil wants every state; empty but not nil wants none
	DurationMs  int64          // older than this, counted from the start of the transaction; negative wants every age
	Pattern     *regexp.Regexp
}

// MaxPattern bounds a pattern, in bytes.
const MaxPattern = 4096

// CompilePattern reads a pattern; nil for an empty one. The error is INVALID_REGULAR_EXPRESSION.
func CompilePattern(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	if len(pattern) > MaxPattern {
		return nil, kerr.InvalidRegularExpression
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, kerr.InvalidRegularExpression
	}
	return re, nil
}

func (f *Filter) wants(t *Transaction, nowMs int64) bool {
	switch {
	case len(f.ProducerIDs) > 0 && !f.ProducerIDs[t.ProducerID],
		f.States != nil && !f.States[t.State],
		f.DurationMs >= 0 && nowMs-t.StartMs <= f.DurationMs:
		return false
	}
	return f.Pattern == nil || f.Pattern.MatchString(t.ID)
}

// A Listing is what ListTransactions tells of an id.
type Listing struct {
	TransactionalID string
	ProducerID      int64
	State           State
}

// List lists the ids of the partition in order. The response is a []Listing.
func List(f Filter) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
		var out []Listing
		for _, id := range m.ids() {
			if t := m.txns[id]; f.wants(t, nowMs) {
				out = append(out, Listing{id, t.ProducerID, t.State})
			}
		}
		return coordinator.Result{Response: out}, nil
	})
}

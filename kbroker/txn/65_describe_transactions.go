package txn

// DescribeTransactions, key 65.

import (
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Describe tells what is known of an id. The response is a Transaction.
func Describe(id string) coordinator.Handler {
	return on(func(m *Machine, _ int64) (coordinator.Result, error) {
		t := m.txns[id]
		switch {
		case id == "":
			return coordinator.Result{}, kerr.InvalidRequest
		case t == nil:
			return coordinator.Result{}, kerr.TransactionalIDNotFound
		}
		return coordinator.Result{Response: *t}, nil
	})
}

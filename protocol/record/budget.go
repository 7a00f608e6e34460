package record

import "errors"

// A Budget bounds what the compressed batches of one request may unpack to together, so that a request costs in proportion
// to its own bytes however often it names a bomb. A nil Budget bounds nothing. One goroutine uses it.
type Budget struct {
	left  int64
	begun bool // the first compressed batch has been seen
}

// budgetFactor is how many bytes a request may unpack to for each of its own, budgetFloor what any request may. Text that
// compresses well has a factor of five to twelve over a whole request, and a request as producers send it by default, of
// at most a megabyte, may have one of sixty-four.
const (
	budgetFactor = 16
	budgetFloor  = 64 << 20
)

// NewBudget returns the budget of a request of so many bytes. Its first compressed batch may reach the batch's own limit
// in any case; once a batch has passed its limit, or the budget is used up, further ones are refused unread with
// KindTooLarge, which tells a producer to send less at once.
func NewBudget(requestBytes int) Budget {
	return Budget{left: max(budgetFloor, budgetFactor*int64(requestBytes))}
}

// grant returns what the next batch may unpack to, when its own limit is limit.
func (b *Budget) grant(limit int64) (int64, error) {
	if b == nil {
		return limit, nil
	}
	if !b.begun {
		b.begun, b.left = true, max(b.left, limit)
	}
	if b.left <= 0 {
		return 0, invalid(KindTooLarge, "the compressed batches of one request unpack to more than it may ask for")
	}
	return min(limit, b.left), nil
}

// spend takes what was unpacked off the budget, and all that is left when err says that a batch passed its limit.
func (b *Budget) spend(n int64, err error) {
	if b == nil {
		return
	}
	b.left -= n
	var inv *InvalidError
	if errors.As(err, &inv) && inv.Kind == KindTooLarge {
		b.left = 0
	}
}

// failed is spend for a batch that could not be opened: nearly free, but for a frame that was unpacked at once.
func (b *Budget) failed(limit int64, err error) {
	var whole wholeError
	if errors.As(err, &whole) {
		b.spend(limit, err)
		return
	}
	b.spend(0, err)
}

package coordinator

// A Pending is the answer of one operation that has not been given yet. To a Machine it is a token: it can be kept and
// compared, and is completed by naming it in Result.Answers. The runtime completes it exactly once: also with an error
// when the partition is unloaded first.
type Pending struct {
	reply func(resp any, err error)
}

// NewPending makes the token of an answer that reply will give. The runtime makes one per operation; tests of a Machine
// make their own.
func NewPending(reply func(resp any, err error)) *Pending { return &Pending{reply: reply} }

// Complete gives the answer. Only the first call has an effect. It is called by whoever owns the partition's loop, never
// by a Machine.
func (p *Pending) Complete(resp any, err error) {
	if reply := p.reply; reply != nil {
		p.reply = nil
		reply(resp, err)
	}
}

// Done reports whether the answer has been given.
func (p *Pending) Done() bool { return p.reply == nil }

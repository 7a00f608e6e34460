package epoch

import (
	"cmp"
	"fmt"
	"slices"
)

// Undefined stands for an epoch or an end offset that is not known.
const Undefined = -1

// An Entry says that the leader of Epoch appended its first record at StartOffset.
type Entry struct {
	Epoch       int32
	StartOffset int64
}

// A Cache is the epochs of one log.
//
// Ask: Entries, Latest, Earliest, Previous, EndOffsetFor, StartOf, EpochFor. Change: Assign, TruncateFromEnd,
// TruncateFromStart, Clear; each says whether it changed anything, and so whether the file has to be written.
//
//	invariant: epochs and start offsets both rise strictly from entry to entry
type Cache struct{ entries []Entry }

// New returns a cache of entries, assigned one after another as if they were appended: what contradicts a later one goes.
// Entries with a negative epoch or offset are refused.
func New(entries []Entry) (*Cache, error) {
	c := new(Cache)
	for _, e := range entries {
		if e.Epoch < 0 || e.StartOffset < 0 {
			return nil, fmt.Errorf("leader epoch %d starting at offset %d: neither may be negative", e.Epoch, e.StartOffset)
		}
		c.Assign(e.Epoch, e.StartOffset)
	}
	return c, nil
}

// Entries returns a copy of all entries in order.
func (c *Cache) Entries() []Entry { return slices.Clone(c.entries) }

// Len is the number of entries.
func (c *Cache) Len() int { return len(c.entries) }

// Latest returns the last entry.
func (c *Cache) Latest() (Entry, bool) {
	if len(c.entries) == 0 {
		return Entry{}, false
	}
	return c.entries[len(c.entries)-1], true
}

// Earliest returns the first entry.
func (c *Cache) Earliest() (Entry, bool) {
	if len(c.entries) == 0 {
		return Entry{}, false
	}
	return c.entries[0], true
}

// Assign notes that epoch begins at start. Entries of the same or later epochs, or at the same or later offsets, that
// contradict it go. It changes nothing when the last entry says so already. Epochs and offsets that are negative change
// nothing either: batches from before leader epochs have none. Allocates only when an entry is added.
func (c *Cache) Assign(epoch int32, start int64) (changed bool) {
	if epoch < 0 || start < 0 {
		return false
	}
	if last, ok := c.Latest(); ok && last.Epoch == epoch && last.StartOffset <= start {
		return false
	}
	n := len(c.entries)
	for n > 0 && (c.entries[n-1].Epoch >= epoch || c.entries[n-1].StartOffset >= start) {
		n--
	}
	c.entries = append(c.entries[:n], Entry{Epoch: epoch, StartOffset: start})
	return true
}

// EndOffsetFor answers "where does epoch end": the largest known epoch at or below it, and the first offset behind that
// epoch's records. For the latest epoch that is logEnd. An epoch below all known ones gets the start of the first known
// one and keeps its own number; one above all known ones, or a negative one, gets (Undefined, Undefined).
func (c *Cache) EndOffsetFor(epoch int32, logEnd int64) (found int32, end int64) {
	last, ok := c.Latest()
	switch {
	case !ok || epoch == Undefined || epoch > last.Epoch:
		return Undefined, Undefined
	case epoch == last.Epoch:
		return epoch, logEnd
	}
	i, exact := slices.BinarySearchFunc(c.entries, epoch, func(e Entry, t int32) int { return cmp.Compare(e.Epoch, t) })
	switch {
	case exact:
		return epoch, c.entries[i+1].StartOffset
	case i == 0:
		return epoch, c.entries[0].StartOffset
	}
	return c.entries[i-1].Epoch, c.entries[i].StartOffset
}

// StartOf returns the first offset of epoch.
func (c *Cache) StartOf(epoch int32) (int64, bool) {
	i, exact := slices.BinarySearchFunc(c.entries, epoch, func(e Entry, t int32) int { return cmp.Compare(e.Epoch, t) })
	if !exact {
		return Undefined, false
	}
	return c.entries[i].StartOffset, true
}

// Previous returns the largest epoch below epoch.
func (c *Cache) Previous(epoch int32) (int32, bool) {
	i, _ := slices.BinarySearchFunc(c.entries, epoch, func(e Entry, t int32) int { return cmp.Compare(e.Epoch, t) })
	if i == 0 {
		return Undefined, false
	}
	return c.entries[i-1].Epoch, true
}

// EpochFor returns the epoch of the record at offset, Undefined when it is older than all entries.
func (c *Cache) EpochFor(offset int64) int32 {
	i, exact := slices.BinarySearchFunc(c.entries, offset, func(e Entry, t int64) int { return cmp.Compare(e.StartOffset, t) })
	switch {
	case exact:
		return c.entries[i].Epoch
	case i == 0:
		return Undefined
	}
	return c.entries[i-1].Epoch
}

// TruncateFromEnd removes the entries that begin at or above end: the log ends there now.
func (c *Cache) TruncateFromEnd(end int64) (changed bool) {
	n := len(c.entries)
	for n > 0 && end >= 0 && c.entries[n-1].StartOffset >= end {
		n--
	}
	changed = n < len(c.entries)
	c.entries = c.entries[:n]
	return changed
}

// TruncateFromStart removes the entries before start: the log begins there now. The last epoch that began at or before
// start stays and begins at start. Truncating twice at the same offset changes nothing the second time.
func (c *Cache) TruncateFromStart(start int64) (changed bool) {
	n := 0
	for n < len(c.entries) && c.entries[n].StartOffset <= start {
		n++
	}
	if n == 0 || n == 1 && c.entries[0].StartOffset == start {
		return false
	}
	c.entries = slices.Delete(c.entries, 0, n-1)
	c.entries[0].StartOffset = start
	return true
}

// Clear removes all entries.
func (c *Cache) Clear() (changed bool) {
	changed = len(c.entries) > 0
	c.entries = c.entries[:0]
	return changed
}

package segment

import (
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// Damage is the first thing a scan could not accept. It is not an I/O error: the bytes are there, or end, and are wrong.
type Damage struct {
	Pos    int64
	Reason string
	Torn   bool // the file ends within the batch
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// limits is what is known of the offsets of batches that are scanned. The checksum does not cover where a batch begins.
type limits struct {
	first int64 // no batch begins before it
	end   int64 // none holds it or an offset above
	size  int64 // of the file, which may reach further than the scan
}

// scanBatches reads the batches of [from, to) in order, checks framing, checksum and that offsets rise within lim, and calls fn for each.
// Of two batches whose offsets contradict each other the first is taken for the damaged one if the second would follow well without it.
// A batch larger than the scan's buffer is checked in pieces and given to fn as its header only: len(b) is then less than
// b.Length(). It returns where it stopped: to, or the position of the damage.
func scanBatches(f vfs.File, from, to int64, lim limits, fn func(pos int64, b record.Batch) error) (end int64, dmg *Damage, err error) {
	bp := scanBuffers.Get().(*[]byte)
	defer scanBuffers.Put(bp)
	buf, next := *bp, lim.first
	at, have := from, 0 // buf[:have] holds the bytes from at on
	for at < to {
		if have < record.HeaderSize {
			if have, err = refill(f, buf, have, at, to); err != nil {
				return at, nil, err
			}
		}
		n, why := frame(buf[:have])
		switch {
		case why != "":
			return at, &Damage{at, why, int64(have) == to-at}, nil
		case int64(n) > to-at:
			return at, &Damage{at, fmt.Sprintf("batch of %d bytes is cut off after %d", n, to-at), true}, nil
		}
		if n > have && n <= len(buf) {
			if have, err = refill(f, buf, have, at, to); err != nil {
				return at, nil, err
			}
		}
		b := record.Batch(buf[:min(n, have)])
		sum := crc32.Checksum(b[crcFrom:], castagnoli)
		if n > have {
			if sum, err = sumRest(f, sum, at+int64(have), at+int64(n)); err != nil {
				return at, nil, err
			}
			b = b[:record.HeaderSize]
		}
		why = judge(b, sum, next, lim.end)
		if why == "" {
			if why, err = behind(f, b, buf[min(n, have):have], at+int64(n), lim.size, next); err != nil {
				return at, nil, err
			}
		}
		if why != "" {
			return at, &Damage{at, why, false}, nil
		}
		next = b.NextOffset()
		if err := fn(at, b); err != nil {
			return at, nil, err
		}
		at += int64(n)
		if n >= have {
			have = 0
			continue
		}
		have = copy(buf, buf[n:have])
	}
	return at, nil, nil
}

// crcFrom is where the bytes begin that a batch's checksum covers.
const crcFrom = 21

// refill reads behind buf[:have] until the buffer is full or to is reached.
func refill(f vfs.File, buf []byte, have int, at, to int64) (int, error) {
	want := int(min(int64(len(buf)), to-at))
	if want <= have {
		return have, nil
	}
	n, err := f.ReadAt(buf[have:want], at+int64(have))
	if err != nil && err != io.EOF {
		return have, err
	}
	return have + n, nil
}

func sumRest(f vfs.File, sum uint32, from, to int64) (uint32, error) {
	bp := scanBuffers.Get().(*[]byte)
	defer scanBuffers.Put(bp)
	for from < to {
		p := (*bp)[:min(int64(len(*bp)), to-from)]
		if _, err := f.ReadAt(p, from); err != nil {
			return 0, err
		}
		sum = crc32.Update(sum, castagnoli, p)
		from += int64(len(p))
	}
	return sum, nil
}

// frame returns the length of the batch that begins b.
func frame(b []byte) (n int, why string) {
	if len(b) < record.HeaderSize {
		return 0, fmt.Sprintf("%d bytes are less than a batch header", len(b))
	}
	n, err := record.FrameLength(b)
	if err != nil {
		return 0, err.Error()
	}
	return n, ""
}

// judge checks what a stored batch must hold.
func judge(b record.Batch, sum uint32, next, end int64) string {
	switch {
	case sum != b.CRC():
		return fmt.Sprintf("checksum of the batch at offset %d is %#08x, computed %#08x", b.BaseOffset(), b.CRC(), sum)
	case b.BaseOffset() < next:
		return fmt.Sprintf("batch begins at offset %d, expected at least %d", b.BaseOffset(), next)
	case b.LastOffsetDelta() < 0 || b.BaseOffset() > math.MaxInt64-int64(math.MaxInt32)-1:
		return fmt.Sprintf("batch at offset %d has last offset delta %d", b.BaseOffset(), b.LastOffsetDelta())
	case b.NextOffset() > end:
		return fmt.Sprintf("batch has the offsets %d to %d, only those below %d can be here", b.BaseOffset(), b.LastOffset(), end)
	}
	return ""
}

// behind holds the offsets of b, which may begin at next, against the batch that follows at pos; have is what was read of that.
func behind(f vfs.File, b record.Batch, have []byte, pos, size, next int64) (why string, err error) {
	if pos+record.HeaderSize > size {
		return "", nil
	}
	if len(have) < record.HeaderSize {
		have = make([]byte, record.HeaderSize)
		if _, err := f.ReadAt(have, pos); err != nil && err != io.EOF {
			return "", err
		}
	}
	if _, why := frame(have); why != "" {
		return "", nil // that is for the scan to say when it comes there
	}
	then := record.Batch(have).BaseOffset()
	if then < b.NextOffset() && then > next+int64(b.LastOffsetDelta()) {
		return fmt.Sprintf("batch has the offsets %d to %d, the one behind it begins at %d", b.BaseOffset(), b.LastOffset(), then), nil
	}
	return "", nil
}

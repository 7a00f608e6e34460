// Package kwire reads and appends protocol fields in their plain or their flexible form, for the messages that kbroker
// decodes by hand.
package kwire

import "github.com/twmb/franz-go/pkg/kbin"

// Reader reads fields in the plain or the flexible form. Strings alias the source.
type Reader struct {
	kbin.Reader
	Flexible bool
}

// Text reads a string that is not null.
func (r *Reader) Text() string {
	if r.Flexible {
		return r.UnsafeCompactString()
	}
	return r.UnsafeString()
}

// NullableText reads a string and whether it was there.
func (r *Reader) NullableText() (string, bool) {
	n := -1
	if r.Flexible {
		n = int(r.Uvarint()) - 1
	} else {
		n = int(r.Int16())
	}
	if n < 0 {
		return "", false
	}
	return kbin.UnsafeString(r.Span(n)), true
}

// NullableData reads bytes or records, nil when null; they alias the source.
func (r *Reader) NullableData() []byte {
	if r.Flexible {
		return r.CompactNullableBytes()
	}
	return r.NullableBytes()
}

// Count reads an array length; null counts as 0. It never returns more than there are bytes left, so a loop over it is bounded by the frame.
func (r *Reader) Count() int32 {
	if r.Flexible {
		return max(r.CompactArrayLen(), 0)
	}
	return max(r.ArrayLen(), 0)
}

// SkipTags passes over a tag section.
func (r *Reader) SkipTags() { r.EachTag(nil) }

// EachTag walks a tag section and hands every tag to fn, which returns false when it could not make sense of the bytes.
// The count is checked against the bytes left before the loop (a tag takes two at least), because a count is four bytes of
// somebody else's choice.
func (r *Reader) EachTag(fn func(number uint32, data []byte) bool) {
	if !r.Flexible {
		return
	}
	n := r.Uvarint()
	if int(n) > len(r.Src)/2 {
		r.fail()
		return
	}
	for ; n > 0 && r.Ok(); n-- {
		number := r.Uvarint()
		data := r.Span(int(r.Uvarint()))
		if r.Ok() && fn != nil && !fn(number, data) {
			r.fail()
		}
	}
}

func (r *Reader) fail() { r.Span(len(r.Src) + 1) }

// Writer appends fields in the plain or the flexible form.
type Writer struct{ Flexible bool }

// Text appends a string.
func (w Writer) Text(dst []byte, s string) []byte {
	if w.Flexible {
		return kbin.AppendCompactString(dst, s)
	}
	return kbin.AppendString(dst, s)
}

// NullableText appends a string, null when it is empty.
func (w Writer) NullableText(dst []byte, s string) []byte {
	switch {
	case s != "":
		return w.Text(dst, s)
	case w.Flexible:
		return append(dst, 0)
	default:
		return append(dst, 0xff, 0xff)
	}
}

// Count appends an array length.
func (w Writer) Count(dst []byte, n int) []byte {
	if w.Flexible {
		return kbin.AppendCompactArrayLen(dst, n)
	}
	return kbin.AppendArrayLen(dst, n)
}

// NoTags appends an empty tag section.
func (w Writer) NoTags(dst []byte) []byte {
	if w.Flexible {
		return append(dst, 0)
	}
	return dst
}

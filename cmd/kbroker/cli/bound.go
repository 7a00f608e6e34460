package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// bound is one end of a span of offsets.
type bound struct {
	kind  boundKind
	n     int64 // offset, distance, or milliseconds since 1970
	given bool
}

type boundKind uint8

const (
	atStart     boundKind = iota
	atEnd                 // the end when the command began
	atOffset              // n
	fromStart             // start + n
	beforeEnd             // end - n
	atTimestamp           // the first record at or after n
)

// span is what to read: from a bound to another, or for ever when there is no second one.
type span struct{ from, to bound }

// parseSpan reads the grammar of offsets, which is rpk's:
//
//	start | end          from there on, for ever
//	:end                 from the start to the present end
//	+n  -n               n after the start; the last n
//	n  n:                from offset n on
//	:n                   up to offset n, without it
//	n:m                  from n up to m, without m
//	@t  @t:  @:t  @t:u   the same by time
//
// A time is milliseconds (13 digits) or seconds (9 or 10) since 1970, a date 2006-01-02, a moment in RFC 3339, a
// duration before now (-24h or 24h), or start or end. Where the first of two times is a date or a moment, a duration as
// the second counts from it, 24h forwards.
func parseSpan(s string, now time.Time) (span, error) {
	if s == "" {
		return span{}, usagef("an empty offset: see kbroker consume --help")
	}
	if rest, byTime := strings.CutPrefix(s, "@"); byTime {
		return parseTimeSpan(rest, now)
	}
	from, to, ranged := strings.Cut(s, ":")
	var out span
	var err error
	if from != "" {
		if out.from, err = parseBound(from, now); err != nil {
			return span{}, err
		}
	}
	if ranged && to != "" {
		if out.to, err = parseBound(to, now); err != nil {
			return span{}, err
		}
	}
	if s == ":" || ranged && out.from.kind == atOffset && out.to.kind == atOffset && out.to.given && out.to.n < out.from.n {
		return span{}, usagef("offset %q: the end lies before the start", s)
	}
	return out, nil
}

func parseTimeSpan(s string, now time.Time) (span, error) {
	from, to := splitTimes(s)
	var out span
	var err error
	if from != "" {
		if out.from, err = parseTime(from, now); err != nil {
			return span{}, err
		}
	}
	switch after, perr := time.ParseDuration(to); {
	case to == "":
	case perr == nil && after != 0 && out.from.kind == atTimestamp && !isDuration(from):
		out.to = bound{atTimestamp, time.UnixMilli(out.from.n).Add(after).UnixMilli(), true}
	default:
		if out.to, err = parseTime(to, now); err != nil {
			return span{}, err
		}
	}
	if !out.from.given && !out.to.given {
		return span{}, usagef("offset @%s: no time given", s)
	}
	if out.from.kind == atTimestamp && out.to.kind == atTimestamp && out.to.n < out.from.n {
		return span{}, usagef("offset @%s: the end lies before the start", s)
	}
	return out, nil
}

func isDuration(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d != 0
}

// splitTimes finds the colon between two times: RFC 3339 has colons of its own, which stand between two digits pairs.
func splitTimes(s string) (from, to string) {
	for i := range s {
		if s[i] != ':' {
			continue
		}
		if isTime(s[:i]) && (s[i+1:] == "" || isTime(s[i+1:])) || i == 0 {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func isTime(s string) bool {
	_, err := parseTime(s, time.Time{})
	return err == nil
}

// parseBound reads one end: start, end, n, +n, -n or @time.
func parseBound(s string, now time.Time) (bound, error) {
	switch {
	case s == "start":
		return bound{atStart, 0, true}, nil
	case s == "end":
		return bound{atEnd, 0, true}, nil
	case strings.HasPrefix(s, "@"):
		return parseTime(s[1:], now)
	}
	n, err := strconv.ParseInt(strings.TrimLeft(s, "+-"), 10, 64)
	if err != nil || len(strings.TrimLeft(s, "+-")) < len(s)-1 {
		return bound{}, usagef("%q is no offset: use start, end, a number, +n, -n or @time", s)
	}
	switch s[0] {
	case '+':
		return bound{fromStart, n, true}, nil
	case '-':
		return bound{beforeEnd, n, true}, nil
	}
	return bound{atOffset, n, true}, nil
}

const (
	millisDigits     = 13
	minSecondsDigits = 9
	maxSecondsDigits = 10
)

func parseTime(s string, now time.Time) (bound, error) {
	at := func(t time.Time) (bound, error) { return bound{atTimestamp, t.UnixMilli(), true}, nil }
	switch s {
	case "start":
		return bound{atStart, 0, true}, nil
	case "end":
		return bound{atEnd, 0, true}, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] != '+' && s[0] != '-' {
		switch {
		case n == 0: // 1970, which ParseDuration would take for "now"
			return bound{atTimestamp, 0, true}, nil
		case len(s) == millisDigits:
			return bound{atTimestamp, n, true}, nil
		case len(s) >= minSecondsDigits && len(s) <= maxSecondsDigits:
			return bound{atTimestamp, n * 1000, true}, nil
		}
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return at(t)
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return at(t)
	}
	if d, err := time.ParseDuration(strings.TrimPrefix(s, "-")); err == nil && d >= 0 {
		return at(now.Add(-d))
	}
	return bound{}, usagef("%q is no time: use milliseconds or seconds since 1970, 2006-01-02, RFC 3339, or a duration such as -24h", s)
}

// resolver turns bounds into offsets of one topic's partitions.
type resolver struct {
	s     *session
	topic string
	start map[int32]int64
	end   map[int32]int64
	times map[int64]kadm.ListedOffsets // answers by timestamp
}

// newResolver asks where a topic's partitions begin and end; for a reader of committed records the end is the last stable offset.
func newResolver(ctx context.Context, s *session, topics kadm.TopicDetails, topic string, committed bool) (*resolver, error) {
	r := &resolver{s: s, topic: topic, start: map[int32]int64{}, end: map[int32]int64{}, times: map[int64]kadm.ListedOffsets{}}
	starts, err := s.adm.ListStartOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	list := s.adm.ListEndOffsets
	if committed {
		list = s.adm.ListCommittedOffsets
	}
	ends, err := list(ctx, topic)
	if err != nil {
		return nil, err
	}
	for p := range topics[topic].Partitions {
		from, okFrom := starts.Lookup(topic, p)
		to, okTo := ends.Lookup(topic, p)
		switch {
		case !okFrom || !okTo:
			return nil, fmt.Errorf("%s:%d: no offsets in the answer", topic, p)
		case from.Err != nil:
			return nil, fmt.Errorf("%s:%d: %w", topic, p, from.Err)
		case to.Err != nil:
			return nil, fmt.Errorf("%s:%d: %w", topic, p, to.Err)
		}
		r.start[p], r.end[p] = from.Offset, to.Offset
	}
	return r, nil
}

// partitions are those asked for, or all, in order.
func (r *resolver) partitions(wanted []int32) ([]int32, error) {
	if len(wanted) == 0 {
		return slices.Sorted(maps.Keys(r.start)), nil
	}
	for _, p := range wanted {
		if _, ok := r.start[p]; !ok {
			return nil, noPartition(r.topic, p, len(r.start))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(wanted))), nil
}

// noPartition says which partitions there are.
func noPartition(topic string, p int32, n int) error {
	if n == 1 {
		return notFoundf("there is no partition %d: topic %s has 1 partition, 0", p, topic)
	}
	return notFoundf("there is no partition %d: topic %s has %d partitions, 0 to %d", p, topic, n, n-1)
}

// resolve gives the offset of a bound, between the partition's start and its end.
func (r *resolver) resolve(ctx context.Context, p int32, b bound) (int64, error) {
	lo, hi := r.start[p], r.end[p]
	switch b.kind {
	case atEnd:
		return hi, nil
	case atOffset:
		return max(b.n, lo), nil
	case fromStart:
		return min(lo+b.n, hi), nil
	case beforeEnd:
		return max(hi-b.n, lo), nil
	case atTimestamp:
		return r.atTime(ctx, p, b.n)
	}
	return lo, nil
}

func (r *resolver) atTime(ctx context.Context, p int32, ms int64) (int64, error) {
	if _, asked := r.times[ms]; !asked {
		listed, err := r.s.adm.ListOffsetsAfterMilli(ctx, ms, r.topic)
		if err != nil {
			return 0, err
		}
		r.times[ms] = listed
	}
	o, ok := r.times[ms].Lookup(r.topic, p)
	if !ok {
		return 0, fmt.Errorf("%s:%d: no offset in the answer", r.topic, p)
	}
	return o.Offset, o.Err
}

package consumer

import (
	"maps"
	"slices"
	"strings"
)

func equalStrings(a, b []string) bool { return slices.Equal(a, b) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// keep copies a string that a request only lends.
func keep(s *string) *string {
	if s == nil {
		return nil
	}
	c := strings.Clone(*s)
	return &c
}

func keepAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.Clone(s)
	}
	return out
}

package metadata

import (
	"slices"
	"strings"
)

// QuotaEntity is one part of what a client quota applies to.
type QuotaEntity struct {
	Type    string // "user", "client-id", "ip"
	Name    string
	Default bool // the entity that stands for all that are not named
}

// ClientQuota is the limits of one combination of entities. Immutable once it is reachable from an Image.
type ClientQuota struct {
	Entity []QuotaEntity      // sorted by type
	Limits map[string]float64 // "producer_byte_rate" and so on
}

// quotaKey is a text that is equal for equal entities, whatever their order in a record.
func quotaKey(entity []QuotaEntity) string {
	parts := make([]string, 0, len(entity))
	for _, e := range entity {
		if e.Default {
			parts = append(parts, e.Type+"\x00d")
		} else {
			parts = append(parts, e.Type+"\x00n"+e.Name)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x01")
}

package storage

import (
	"crypto/rand"

	"github.com/kbroker/kbroker/logstore/checkpoint"
)

// reservedBelow: ids whose number is below this have meanings of their own in Kafka (unassigned, lost, migrating).
const reservedBelow = 100

// NewID makes a random id that is not reserved and whose text does not begin with a hyphen, which command lines would
// take for a flag.
func NewID() [16]byte {
	for {
		var id [16]byte
		_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
		id[6] = id[6]&0x0f | 0x40
		id[8] = id[8]&0x3f | 0x80
		if !reserved(id) && checkpoint.FormatUUID(id)[0] != '-' {
			return id
		}
	}
}

func reserved(id [16]byte) bool {
	for _, b := range id[:15] {
		if b != 0 {
			return false
		}
	}
	return id[15] < reservedBelow
}

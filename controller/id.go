package controller

import (
	"crypto/rand"

	"github.com/kbroker/kbroker/controller/metadata"
)

// randomID returns a random UUID of version 4. As in Kafka none begins with a dash when it is printed, so that it can be
// given on a command line; and none is one of the reserved ids, which have no version.
func randomID() metadata.UUID {
	for {
		var id metadata.UUID
		_, _ = rand.Read(id[:]) // never fails
		id[6] = id[6]&0x0f | 0x40
		id[8] = id[8]&0x3f | 0x80
		if metadata.FormatUUID(id)[0] != '-' {
			return id
		}
	}
}

package cli

import (
	"encoding/base64"

	"github.com/kbroker/kbroker/kbroker/storage"
)

// uuidText writes an id as Kafka does, in 22 characters of URL-safe base64.
func uuidText(id [16]byte) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

func randomUUID() string { return uuidText(storage.NewID()) }

package api

// UpdateFeatures, key 57, versions 0 to 2.
//
// All levels of a request are finalized or none (KIP-584). v1 upgrade types and validate_only (KIP-778); v2 no results per
// feature (KIP-1022).
//
// Left out: kraft.version (the voters are those of the newest checkpoint) and downgrades of metadata.version.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func updateFeatures(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.UpdateFeatures(in, req.(*kmsg.UpdateFeaturesRequest))
}

package state

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
)

// RegisterController returns the record that tells who this controller is, nil when the image says so already. Others
// check by it whether a feature level can be finalized, and clients find the controllers by its endpoints.
func (s *State) RegisterController(img *metadata.Image, incarnation metadata.UUID, endpoints []metadata.Endpoint) Record {
	if old := img.Controller(s.cfg.NodeID); old != nil && old.Incarnation == incarnation && slices.Equal(old.Endpoints, endpoints) {
		return nil
	}
	me := &metadata.Controller{ID: s.cfg.NodeID, Incarnation: incarnation, Endpoints: endpoints, Features: s.features}
	return me.Record()
}

package state

import (
	"fmt"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Names of the features of Kafka 4.4.
const (
	featureTransaction = "transaction.version"
	featureGroup       = "group.version"
	featureELR         = "eligible.leader.replicas.version"
	featureShare       = "share.version"
	featureStreams     = "streams.version"
	featureKRaft       = "kraft.version"
)

// SupportedFeatures returns the levels that this binary can run, those of Kafka 4.4. kraft.version is the quorum's.
func SupportedFeatures() map[string]metadata.VersionRange {
	return map[string]metadata.VersionRange{
		metadata.MetadataVersionFeature: {Min: metarec.MinMetadataVersion, Max: metarec.MaxMetadataVersion},
		featureTransaction:              {Max: 2},
		featureGroup:                    {Max: 1},
		featureELR:                      {Max: 1},
		featureShare:                    {Max: 2},
		featureStreams:                  {Max: 1},
		featureKRaft:                    {Max: 1},
	}
}

// BootstrapFeatures returns the levels that a new cluster finalizes, those of Kafka 4.4.
func BootstrapFeatures() map[string]int16 {
	return map[string]int16{
		metadata.MetadataVersionFeature: metarec.MaxMetadataVersion,
		featureTransaction:              2,
		featureGroup:                    1,
		featureELR:                      1,
		featureShare:                    2,
		featureStreams:                  1,
	}
}

// Bootstrap returns the first records of an empty metadata log: the levels of a new cluster, and what they ask for.
func (s *State) Bootstrap(levels map[string]int16) Records {
	out := FeatureRecords(levels)
	if levels[featureELR] > 0 {
		out = append(out, s.pinMinISR(metadata.Empty)...)
	}
	return out
}

// FeatureRecords returns levels as records, metadata.version first: it decides how the others are encoded. A level of 0
// needs no record.
func FeatureRecords(levels map[string]int16) Records {
	var out Records
	add := func(name string) {
		if levels[name] > 0 {
			out = append(out, &metarec.FeatureLevel{Name: name, FeatureLevel: levels[name]})
		}
	}
	add(metadata.MetadataVersionFeature)
	for _, name := range sortedKeys(levels) {
		if name != metadata.MetadataVersionFeature {
			add(name)
		}
	}
	return out
}

// Upgrade types of UpdateFeatures.
const (
	upgrade         int8 = 1
	safeDowngrade   int8 = 2
	unsafeDowngrade int8 = 3
)

// UpdateFeatures decides about finalized levels: all of the request's or none.
//
// kraft.version cannot be changed: the voters of this quorum are those of its newest checkpoint.
func (s *State) UpdateFeatures(in In, req *kmsg.UpdateFeaturesRequest) (Records, *kmsg.UpdateFeaturesResponse) {
	resp := req.ResponseKind().(*kmsg.UpdateFeaturesResponse)
	var out Records
	for i := range req.FeatureUpdates {
		u := &req.FeatureUpdates[i]
		recs, err := s.updateFeature(in.Image, u, upgradeType(req.Version, u))
		if err != nil {
			resp.ErrorCode = err.code
			text := "The update failed for all features since the following feature had an error: " + err.Error()
			resp.ErrorMessage = &text
			return nil, resp
		}
		out = append(out, recs...)
	}
	if req.Version < 2 {
		for _, u := range req.FeatureUpdates {
			row := kmsg.NewUpdateFeaturesResponseResult()
			none := "NONE" // what Apache Kafka calls no error
			row.Feature, row.ErrorMessage = u.Feature, &none
			resp.Results = append(resp.Results, row)
		}
	}
	if req.ValidateOnly && req.Version >= 1 {
		return nil, resp
	}
	return out, resp
}

// upgradeType: version 0 knew only whether a downgrade is allowed.
func upgradeType(version int16, u *kmsg.UpdateFeaturesRequestFeatureUpdate) int8 {
	switch {
	case version >= 1:
		return u.UpgradeType
	case u.AllowDowngrade:
		return safeDowngrade
	}
	return upgrade
}

func (s *State) updateFeature(img *metadata.Image, u *kmsg.UpdateFeaturesRequestFeatureUpdate, kind int8) (Records, *apiError) {
	refuse := func(why string) *apiError {
		return fail(kerr.InvalidUpdateVersion, "Invalid update version %d for feature %s. %s", u.MaxVersionLevel, u.Feature, why)
	}
	now, next := img.Feature(u.Feature), u.MaxVersionLevel
	switch {
	case kind < upgrade || kind > unsafeDowngrade:
		return nil, refuse("The controller does not support the given upgrade type.")
	case next < 0:
		return nil, refuse("A feature version cannot be less than 0.")
	case u.Feature == featureKRaft:
		return nil, refuse("The level of kraft.version is set when storage is formatted.")
	}
	if why := s.unsupported(img, u.Feature, next); why != "" {
		return nil, refuse(why)
	}
	switch {
	case next < now && kind == upgrade:
		return nil, refuse("Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.")
	case next > now && kind != upgrade:
		return nil, refuse("Can't downgrade to a newer version.")
	case next < now && u.Feature == metadata.MetadataVersionFeature:
		return nil, refuse("Refusing to perform the requested downgrade because it might delete metadata information.")
	case next == now:
		return nil, nil
	}
	out := Records{&metarec.FeatureLevel{Name: u.Feature, FeatureLevel: next}}
	if u.Feature == featureELR {
		if next > 0 {
			out = append(out, s.pinMinISR(img)...)
		} else {
			out = append(out, &metarec.ClearELR{})
		}
	}
	return out, nil
}

// unsupported says which node cannot run a level, "" when all can.
func (s *State) unsupported(img *metadata.Image, name string, level int16) string {
	if why := outside(s.features, "Local controller", s.cfg.NodeID, name, level); why != "" {
		return why
	}
	for _, b := range img.Brokers() {
		if why := outside(b.Features, "Broker", b.ID, name, level); why != "" {
			return why
		}
	}
	for _, c := range img.Controllers() {
		if c.ID == s.cfg.NodeID {
			continue
		}
		if why := outside(c.Features, "Controller", c.ID, name, level); why != "" {
			return why
		}
	}
	return ""
}

func outside(features map[string]metadata.VersionRange, kind string, id int32, name string, level int16) string {
	r, ok := features[name]
	switch {
	case !ok && level == 0:
		return "" // a node without the feature runs it at 0
	case !ok:
		return fmt.Sprintf("%s %d does not support this feature.", kind, id)
	case level < r.Min || level > r.Max:
		return fmt.Sprintf("%s %d only supports versions %d-%d", kind, id, r.Min, r.Max)
	}
	return ""
}

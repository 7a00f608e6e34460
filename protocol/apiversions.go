package protocol

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ApiVersions (key 18, v0-v5) tells a client what this listener serves. It is answered by the connection itself, before
// and after a login and as often as it is asked (trap T9).
//
//	v1 throttle time; v3 flexible, client software name and version (KIP-511), features (KIP-584);
//	v4 shows features whose lowest level is 0 (KAFKA-17011); v5 the cluster and node that the client means (KIP-1242)
//
// The response header has no tags at any version (trap T5). A version above 5 is answered in v0 form with
// UNSUPPORTED_VERSION and the range of this key, and the connection stays open (traps T2-T4).

// Features are the feature levels of the cluster at one moment.
type Features struct {
	Supported []SupportedFeature // ascending by name
	Finalized []FinalizedFeature // ascending by name
	Epoch     int64              // offset of the metadata image that Finalized comes from; -1 when none is known
}

// SupportedFeature is a feature and the levels that this node can run.
type SupportedFeature struct {
	Name     string
	Min, Max int16
}

// FinalizedFeature is a feature and the level that the cluster has agreed on.
type FinalizedFeature struct {
	Name  string
	Level int16
}

// ApiVersions answers requests for one listener. It is immutable; Features is called once per answer and must not wait.
type ApiVersions struct {
	Table     *Table
	ClusterID string          // "" switches the check of KIP-1242 off
	NodeID    int32           // the id by which clients know this node
	Features  func() Features // nil: none are told
}

// Software is what a client says of itself (KIP-511). Both are "" below v3.
type Software struct{ Name, Version string }

// ErrApiVersionsBody is a request whose body is damaged; as in Kafka its connection is closed.
var ErrApiVersionsBody = errors.New("ApiVersions request: damaged body")

// Answer returns the answer to a request of version with body, and the software that asked when the answer is a
// success. The response carries the version it must be encoded at. The strings of Software are copies.
func (a *ApiVersions) Answer(version int16, body []byte) (*kmsg.ApiVersionsResponse, Software, error) {
	api := &apis[KeyApiVersions]
	if !api.Known(version) {
		resp := apiVersionsError(0, kerr.UnsupportedVersion.Code)
		resp.ApiKeys = []kmsg.ApiVersionsResponseApiKey{apiVersionsKey(api)}
		return resp, Software{}, nil
	}
	req, ok := parseApiVersions(version, body)
	switch {
	case !ok:
		return nil, Software{}, ErrApiVersionsBody
	case version >= 3 && !(validSoftware(req.Name) && validSoftware(req.Version)):
		return apiVersionsError(version, kerr.InvalidRequest.Code), Software{}, nil
	case req.hasCluster != (req.node != -1):
		return apiVersionsError(version, kerr.InvalidRequest.Code), Software{}, nil
	case req.hasCluster && !a.isMe(req.cluster, req.node):
		return apiVersionsError(version, kerr.RebootstrapRequired.Code), Software{}, nil
	}
	return a.success(version), req.Software, nil
}

// isMe reports whether a client that means (cluster, node) has reached it. A client's connection to a coordinator goes
// by a virtual id, MaxInt32 - id, so that it does not share the connection for data (trap T7).
func (a *ApiVersions) isMe(cluster string, node int32) bool {
	if a.ClusterID == "" {
		return true
	}
	return cluster == a.ClusterID && (node == a.NodeID || node == math.MaxInt32-a.NodeID)
}

func (a *ApiVersions) success(version int16) *kmsg.ApiVersionsResponse {
	resp := apiVersionsError(version, 0)
	for key, served := range a.Table.served {
		if served {
			resp.ApiKeys = append(resp.ApiKeys, apiVersionsKey(&apis[key]))
		}
	}
	if version >= 3 && a.Features != nil {
		tellFeatures(resp, a.Features())
	}
	return resp
}

// tellFeatures copies the levels. Below v4 a feature whose lowest level is 0 is hidden: clients of that time refuse the
// whole answer over it (trap T8).
func tellFeatures(resp *kmsg.ApiVersionsResponse, f Features) {
	for _, s := range f.Supported {
		if s.Min == 0 && resp.Version < 4 {
			continue
		}
		k := kmsg.NewApiVersionsResponseSupportedFeature()
		k.Name, k.MinVersion, k.MaxVersion = s.Name, s.Min, s.Max
		resp.SupportedFeatures = append(resp.SupportedFeatures, k)
	}
	resp.FinalizedFeaturesEpoch = f.Epoch
	for _, s := range f.Finalized {
		k := kmsg.NewApiVersionsResponseFinalizedFeature()
		k.Name, k.MinVersionLevel, k.MaxVersionLevel = s.Name, s.Level, s.Level
		resp.FinalizedFeatures = append(resp.FinalizedFeatures, k)
	}
}

func apiVersionsError(version, code int16) *kmsg.ApiVersionsResponse {
	resp := kmsg.NewPtrApiVersionsResponse()
	resp.Version = version
	resp.ErrorCode = code
	return resp
}

func apiVersionsKey(api *API) kmsg.ApiVersionsResponseApiKey {
	k := kmsg.NewApiVersionsResponseApiKey()
	k.ApiKey, k.MinVersion, k.MaxVersion = api.Key, api.Min, api.Max
	return k
}

type apiVersionsRequest struct {
	Software
	cluster    string
	hasCluster bool
	node       int32
}

// parseApiVersions reads the body by hand: it is the one request that a stranger may send anywhere, and it is five
// fields long.
func parseApiVersions(version int16, b []byte) (r apiVersionsRequest, ok bool) {
	r.node = -1
	if version < 3 {
		return r, true
	}
	var null bool
	if r.Name, null, b, ok = compactString(b); !ok || null {
		return r, false
	}
	if r.Version, null, b, ok = compactString(b); !ok || null {
		return r, false
	}
	if version >= 5 {
		if r.cluster, null, b, ok = compactString(b); !ok || len(b) < 4 {
			return r, false
		}
		r.hasCluster = !null
		r.node, b = int32(binary.BigEndian.Uint32(b)), b[4:]
	}
	_, err := skipTags(b)
	return r, err == nil
}

func compactString(b []byte) (s string, null bool, rest []byte, ok bool) {
	n, b, ok := uvarint(b)
	if !ok || uint64(n) > uint64(len(b))+1 {
		return "", false, nil, false
	}
	if n == 0 {
		return "", true, b, true
	}
	return string(b[:n-1]), false, b[n-1:], true
}

// validSoftware is Kafka's rule for a client's name and version: letters, digits, dots and hyphens, with a letter or a
// digit at both ends (KIP-511, trap T6).
func validSoftware(s string) bool {
	if s == "" || !alphanumeric(s[0]) || !alphanumeric(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

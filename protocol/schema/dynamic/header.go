package dynamic

import "github.com/kbroker/kbroker/protocol/schema"

// apiVersionsKey is the request whose answer a client must be able to read before it knows anything of the broker.
const apiVersionsKey = 18

// RequestHeaderVersion is the version of the header in front of a request: 2 in front of flexible versions, else 1.
func RequestHeaderVersion(def *schema.Message, version int16) int16 {
	if def.Flexible.Contains(version) {
		return 2
	}
	return 1
}

// ResponseHeaderVersion is the version of the header in front of a response: 1 in front of flexible versions, else 0; always 0
// in front of that of ApiVersions (KIP-511).
func ResponseHeaderVersion(def *schema.Message, version int16) int16 {
	if def.Flexible.Contains(version) && def.APIKey != apiVersionsKey {
		return 1
	}
	return 0
}

// EncodeRequest appends a request with its header, without the size in front.
func EncodeRequest(dst []byte, set *schema.Set, key, version int16, correlationID int32, clientID any, body Message) ([]byte, error) {
	def := set.Request(key)
	header := Message{"RequestApiKey": key, "RequestApiVersion": version, "CorrelationId": correlationID, "ClientId": clientID}
	dst, err := Encode(dst, set.Header("RequestHeader"), RequestHeaderVersion(def, version), header)
	if err != nil {
		return dst, err
	}
	return Encode(dst, def, version, body)
}

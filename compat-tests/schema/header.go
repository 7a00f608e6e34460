package schema

import "fmt"

// RequestHeader writes the header of a request at its version: key, version, correlation id, client id, and tags where
// the version is flexible.
func RequestHeader(m *Message, version int16, correlation int32, clientID any) []byte {
	hv := int16(1)
	if m.Flexible.Has(version) {
		hv = 2
	}
	b, err := Encode(header("RequestHeader"), hv, map[string]any{
		"requestApiKey": int64(m.Key), "requestApiVersion": int64(version), "correlationId": int64(correlation), "clientId": clientID,
	})
	if err != nil {
		panic(fmt.Sprintf("schema: request header: %v", err))
	}
	return b
}

// ResponseBody strips the response header and returns the correlation id and the body. ApiVersions answers with the
// old header at every version, since its reader cannot know yet what the broker speaks.
func ResponseBody(m *Message, version int16, b []byte) (int32, []byte, error) {
	h := header("ResponseHeader")
	d := &decoder{b: b, version: 0}
	if m.Flexible.Has(version) && m.Key != 18 {
		d.version = 1
	}
	d.flexible = h.Flexible.Has(d.version)
	s, err := d.fields(h.Fields)
	if err != nil {
		return 0, nil, fmt.Errorf("response header: %w", err)
	}
	return int32(s[0].Value.(int64)), d.b, nil
}

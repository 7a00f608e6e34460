package proxy

import "github.com/kbroker/kbroker/compat-tests/schema"

// naming are the APIs whose answers name brokers by host and port: Metadata, FindCoordinator, DescribeCluster.
var naming = map[int16]bool{3: true, 10: true, 60: true}

// readdress puts the proxy's port in the place of the broker's, in the answers that name it.
func (p *Proxy) readdress(e Exchange, body []byte) []byte {
	if !naming[e.Key] {
		return body
	}
	m, _ := schema.Response(e.Key)
	s, err := schema.Decode(m, e.Version, body)
	if err != nil || !replacePort(s, p.behind, p.port) {
		return body
	}
	b, err := schema.Encode(m, e.Version, schema.ToMap(s))
	if err != nil {
		return body
	}
	return b
}

func replacePort(v any, from, to int64) bool {
	changed := false
	switch v := v.(type) {
	case schema.Struct:
		for i, nv := range v {
			if n, ok := nv.Value.(int64); ok && nv.Name == "port" && n == from {
				v[i].Value, changed = to, true
				continue
			}
			changed = replacePort(nv.Value, from, to) || changed
		}
	case []any:
		for _, it := range v {
			changed = replacePort(it, from, to) || changed
		}
	}
	return changed
}

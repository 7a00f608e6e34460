package config

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// Protocol is a security protocol.
type Protocol string

// The four of Kafka.
const (
	Plaintext     Protocol = "PLAINTEXT"
	SSL           Protocol = "SSL"
	SASLPlaintext Protocol = "SASL_PLAINTEXT"
	SASLSSL       Protocol = "SASL_SSL"
)

// TLS tells that the protocol encrypts.
func (p Protocol) TLS() bool { return p == SSL || p == SASLSSL }

// SASL tells that the protocol asks for a login.
func (p Protocol) SASL() bool { return p == SASLPlaintext || p == SASLSSL }

// Listener is one address a node listens on or advertises.
type Listener struct {
	Name     string // upper case
	Host     string // empty: all addresses
	Port     int    // 0: any free one
	Protocol Protocol
}

// String writes NAME://host:port.
func (l Listener) String() string { return l.Name + "://" + l.Address() }

// Address is host:port, with an IPv6 host in brackets.
func (l Listener) Address() string { return net.JoinHostPort(l.Host, strconv.Itoa(l.Port)) }

func parseListener(s string) (Listener, error) {
	name, addr, found := strings.Cut(s, "://")
	if !found || name == "" {
		return Listener{}, cd.Complaint("listeners", "Unable to parse a listener name from "+s)
	}
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return Listener{}, cd.Complaint("listeners", "Unable to parse "+s+" to a broker endpoint")
	}
	port, err := strconv.ParseUint(addr[i+1:], 10, 16)
	if err != nil {
		return Listener{}, cd.Complaint("listeners", fmt.Sprintf("Unable to parse %s to a broker endpoint: %q is no port", s, addr[i+1:]))
	}
	host := addr[:i]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	} else if strings.ContainsAny(host, "/ []") {
		return Listener{}, cd.Complaint("listeners", "Unable to parse "+s+" to a broker endpoint")
	}
	return Listener{Name: strings.ToUpper(name), Host: host, Port: int(port)}, nil
}

// parseListeners reads a list of listeners and gives each its protocol. Names are distinct, and so are ports, except
// that port 0 may repeat and that one IPv4 and one IPv6 address may share a port.
func parseListeners(key string, entries []string, protocols map[string]Protocol) ([]Listener, error) {
	fail := func(text string) error { return cd.Complaint(key, text) }
	shown := "[" + strings.Join(entries, ", ") + "]"
	var out []Listener
	for _, e := range entries {
		l, err := parseListener(e)
		if err != nil {
			return nil, fail(key + ": " + err.Error())
		}
		p, ok := protocols[l.Name]
		if !ok {
			return nil, fail(fmt.Sprintf("Error creating broker listeners from '%s': No security protocol defined for listener %s", shown, l.Name))
		}
		l.Protocol = p
		for _, other := range out {
			if other.Name == l.Name {
				return nil, fail(fmt.Sprintf("Error creating broker listeners from '%s': Each listener must have a different name, listeners: %s", shown, shown))
			}
			if key == "listeners" && samePort(l, other) {
				return nil, fail(fmt.Sprintf("Error creating broker listeners from '%s': Each listener must have a different port, listeners: %s", shown, shown))
			}
		}
		out = append(out, l)
	}
	return out, nil
}

func samePort(a, b Listener) bool {
	if a.Port != b.Port || a.Port == 0 {
		return false
	}
	ipA, ipB := net.ParseIP(a.Host), net.ParseIP(b.Host)
	if ipA != nil && ipB != nil && (ipA.To4() != nil) != (ipB.To4() != nil) {
		return false
	}
	return true
}

const protocolMapKey = "listener.security.protocol.map"

// parseProtocols reads listener.security.protocol.map; a name that comes twice takes the last protocol. When nobody set
// the map, controller listeners speak PLAINTEXT unless another listener speaks something else.
func parseProtocols(text string, isDefault bool, listeners, controllerNames []string) (map[string]Protocol, error) {
	out := map[string]Protocol{}
	for _, e := range strings.Split(text, ",") {
		if strings.TrimSpace(e) == "" {
			continue
		}
		i := strings.LastIndexByte(e, ':')
		if i < 0 {
			return nil, cd.Complaint(protocolMapKey, "Error parsing configuration property '"+protocolMapKey+"': "+e+" is not NAME:PROTOCOL")
		}
		p := Protocol(strings.ToUpper(strings.TrimSpace(e[i+1:])))
		if !slices.Contains([]Protocol{Plaintext, SSL, SASLPlaintext, SASLSSL}, p) {
			return nil, cd.Complaint(protocolMapKey, "Invalid security protocol `"+string(p)+"` defined in "+protocolMapKey)
		}
		out[strings.ToUpper(strings.TrimSpace(e[:i]))] = p
	}
	if !isDefault || usesSecurity(listeners) {
		return out, nil
	}
	for _, n := range controllerNames {
		if _, set := out[strings.ToUpper(n)]; !set {
			out[strings.ToUpper(n)] = Plaintext
		}
	}
	return out, nil
}

func usesSecurity(listeners []string) bool {
	return slices.ContainsFunc(listeners, func(e string) bool {
		name, _, _ := strings.Cut(e, "://")
		return slices.Contains([]Protocol{SSL, SASLPlaintext, SASLSSL}, Protocol(strings.ToUpper(name)))
	})
}

package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// The keys of the admin listener. Kafka has none like them.
const (
	AdminListenerKey = "admin.listener"
	AdminPprofKey    = "admin.pprof.enable"
)

// Admin is the HTTP listener for whoever operates the node.
type Admin struct {
	Address  string // host:port; empty when there is no such listener, which is the default
	Profiles bool   // serve /debug/pprof as well
}

// loopback is where the admin listener listens when its address names no host: nobody is let in who was not meant to be.
const loopback = "127.0.0.1"

// settleAdmin reads admin.listener, host:port or :port, and admin.pprof.enable.
func (s *Static) settleAdmin() error {
	text := strings.TrimSpace(s.values[AdminPprofKey])
	switch strings.ToLower(text) {
	case "", "false":
	case "true":
		s.Admin.Profiles = true
	default:
		return cd.Complaint(AdminPprofKey, fmt.Sprintf("%s must be true or false, not %q", AdminPprofKey, text))
	}
	text = strings.TrimSpace(s.values[AdminListenerKey])
	if text == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.ContainsAny(host, "/ ,") {
		return cd.Complaint(AdminListenerKey, fmt.Sprintf("%s must be one address, host:port or :port, not %q", AdminListenerKey, text))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return cd.Complaint(AdminListenerKey, fmt.Sprintf("%s: %q is no port", AdminListenerKey, port))
	}
	if host == "" {
		host = loopback
	}
	s.Admin.Address = net.JoinHostPort(host, port)
	return nil
}

// adminRemark warns of an admin listener that others than this machine reach, and of profiles that nobody can see.
func (s *Static) adminRemark() []Warning {
	if s.Admin.Address == "" {
		if s.Admin.Profiles {
			return []Warning{{AdminPprofKey, "has no effect without " + AdminListenerKey}}
		}
		return nil
	}
	host, _, _ := net.SplitHostPort(s.Admin.Address)
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return []Warning{{AdminListenerKey, "listens on " + s.Admin.Address + " and asks for no login: keep it from everybody but those who operate the broker"}}
}

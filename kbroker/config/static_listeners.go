package config

import (
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// settleListeners types listeners, advertised listeners, the protocol map and the inter-broker listener, and checks how
// they hang together.
func (s *Static) settleListeners(hostname string) error {
	entries := s.Value("listeners").List()
	for _, n := range s.Value("controller.listener.names").List() {
		s.ControllerListenerNames = append(s.ControllerListenerNames, strings.ToUpper(n))
	}
	_, mapSet := s.values[protocolMapKey]
	protocols, err := parseProtocols(s.Text(protocolMapKey), !mapSet, entries, s.ControllerListenerNames)
	if err != nil {
		return err
	}
	s.Protocols = protocols
	if s.Listeners, err = parseListeners("listeners", entries, protocols); err != nil {
		return err
	}
	if err := s.settleAdvertised(hostname); err != nil {
		return err
	}
	if err := s.settleInterBroker(); err != nil {
		return err
	}
	if err := s.checkRoles(); err != nil {
		return err
	}
	return s.checkEarlyStart()
}

// settleAdvertised takes the listeners themselves where nothing is advertised, drops controller listeners, and fills in
// this machine's name where there is no host.
func (s *Static) settleAdvertised(hostname string) error {
	const key = "advertised.listeners"
	all := s.Listeners
	if v := s.Value(key); !v.IsNull() {
		var err error
		if all, err = parseListeners(key, v.List(), s.Protocols); err != nil {
			return err
		}
	}
	for _, l := range all {
		if s.IsControllerListener(l.Name) || !s.IsBroker {
			continue
		}
		if l.Host == "" {
			l.Host = hostname
		}
		if l.Host == "0.0.0.0" || l.Host == "::" {
			return cd.Complaint(key, key+" cannot use the nonroutable meta-address "+l.Host+". Use a routable IP address.")
		}
		if own, found := s.Listener(l.Name); found && l.Port == 0 && own.Port != 0 {
			l.Port = own.Port
		}
		s.Advertised = append(s.Advertised, l)
	}
	return nil
}

func (s *Static) settleInterBroker() error {
	const byName, byProtocol = "inter.broker.listener.name", "security.inter.broker.protocol"
	name := strings.ToUpper(s.Text(byName))
	_, protocolSet := s.values[byProtocol]
	switch {
	case name != "" && protocolSet:
		return cd.Complaint(byName, "Only one of "+byName+" and "+byProtocol+" should be set.")
	case name == "":
		name = s.Text(byProtocol)
	case s.Protocols[name] == "":
		return cd.Complaint(byName, "Listener with name "+name+" defined in "+byName+" not found in "+protocolMapKey+".")
	}
	s.InterBrokerListener = name
	return nil
}

func (s *Static) checkRoles() error {
	const names = "controller.listener.names"
	own := func(l Listener) bool { return s.IsControllerListener(l.Name) }
	switch {
	case s.IsController && !s.IsBroker:
		if slices.ContainsFunc(s.Listeners, func(l Listener) bool { return !own(l) }) {
			return cd.Complaint("listeners", "The listeners config must only contain KRaft controller listeners from "+names+" when process.roles=controller")
		}
	case s.IsBroker && !s.IsController:
		if slices.ContainsFunc(s.Listeners, own) {
			return cd.Complaint(names, names+" must not contain a value appearing in the 'listeners' configuration when running KRaft with just the broker role")
		}
	}
	if s.IsController && !slices.ContainsFunc(s.Listeners, own) {
		return cd.Complaint(names, names+" must contain at least one value appearing in the 'listeners' configuration when running the KRaft controller role")
	}
	for _, n := range s.ControllerListenerNames {
		if s.Protocols[n] == "" {
			return cd.Complaint(names, "Controller listener with name "+n+" defined in "+names+" not found in "+protocolMapKey+".")
		}
	}
	if err := s.checkVoters(); err != nil {
		return err
	}
	if s.IsBroker {
		return s.checkAdvertisedNames()
	}
	return nil
}

func (s *Static) checkVoters() error {
	if len(s.Voters) == 0 {
		return nil
	}
	voter := false
	ids := make([]string, 0, len(s.Voters))
	for _, v := range s.Voters {
		voter = voter || v.ID == s.NodeID
		ids = append(ids, itoa(int64(v.ID)))
	}
	set := "controller.quorum.voters={" + strings.Join(ids, ", ") + "}"
	switch {
	case s.IsController && !voter:
		return cd.Complaint("controller.quorum.voters", "If process.roles contains the 'controller' role, the node id "+
			itoa(int64(s.NodeID))+" must be included in the set of voters "+set)
	case !s.IsController && voter:
		return cd.Complaint("controller.quorum.voters", "If process.roles contains just the 'broker' role, the node id "+
			itoa(int64(s.NodeID))+" must not be included in the set of voters "+set)
	}
	return nil
}

func (s *Static) checkAdvertisedNames() error {
	advertised := namesOf(s.Advertised)
	if !slices.Contains(advertised, s.InterBrokerListener) {
		return cd.Complaint("inter.broker.listener.name", "inter.broker.listener.name must be a listener name defined in advertised.listeners. "+
			"The valid options based on currently configured listeners are "+strings.Join(advertised, ","))
	}
	var own []string
	for _, l := range s.Listeners {
		if !s.IsControllerListener(l.Name) {
			own = append(own, l.Name)
		}
	}
	for _, n := range advertised {
		if !slices.Contains(own, n) {
			return cd.Complaint("advertised.listeners", "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found "+
				strings.Join(advertised, ",")+". The valid options based on the current configuration are "+strings.Join(own, ","))
		}
	}
	return nil
}

func (s *Static) checkEarlyStart() error {
	const key = "early.start.listeners"
	for _, n := range s.Value(key).List() {
		if _, found := s.Listener(n); !found && !s.IsControllerListener(n) {
			return cd.Complaint(key, key+" contains listener "+strings.ToUpper(n)+", but this is not contained in listeners or controller.listener.names")
		}
	}
	return nil
}

func namesOf(ls []Listener) []string {
	out := make([]string, 0, len(ls))
	for _, l := range ls {
		out = append(out, l.Name)
	}
	return out
}

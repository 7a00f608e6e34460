package kbroker

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/kbroker/config"
)

// Check refuses, before anything is touched, what this version cannot be: a setting that is understood and yet would be
// ignored at the cost of safety.
func Check(c *config.Static) error {
	if len(c.Voters) > 1 || !c.IsController || !c.IsBroker {
		return errors.New("only one combined node is served yet: process.roles must be broker,controller and controller.quorum.voters must name this node alone")
	}
	if class := c.Text("authorizer.class.name"); class != "" {
		return fmt.Errorf("authorizer.class.name=%s is refused: access control lists are not enforced yet, and a broker that ignored the setting would be open to everybody. Remove it to run an open broker", class)
	}
	for _, l := range c.Listeners {
		if l.Protocol != config.Plaintext {
			return fmt.Errorf("listener %s uses %s: TLS and SASL are not served yet, use PLAINTEXT", l.Name, l.Protocol)
		}
	}
	return nil
}

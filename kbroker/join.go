package kbroker

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/kbroker/kbroker/kbroker/config"
)

// refuseToJoin keeps a node from beginning a cluster of its own when its configuration names other controllers: without
// static voters, controller.quorum.bootstrap.servers must be one address, and this node's. addresses tells where a host
// is and what this machine's own addresses are; a host that cannot be found is taken for this machine, which may not be
// in the name service before it runs.
func refuseToJoin(ctx context.Context, c *config.Static, addresses func(ctx context.Context, host string) (of, own []net.IP)) error {
	if len(c.Voters) > 0 || len(c.BootstrapServers) == 0 {
		return nil
	}
	server := c.BootstrapServers[0]
	if len(c.BootstrapServers) == 1 && isOwn(ctx, c, server, addresses) {
		return nil
	}
	return fmt.Errorf("controller.quorum.bootstrap.servers=%s names another controller than this node, whose storage is new: joining a quorum is not built yet, "+
		"and a cluster of its own would be none of that quorum. For a cluster of one node name its own controller listener there, or format with kbroker storage format --standalone",
		c.Text("controller.quorum.bootstrap.servers"))
}

func isOwn(ctx context.Context, c *config.Static, server string, addresses func(context.Context, string) (of, own []net.IP)) bool {
	host, port, err := net.SplitHostPort(server)
	if err != nil || !slices.ContainsFunc(c.Listeners, func(l config.Listener) bool {
		return c.IsControllerListener(l.Name) && strconv.Itoa(l.Port) == port
	}) {
		return false
	}
	of, own := addresses(ctx, host)
	return len(of) == 0 || slices.ContainsFunc(of, func(ip net.IP) bool {
		return ip.IsLoopback() || ip.IsUnspecified() || slices.ContainsFunc(own, ip.Equal)
	})
}

// lookupTime bounds how long a name service may take.
const lookupTime = 2 * time.Second

// addressesOf asks the system.
func addressesOf(ctx context.Context, host string) (of, own []net.IP) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found, _ := net.DefaultResolver.LookupIP(ctx, "ip", host)
	local, _ := net.InterfaceAddrs()
	for _, a := range local {
		if n, ok := a.(*net.IPNet); ok {
			own = append(own, n.IP)
		}
	}
	return found, own
}

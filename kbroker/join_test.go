package kbroker

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestANodeThatIsToJoinAQuorumDoesNotBeginItsOwn(t *testing.T) {
	addresses := func(_ context.Context, host string) (of, own []net.IP) {
		return map[string][]net.IP{"localhost": {net.IPv4(127, 0, 0, 1)}, "me": {net.IPv4(10, 0, 0, 1)}, "other": {net.IPv4(10, 0, 0, 2)}}[host],
			[]net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 0, 0, 1)}
	}
	for servers, own := range map[string]bool{
		"localhost:9093": true, "me:9093": true, "unknown:9093": true,
		"other:9093": false, "me:9094": false, "localhost:9093,other:9093": false,
	} {
		c, _, err := config.Load(config.Sources{Set: []string{"process.roles=broker,controller", "node.id=1", "listeners=PLAINTEXT://:9092,CONTROLLER://:9093",
			"controller.listener.names=CONTROLLER", "controller.quorum.bootstrap.servers=" + servers}})
		if err != nil {
			t.Fatal(err)
		}
		err = refuseToJoin(t.Context(), c, addresses)
		if (err == nil) != own || err != nil && !strings.Contains(err.Error(), servers) {
			t.Errorf("%s: %v", servers, err)
		}
	}
}

func TestAnotherOrderOfDirectoriesDoesNotBeginAnEmptyCluster(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	load := func(dirs string) *config.Static {
		c, _, err := config.Load(config.Sources{Set: []string{"log.dirs=" + dirs}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := FormatQuorum(vfs.OS{}, load(a), a, [16]byte{1}); err != nil {
		t.Fatal(err)
	}
	if err := refuseMovedMetadata(vfs.OS{}, load(a+","+b)); err != nil {
		t.Error(err)
	}
	if err := refuseMovedMetadata(vfs.OS{}, load(b+","+a)); err == nil || !strings.Contains(err.Error(), "metadata.log.dir="+a) {
		t.Errorf("got %v", err)
	}
}

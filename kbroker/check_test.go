package kbroker

import (
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestWhatWouldBeIgnoredAtTheCostOfSafetyIsRefused(t *testing.T) {
	for _, c := range []struct {
		set  []string
		says string
	}{
		{nil, ""},
		{[]string{"authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"}, "authorizer.class.name"},
		{[]string{"listeners=SSL://:9092,CONTROLLER://:9093", "inter.broker.listener.name=SSL", "advertised.listeners=SSL://localhost:9092",
			"listener.security.protocol.map=SSL:SSL,CONTROLLER:PLAINTEXT"}, "TLS and SASL"},
		{[]string{"controller.quorum.voters=1@a:1,2@b:1"}, "one combined node"},
	} {
		static, _, err := config.Load(config.Sources{Set: c.set})
		if err != nil {
			t.Fatal(err)
		}
		err = Check(static)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v", c.set, err)
		}
	}
}

func TestTrap031AMetaPropertiesWithoutClusterIDIsRefused(t *testing.T) {
	fsys := vfs.NewMem()
	if err := vfs.MakeDirs(fsys, "data"); err != nil {
		t.Fatal(err)
	}
	if err := checkpoint.WriteAtomic(fsys, "data/meta.properties", []byte("version=1\nnode.id=1\n")); err != nil {
		t.Fatal(err)
	}
	static, _, err := config.Load(config.Sources{Set: []string{"log.dirs=data"}})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := clusterID(fsys, static); err == nil || !strings.Contains(err.Error(), "cluster.id") {
		t.Fatalf("the node would go on as cluster %s: %v", id, err)
	}
}

package logstore

import (
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

func TestTuneChangesWhenARunningStoreForgetsProducers(t *testing.T) {
	c := &clock{ms: testTime}
	s := openStore(t, testConfig(vfs.NewMem(), c))
	l := createLog(t, s, DefaultConfig())
	if _, err := l.AppendAsLeader(idempotent(7, 0, 0, false, "a"), 0, Client); err != nil {
		t.Fatal(err)
	}
	c.ms += 1000
	if s.expireProducers(c.ms); len(l.Producers()) != 1 {
		t.Fatal("forgotten before its time")
	}
	s.Tune(Tuning{ProducerExpiryMs: 500})
	if s.expireProducers(c.ms); len(l.Producers()) != 0 {
		t.Error("still known after the time that was set")
	}
}

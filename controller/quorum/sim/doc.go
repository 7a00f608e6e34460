// Package sim runs a metadata quorum under a seed: real nodes over in-memory disks, one list of messages, one generator
// that decides what happens next. Messages are lost, repeated and reordered, the net is cut, nodes crash and lose what
// they had not synced. After every event the invariants M1 to M8 and M10 are checked, and a run can be repeated bit by
// bit: the same seed gives the same trace.
//
// etcd raft draws election timeouts from crypto/rand, so a test pins that with testing/cryptotest.SetGlobalRandom.
package sim

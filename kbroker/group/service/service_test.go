package service

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/kbroker/group"
)

// world is a fixed set of topics: t with 3 partitions and id 1, u with 1 and id 2.
type world struct{}

var worldIDs = map[string][16]byte{"t": {1}, "u": {2}}

func (world) TopicName(id [16]byte) (string, bool) {
	for n, i := range worldIDs {
		if i == id {
			return n, true
		}
	}
	return "", false
}
func (world) TopicID(name string) ([16]byte, bool) { id, ok := worldIDs[name]; return id, ok }
func (world) Partitions(name string) int32         { return map[string]int32{"t": 3, "u": 1}[name] }
func (world) Racks(string, int32) []string         { return nil }
func (world) Each(yield func(string) bool)         { _ = yield("t") && yield("u") }
func (world) Version() int64                       { return 1 }

const parts = 5

type fixture struct {
	*Service
	log *coordtest.Log
}

// bubble runs fn against a service that leads all partitions.
func bubble(t *testing.T, change func(*Config), fn func(f *fixture)) {
	synctest.Test(t, func(t *testing.T) {
		f := &fixture{log: coordtest.NewLog()}
		cfg := Config{Group: group.DefaultConfig(), Log: f.log, Partitions: func() int32 { return parts }, Topics: func() Topics { return world{} }}
		cfg.Group.Classic.InitialRebalanceDelay = 0
		if change != nil {
			change(&cfg)
		}
		f.Service = New(cfg)
		defer f.Close()
		for p := range int32(parts) {
			f.Elect(p, 1)
		}
		synctest.Wait()
		fn(f)
	})
}

// ask serves a request and waits for the answer, encoded and decoded as a client would see it.
func ask[R kmsg.Response](t *testing.T, f *fixture, req kmsg.Request, ctx Context) R {
	t.Helper()
	var got kmsg.Response
	f.Serve(req, ctx, func(resp kmsg.Response) { got = resp })
	synctest.Wait()
	if got == nil {
		t.Fatalf("%T is not answered", req)
	}
	back := req.ResponseKind()
	back.SetVersion(req.GetVersion())
	if err := back.ReadFrom(got.AppendTo(nil)); err != nil {
		t.Fatalf("%T: %v", got, err)
	}
	return back.(R)
}

func commit(version int16, id string, topics ...string) *kmsg.OffsetCommitRequest {
	r := kmsg.NewPtrOffsetCommitRequest()
	r.Version, r.Group = version, id
	for _, s := range topics {
		name, p, _ := strings.Cut(s, "/")
		t := kmsg.NewOffsetCommitRequestTopic()
		t.Topic, t.TopicID = name, worldIDs[name]
		if version >= 10 {
			t.Topic = ""
		}
		tp := kmsg.NewOffsetCommitRequestTopicPartition()
		_, _ = fmt.Sscan(p, &tp.Partition)
		tp.Offset = 7
		t.Partitions = append(t.Partitions, tp)
		r.Topics = append(r.Topics, t)
	}
	return r
}

func commitCodes(r *kmsg.OffsetCommitResponse) string {
	var out []string
	for _, t := range r.Topics {
		for _, p := range t.Partitions {
			out = append(out, fmt.Sprintf("%s/%d=%d", t.Topic, p.Partition, p.ErrorCode))
		}
	}
	return strings.Join(out, " ")
}

func TestTrap082CommitsToUnknownPartitionsAreRefusedOneByOne(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		r := ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "g", "nope/0", "t/0", "t/3", "u/0", "t/-1"), Context{})
		if got, want := commitCodes(r), "nope/0=3 t/0=0 t/3=3 u/0=0 t/-1=3"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		denied := Context{RequestContext: group.RequestContext{TopicAllowed: func(n string) bool { return n != "u" }}}
		r = ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "g", "u/0", "t/0"), denied)
		if got, want := commitCodes(r), "u/0=29 t/0=0"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		byID := commit(10, "g", "t/1", "nope/0")
		byID.Topics[1].TopicID = [16]byte{9}
		r = ask[*kmsg.OffsetCommitResponse](t, f, byID, Context{})
		if got, want := commitCodes(r), "/1=0 /0=100"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestCommittedOffsetsAreFetchedAtEveryVersion(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "g", "t/0", "u/0"), Context{})
		for v := int16(1); v <= 10; v++ {
			r := kmsg.NewPtrOffsetFetchRequest()
			r.Version, r.Group = v, "g"
			if v < 8 {
				r.Topics = []kmsg.OffsetFetchRequestTopic{{Topic: "t", Partitions: []int32{0, 1}}, {Topic: "u", Partitions: []int32{0}}}
			} else {
				ft := []kmsg.OffsetFetchRequestGroupTopic{{Topic: "t", TopicID: worldIDs["t"], Partitions: []int32{0, 1}}, {Topic: "u", TopicID: worldIDs["u"], Partitions: []int32{0}}}
				r.Groups = []kmsg.OffsetFetchRequestGroup{{Group: "g", MemberEpoch: -1, Topics: ft}, {Group: "none", MemberEpoch: -1, Topics: ft}}
			}
			resp := ask[*kmsg.OffsetFetchResponse](t, f, r, Context{})
			if got, want := fetched(resp), map[bool]string{true: "7 -1 7", false: "7 -1 7|-1 -1 -1"}[v < 8]; got != want {
				t.Errorf("v%d: %s, want %s", v, got, want)
			}
		}
	})
}

func fetched(r *kmsg.OffsetFetchResponse) string {
	var groups []string
	var out []string
	for _, t := range r.Topics {
		for _, p := range t.Partitions {
			out = append(out, fmt.Sprint(p.Offset))
		}
	}
	if len(out) > 0 {
		groups = append(groups, strings.Join(out, " "))
	}
	for _, g := range r.Groups {
		out = nil
		for _, t := range g.Topics {
			for _, p := range t.Partitions {
				out = append(out, fmt.Sprint(p.Offset))
			}
		}
		groups = append(groups, strings.Join(out, " "))
	}
	return strings.Join(groups, "|")
}

func TestFetchingEverythingShowsWhatMayBeSeen(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "g", "t/0", "u/0"), Context{})
		r := kmsg.NewPtrOffsetFetchRequest()
		r.Version = 10
		r.Groups = []kmsg.OffsetFetchRequestGroup{{Group: "g", MemberEpoch: -1}}
		resp := ask[*kmsg.OffsetFetchResponse](t, f, r, Context{RequestContext: group.RequestContext{TopicAllowed: func(n string) bool { return n == "u" }}})
		if n := len(resp.Groups[0].Topics); n != 1 || resp.Groups[0].Topics[0].TopicID != worldIDs["u"] {
			t.Errorf("got %d topics, want u alone", n)
		}
		r.Groups[0].Topics = []kmsg.OffsetFetchRequestGroupTopic{{TopicID: worldIDs["t"], Partitions: []int32{0}}, {TopicID: worldIDs["u"], Partitions: []int32{0}}, {TopicID: [16]byte{8}, Partitions: []int32{4}}}
		resp = ask[*kmsg.OffsetFetchResponse](t, f, r, Context{RequestContext: group.RequestContext{TopicAllowed: func(n string) bool { return n == "u" }}})
		var codes []int16
		for _, ft := range resp.Groups[0].Topics {
			codes = append(codes, ft.Partitions[0].ErrorCode)
		}
		if fmt.Sprint(codes) != "[29 0 100]" {
			t.Errorf("codes %v, want 29 0 100", codes)
		}
	})
}

// What a coordinator that is not here answers, in the form of each request (T83).
func TestTrap083OtherCoordinatorsAndLoadingAreTold(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		p := f.PartitionOf("g")
		f.Resign(p, 2)
		join := kmsg.NewPtrJoinGroupRequest()
		join.Version, join.Group, join.SessionTimeoutMillis = 9, "g", 10000
		if r := ask[*kmsg.JoinGroupResponse](t, f, join, Context{}); r.ErrorCode != kerr.NotCoordinator.Code {
			t.Errorf("join: %d", r.ErrorCode)
		}
		if got := commitCodes(ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "g", "t/0"), Context{})); got != "t/0=16" {
			t.Errorf("commit: %s", got)
		}
		fetch := kmsg.NewPtrOffsetFetchRequest()
		fetch.Version, fetch.Group = 7, "g"
		fetch.Topics = []kmsg.OffsetFetchRequestTopic{{Topic: "t", Partitions: []int32{0}}}
		if r := ask[*kmsg.OffsetFetchResponse](t, f, fetch, Context{}); r.ErrorCode != kerr.NotCoordinator.Code || len(r.Topics) != 0 {
			t.Errorf("fetch: %d, %d topics", r.ErrorCode, len(r.Topics))
		}
		fetch.Version = 1
		if r := ask[*kmsg.OffsetFetchResponse](t, f, fetch, Context{}); r.Topics[0].Partitions[0].ErrorCode != kerr.NotCoordinator.Code {
			t.Errorf("fetch v1: %+v", r)
		}
		list := kmsg.NewPtrListGroupsRequest()
		list.Version = 5
		if r := ask[*kmsg.ListGroupsResponse](t, f, list, Context{}); r.ErrorCode != 0 {
			t.Errorf("list: %d", r.ErrorCode)
		}
		del := kmsg.NewPtrDeleteGroupsRequest()
		del.Groups = []string{"g", "g"}
		if r := ask[*kmsg.DeleteGroupsResponse](t, f, del, Context{}); len(r.Groups) != 1 || r.Groups[0].ErrorCode != kerr.NotCoordinator.Code {
			t.Errorf("delete: %+v", r.Groups)
		}
	})
}

func TestHeartbeatOfALoadingGroupIsAnsweredWithoutError(t *testing.T) {
	hb := kmsg.NewPtrHeartbeatRequest()
	if r := group.Refuse(hb, kerr.CoordinatorLoadInProgress).(*kmsg.HeartbeatResponse); r.ErrorCode != 0 {
		t.Errorf("got %d", r.ErrorCode)
	}
	if r := group.Refuse(hb, kerr.NotCoordinator).(*kmsg.HeartbeatResponse); r.ErrorCode != kerr.NotCoordinator.Code {
		t.Errorf("got %d", r.ErrorCode)
	}
}

func TestAccessIsRefusedGroupByGroup(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		for _, id := range []string{"a", "b"} {
			ask[*kmsg.OffsetCommitResponse](t, f, commit(8, id, "t/0"), Context{})
		}
		onlyA := Context{GroupAllowed: func(id string) bool { return id == "a" }}
		list := kmsg.NewPtrListGroupsRequest()
		list.Version = 5
		if r := ask[*kmsg.ListGroupsResponse](t, f, list, onlyA); len(r.Groups) != 1 || r.Groups[0].Group != "a" {
			t.Errorf("list: %+v", r.Groups)
		}
		desc := kmsg.NewPtrDescribeGroupsRequest()
		desc.Version, desc.Groups = 6, []string{"b", "a", "c"}
		r := ask[*kmsg.DescribeGroupsResponse](t, f, desc, onlyA)
		if r.Groups[0].ErrorCode != kerr.GroupAuthorizationFailed.Code || r.Groups[1].State != "Empty" || r.Groups[2].ErrorCode != kerr.GroupAuthorizationFailed.Code {
			t.Errorf("describe: %+v", r.Groups)
		}
		if got := commitCodes(ask[*kmsg.OffsetCommitResponse](t, f, commit(8, "b", "t/0"), onlyA)); got != "t/0=30" {
			t.Errorf("commit: %s", got)
		}
	})
}

func TestTransactionalCommitsAreVerifiedFirst(t *testing.T) {
	var asked []TxnCommit
	verdict := error(kerr.InvalidTxnState)
	change := func(c *Config) {
		c.VerifyTxn = func(tc TxnCommit, done func(uint64, error)) { asked = append(asked, tc); done(7, verdict) }
	}
	bubble(t, change, func(f *fixture) {
		r := kmsg.NewPtrTxnOffsetCommitRequest()
		r.Version, r.TransactionalID, r.Group, r.ProducerID = 5, "tx", "g", 4
		tp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
		r.Topics = []kmsg.TxnOffsetCommitRequestTopic{{Topic: "t", Partitions: []kmsg.TxnOffsetCommitRequestTopicPartition{tp}}}
		if got := ask[*kmsg.TxnOffsetCommitResponse](t, f, r, Context{}).Topics[0].Partitions[0].ErrorCode; got != kerr.InvalidTxnState.Code {
			t.Errorf("refused with %d", got)
		}
		verdict = nil
		if got := ask[*kmsg.TxnOffsetCommitResponse](t, f, r, Context{}).Topics[0].Partitions[0].ErrorCode; got != 0 {
			t.Errorf("taken with %d", got)
		}
		want := TxnCommit{TransactionalID: "tx", ProducerID: 4, Partition: f.PartitionOf("g"), Version: 5}
		if len(asked) != 2 || asked[0] != want {
			t.Errorf("asked %+v", asked)
		}
		f.EndTxn(f.PartitionOf("g"), coordinator.Marker{ProducerID: 4, Commit: true}, func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
	})
}

// Producers before 2.0 are told something that they know.
func TestOldTransactionalCommitsDoNotHearOfLoading(t *testing.T) {
	for version, want := range map[int16]*kerr.Error{1: kerr.CoordinatorNotAvailable, 2: kerr.CoordinatorLoadInProgress} {
		change := func(c *Config) {
			c.VerifyTxn = func(_ TxnCommit, done func(uint64, error)) { done(0, kerr.CoordinatorLoadInProgress) }
		}
		bubble(t, change, func(f *fixture) {
			r := kmsg.NewPtrTxnOffsetCommitRequest()
			r.Version, r.Group = version, "g"
			tp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
			r.Topics = []kmsg.TxnOffsetCommitRequestTopic{{Topic: "t", Partitions: []kmsg.TxnOffsetCommitRequestTopicPartition{tp}}}
			if got := ask[*kmsg.TxnOffsetCommitResponse](t, f, r, Context{}).Topics[0].Partitions[0].ErrorCode; got != want.Code {
				t.Errorf("v%d: %d, want %d", version, got, want.Code)
			}
		})
	}
}

// One request for 100 000 groups passes over each partition a few times at most and takes memory in proportion (X2).
func TestInvX02FetchOfManyEmptyGroupsCostsLittle(t *testing.T) {
	const n, most = 100_000, 48 << 20
	bubble(t, nil, func(f *fixture) {
		r := kmsg.NewPtrOffsetFetchRequest()
		r.Version = 8
		r.Groups = make([]kmsg.OffsetFetchRequestGroup, n)
		for i := range r.Groups {
			r.Groups[i] = kmsg.OffsetFetchRequestGroup{MemberEpoch: -1, Topics: []kmsg.OffsetFetchRequestGroupTopic{}}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var resp *kmsg.OffsetFetchResponse
		f.Serve(r, Context{}, func(got kmsg.Response) { resp = got.(*kmsg.OffsetFetchResponse) })
		synctest.Wait()
		size := len(resp.AppendTo(nil))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%d bytes allocated, want at most %d", took, most)
		} else {
			t.Logf("%d bytes allocated for an answer of %d", took, size)
		}
		if passes := f.passes(n, func(int) string { return "" }, func(int) bool { return true }); len(passes) > n/passLimit+1 {
			t.Errorf("%d passes", len(passes))
		}
	})
}

func BenchmarkFetchOfManyEmptyGroups(b *testing.B) {
	log := coordtest.NewLog()
	s := New(Config{Group: group.DefaultConfig(), Log: log, Partitions: func() int32 { return 50 }, Topics: func() Topics { return world{} }})
	defer s.Close()
	for p := range int32(50) {
		s.Elect(p, 1)
	}
	for len(s.Stats()) == 0 || s.Stats()[49].State != "active" {
		time.Sleep(time.Millisecond)
	}
	r := kmsg.NewPtrOffsetFetchRequest()
	r.Version = 8
	for i := range 100_000 {
		r.Groups = append(r.Groups, kmsg.OffsetFetchRequestGroup{Group: fmt.Sprint("g", i), MemberEpoch: -1, Topics: []kmsg.OffsetFetchRequestGroupTopic{}})
	}
	b.ReportAllocs()
	for b.Loop() {
		done := make(chan kmsg.Response)
		s.Serve(r, Context{}, func(resp kmsg.Response) { done <- resp })
		(<-done).AppendTo(nil)
	}
}

// A classic consumer's life through the service: two members, one rebalance, over the wire's own encoding.
func TestTwoMembersShareAGroup(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		answers := map[string]*kmsg.JoinGroupResponse{}
		join := func(name string) {
			r := kmsg.NewPtrJoinGroupRequest()
			r.Version, r.Group, r.ProtocolType, r.SessionTimeoutMillis, r.RebalanceTimeoutMillis = 3, "g", "consumer", 10000, 10000
			p := kmsg.NewJoinGroupRequestProtocol()
			p.Name, p.Metadata = "range", []byte(name)
			r.Protocols = []kmsg.JoinGroupRequestProtocol{p}
			if a := answers[name]; a != nil {
				r.MemberID = a.MemberID
			}
			f.Serve(r, Context{RequestContext: group.RequestContext{ClientID: name}}, func(resp kmsg.Response) { answers[name] = resp.(*kmsg.JoinGroupResponse) })
		}
		join("a")
		time.Sleep(time.Millisecond)
		synctest.Wait()
		join("b")
		synctest.Wait()
		if answers["a"] == nil || answers["a"].Generation != 1 || answers["b"] != nil {
			t.Fatalf("after the first join: %+v", answers)
		}
		join("a")
		synctest.Wait()
		a, b := answers["a"], answers["b"]
		if a.Generation != 2 || b.Generation != 2 || a.LeaderID != a.MemberID || len(a.Members) != 2 || len(b.Members) != 0 {
			t.Errorf("a %+v\nb %+v", a, b)
		}
	})
}

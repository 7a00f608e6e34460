package state

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// world is a controller without a log: what it decides is replayed at once.
type world struct {
	t   *testing.T
	st  *State
	img *metadata.Image
	now int64
	ids byte
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, img: metadata.Empty}
	w.st = New(Config{NodeID: 1, ClusterID: "c", DefaultPartitions: 1, DefaultReplicationFactor: 1, DeleteTopics: true, SessionTimeoutMs: 9000,
		Static: func(string) (string, bool) { return "", false },
		NewID:  func() metadata.UUID { w.ids++; return metadata.UUID{0xff, w.ids} },
		Rand:   rand.New(rand.NewPCG(1, 1))})
	w.apply(w.st.Bootstrap(BootstrapFeatures()))
	return w
}

func (w *world) in() In { return In{Image: w.img, Next: w.img.Offset() + 1, NowMs: w.now} }

// apply replays records through their encoding, and checks what must hold of every image.
func (w *world) apply(recs Records) {
	w.t.Helper()
	d := metadata.NewDelta(w.img)
	for _, r := range recs {
		again, _, err := metarec.Unmarshal(metarec.Marshal(nil, r, metarec.VersionAt(r, metarec.MaxMetadataVersion)))
		if err == nil {
			err = d.Replay(again)
		}
		if err != nil {
			w.t.Fatalf("what was decided cannot be: %v", err)
		}
	}
	if len(recs) > 0 {
		before := w.img
		w.img = d.Apply(w.img.Offset()+int64(len(recs)), 1)
		checkWorld(w.t, before, w.img, d)
	}
}

// checkWorld holds M15, M16, M19 and M20 against every change.
func checkWorld(t *testing.T, before, img *metadata.Image, d *metadata.Delta) {
	t.Helper()
	for _, c := range d.BrokerChanges() {
		if c.Old != nil && c.New != nil && c.New.Epoch < c.Old.Epoch {
			t.Fatalf("M15: the epoch of broker %d goes from %d to %d", c.New.ID, c.Old.Epoch, c.New.Epoch)
		}
	}
	for _, tc := range d.TopicChanges() {
		for _, pc := range tc.Partitions() {
			if pc.Old == nil || pc.New == nil {
				continue
			}
			changes := pc.New.PartitionEpoch - pc.Old.PartitionEpoch
			led := pc.New.LeaderEpoch - pc.Old.LeaderEpoch
			if changes < 1 || led < 0 || led > changes || pc.Old.Leader != pc.New.Leader && led == 0 {
				t.Fatalf("M19: %s-%d goes from %+v to %+v", tc.New.Name, pc.ID, pc.Old, pc.New)
			}
		}
	}
	for _, topic := range img.Topics() {
		for id, p := range topic.Partitions {
			checkPartition(t, img, fmt.Sprintf("%s-%d", topic.Name, id), p)
		}
	}
}

func checkPartition(t *testing.T, img *metadata.Image, name string, p *metadata.Partition) {
	t.Helper()
	if p.Leader != metadata.NoLeader {
		if !slices.Contains(p.ISR, p.Leader) {
			t.Fatalf("M20: the leader of %s is not in its ISR: %+v", name, p)
		}
		if !img.Broker(p.Leader).Active() {
			t.Fatalf("M16: %s is led by a broker that is not active: %+v", name, p)
		}
	}
	seen := map[int32]bool{}
	for _, b := range slices.Concat(p.ISR, p.ELR) {
		if seen[b] || !p.HasReplica(b) {
			t.Fatalf("ISR and ELR of %s overlap or hold a stranger: %+v", name, p)
		}
		seen[b] = true
	}
	if len(p.Directories) != len(p.Replicas) {
		t.Fatalf("%s has %d directories for %d replicas", name, len(p.Directories), len(p.Replicas))
	}
}

// TestTranscripts runs testdata/*.txt. Commands:
//
//	register id=1 [incarnation=1] [rack=a] [previous=-1] [dirs=1]     what a broker asks for; also: cluster=x
//	beat id=1 [offset=n] [fence] [shutdown] [offline=k]               offset is the newest by default
//	up ids=(1,2,3) [racks=(a,b,c)]                                    register and unfence brokers
//	sleep ms=n                                                        and fence whose sessions run out
//	create | add-partitions | delete                                  one topic per line: name key=value...
//	isr topic partition broker isr=(1,2) [leader-epoch=] [epoch=] [recovering] [stale=2]
//	elect topic partition [unclean]
//	config / config-all                                               lines: type name op key value
//	feature name level [downgrade]
//	show                                                              topics and brokers
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		w := newWorld(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			w.t = t
			var b strings.Builder
			w.run(&b, d)
			return b.String()
		})
	})
}

func (w *world) run(b *strings.Builder, d *datadriven.TestData) {
	switch d.Cmd {
	case "register":
		w.register(b, d)
	case "beat":
		w.beat(b, d)
	case "up":
		w.up(d)
	case "sleep":
		w.sleep(b, d)
	case "create":
		w.create(b, d)
	case "add-partitions":
		w.addPartitions(b, d)
	case "delete":
		w.delete(b, d)
	case "isr":
		w.isr(b, d)
	case "elect":
		w.elect(b, d)
	case "config":
		w.config(b, d)
	case "feature":
		w.feature(b, d)
	case "unregister":
		req := kmsg.NewPtrUnregisterBrokerRequest()
		d.ScanArgs(w.t, "id", &req.BrokerID)
		recs, resp := w.st.UnregisterBroker(w.in(), req)
		w.apply(recs)
		say(b, "", resp.ErrorCode, resp.ErrorMessage)
	case "show":
		w.show(b)
	default:
		d.Fatalf(w.t, "unknown command")
	}
}

func say(b *strings.Builder, what string, code int16, message *string) {
	name := "NONE"
	if code != 0 {
		name = kerr.TypedErrorForCode(code).Message
	}
	fmt.Fprintf(b, "%s%s", what, name)
	if message != nil {
		fmt.Fprintf(b, ": %s", *message)
	}
	b.WriteString("\n")
}

func intArg(d *datadriven.TestData, name string, def int64) int64 {
	for _, a := range d.CmdArgs {
		if a.Key == name && len(a.Vals) == 1 {
			v, err := strconv.ParseInt(a.Vals[0], 10, 64)
			if err != nil {
				panic(err)
			}
			return v
		}
	}
	return def
}

func textArg(d *datadriven.TestData, name string) (string, bool) {
	for _, a := range d.CmdArgs {
		if a.Key == name && len(a.Vals) == 1 {
			return a.Vals[0], true
		}
	}
	return "", false
}

func (w *world) registration(id int32, incarnation byte) *kmsg.BrokerRegistrationRequest {
	req := kmsg.NewPtrBrokerRegistrationRequest()
	req.Version, req.BrokerID, req.ClusterID, req.IncarnationID, req.PreviousBrokerEpoch = 4, id, "c", [16]byte{byte(id), incarnation}, -1
	req.LogDirs = [][16]byte{{byte(id), 1}}
	req.Features = []kmsg.BrokerRegistrationRequestFeature{{Name: "metadata.version", MinSupportedVersion: 7, MaxSupportedVersion: 33},
		{Name: "eligible.leader.replicas.version", MaxSupportedVersion: 1}, {Name: "group.version", MaxSupportedVersion: 1}}
	return req
}

func (w *world) register(b *strings.Builder, d *datadriven.TestData) {
	req := w.registration(int32(intArg(d, "id", 1)), byte(intArg(d, "incarnation", 1)))
	req.PreviousBrokerEpoch = intArg(d, "previous", -1)
	if rack, ok := textArg(d, "rack"); ok {
		req.Rack = &rack
	}
	if cluster, ok := textArg(d, "cluster"); ok {
		req.ClusterID = cluster
	}
	switch dirs := intArg(d, "dirs", 1); dirs {
	case 0:
		req.LogDirs = nil
	case 2:
		req.LogDirs = append(req.LogDirs, [16]byte{byte(req.BrokerID), 2})
	}
	if d.HasArg("reserved-dir") {
		req.LogDirs = [][16]byte{{15: 1}}
	}
	if max := intArg(d, "max-metadata", 0); max > 0 {
		req.Features[0].MaxSupportedVersion = int16(max)
	}
	recs, resp := w.st.RegisterBroker(w.in(), req)
	w.apply(recs)
	say(b, fmt.Sprintf("epoch %d ", resp.BrokerEpoch), resp.ErrorCode, nil)
	w.changes(b, recs)
}

func (w *world) beat(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrBrokerHeartbeatRequest()
	req.Version, req.BrokerID = 1, int32(intArg(d, "id", 1))
	req.BrokerEpoch = -1
	if r := w.img.Broker(req.BrokerID); r != nil {
		req.BrokerEpoch = r.Epoch
	}
	req.BrokerEpoch = intArg(d, "epoch", req.BrokerEpoch)
	req.CurrentMetadataOffset = intArg(d, "offset", w.img.Offset())
	req.WantFence, req.WantShutdown = d.HasArg("fence"), d.HasArg("shutdown")
	if k := intArg(d, "offline", 0); k > 0 {
		req.OfflineLogDirs = [][16]byte{{byte(req.BrokerID), byte(k)}}
	}
	recs, resp := w.st.BrokerHeartbeat(w.in(), req)
	w.apply(recs)
	say(b, fmt.Sprintf("caught-up=%v fenced=%v shutdown=%v ", resp.IsCaughtUp, resp.IsFenced, resp.ShouldShutdown), resp.ErrorCode, nil)
	w.changes(b, recs)
}

func (w *world) up(d *datadriven.TestData) {
	var racks []string
	var ids []string
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "racks":
			racks = a.Vals
		case "ids":
			ids = a.Vals
		}
	}
	for i, text := range ids {
		id, _ := strconv.Atoi(text)
		req := w.registration(int32(id), 1)
		if racks != nil {
			req.Rack = &racks[i]
		}
		recs, resp := w.st.RegisterBroker(w.in(), req)
		w.apply(recs)
		hb := kmsg.NewPtrBrokerHeartbeatRequest()
		hb.BrokerID, hb.BrokerEpoch, hb.CurrentMetadataOffset = int32(id), resp.BrokerEpoch, w.img.Offset()
		recs, _ = w.st.BrokerHeartbeat(w.in(), hb)
		w.apply(recs)
	}
}

func (w *world) sleep(b *strings.Builder, d *datadriven.TestData) {
	w.now += intArg(d, "ms", 0)
	for {
		recs := w.st.FenceStale(w.in())
		if len(recs) == 0 {
			return
		}
		w.apply(recs)
		w.changes(b, recs)
	}
}

// fields reads a line "name key=value...".
func fields(line string) (name string, args map[string]string) {
	parts := strings.Fields(line)
	args = map[string]string{}
	for _, p := range parts[1:] {
		k, v, _ := strings.Cut(p, "=")
		args[k] = v
	}
	return strings.Trim(parts[0], `"`), args
}

func number(args map[string]string, key string, def int) int {
	if v, ok := args[key]; ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			panic(err)
		}
		return n
	}
	return def
}

// assignment reads "1,2/2,3": the replicas of partition 0, then of partition 1.
func assignment(text string) [][]int32 {
	var out [][]int32
	for _, p := range strings.Split(text, "/") {
		replicas := []int32{}
		for _, r := range strings.Split(p, ",") {
			if r != "" {
				n, _ := strconv.Atoi(r)
				replicas = append(replicas, int32(n))
			}
		}
		out = append(out, replicas)
	}
	return out
}

func (w *world) create(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Version, req.ValidateOnly = 7, d.HasArg("validate-only")
	for _, line := range strings.Split(d.Input, "\n") {
		name, args := fields(line)
		t := kmsg.NewCreateTopicsRequestTopic()
		t.Topic = name
		if n := number(args, "long", 0); n > 0 {
			t.Topic = strings.Repeat("x", n)
		}
		t.NumPartitions, t.ReplicationFactor = int32(number(args, "n", -1)), int16(number(args, "rf", -1))
		if a, ok := args["assign"]; ok {
			for i, replicas := range assignment(a) {
				row := kmsg.NewCreateTopicsRequestTopicReplicaAssignment()
				row.Partition, row.Replicas = int32(i+number(args, "first", 0)), replicas
				t.ReplicaAssignment = append(t.ReplicaAssignment, row)
			}
		}
		for _, k := range sortedKeys(args) {
			if v := args[k]; strings.Contains(k, ".") {
				t.Configs = append(t.Configs, kmsg.CreateTopicsRequestTopicConfig{Name: k, Value: &v})
			}
		}
		req.Topics = append(req.Topics, t)
	}
	recs, resp := w.st.CreateTopics(w.in(), req)
	w.apply(recs)
	for _, row := range resp.Topics {
		name := row.Topic
		if len(name) > 20 {
			name = name[:20] + "..."
		}
		if row.ErrorCode == 0 {
			name = fmt.Sprintf("%s (%d partitions, %d replicas, %d configs)", name, row.NumPartitions, row.ReplicationFactor, len(row.Configs))
		}
		if row.ErrorMessage != nil && len(*row.ErrorMessage) > 200 {
			short := (*row.ErrorMessage)[:40] + "..."
			row.ErrorMessage = &short
		}
		say(b, name+" ", row.ErrorCode, row.ErrorMessage)
	}
}

func (w *world) addPartitions(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrCreatePartitionsRequest()
	req.Version, req.ValidateOnly = 3, d.HasArg("validate-only")
	for _, line := range strings.Split(d.Input, "\n") {
		name, args := fields(line)
		t := kmsg.NewCreatePartitionsRequestTopic()
		t.Topic, t.Count = name, int32(number(args, "count", 0))
		if a, ok := args["assign"]; ok {
			t.Assignment = []kmsg.CreatePartitionsRequestTopicAssignment{}
			for _, replicas := range assignment(a) {
				t.Assignment = append(t.Assignment, kmsg.CreatePartitionsRequestTopicAssignment{Replicas: replicas})
			}
		}
		req.Topics = append(req.Topics, t)
	}
	recs, resp := w.st.CreatePartitions(w.in(), req)
	w.apply(recs)
	for _, row := range resp.Topics {
		say(b, row.Topic+" ", row.ErrorCode, row.ErrorMessage)
	}
}

func (w *world) delete(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrDeleteTopicsRequest()
	req.Version = 6
	for _, line := range strings.Split(d.Input, "\n") {
		t := kmsg.NewDeleteTopicsRequestTopic()
		for _, word := range strings.Fields(line) {
			if id, ok := strings.CutPrefix(word, "id:"); ok {
				if topic := w.img.Topic(id); topic != nil {
					t.TopicID = topic.ID
				} else {
					t.TopicID = [16]byte{0xee}
				}
			} else if word != "nothing" {
				t.Topic = &word
			}
		}
		req.Topics = append(req.Topics, t)
	}
	recs, resp := w.st.DeleteTopics(w.in(), req)
	w.apply(recs)
	for _, row := range resp.Topics {
		name := "null"
		if row.Topic != nil {
			name = *row.Topic
		}
		say(b, fmt.Sprintf("%s id=%v ", name, row.TopicID != [16]byte{}), row.ErrorCode, row.ErrorMessage)
	}
}

func (w *world) isr(b *strings.Builder, d *datadriven.TestData) {
	topic := d.CmdArgs[0].Key
	id, _ := strconv.Atoi(d.CmdArgs[1].Key)
	p := w.img.Partition(topic, int32(id))
	req := kmsg.NewPtrAlterPartitionRequest()
	req.Version, req.BrokerID = 3, int32(intArg(d, "from", int64(p.Leader)))
	if from := w.img.Broker(req.BrokerID); from != nil {
		req.BrokerEpoch = intArg(d, "broker-epoch", from.Epoch)
	}
	row := kmsg.NewAlterPartitionRequestTopicPartition()
	row.Partition = int32(id)
	row.LeaderEpoch, row.PartitionEpoch = int32(intArg(d, "leader-epoch", int64(p.LeaderEpoch))), int32(intArg(d, "epoch", int64(p.PartitionEpoch)))
	if d.HasArg("recovering") {
		row.LeaderRecoveryState = metadata.LeaderRecovering
	}
	for _, a := range d.CmdArgs {
		if a.Key != "isr" {
			continue
		}
		for _, v := range a.Vals {
			n, _ := strconv.Atoi(v)
			m := kmsg.NewAlterPartitionRequestTopicPartitionNewEpochISR()
			m.BrokerID, m.BrokerEpoch = int32(n), -1
			if r := w.img.Broker(int32(n)); r != nil {
				m.BrokerEpoch = r.Epoch
			}
			if intArg(d, "stale", -1) == int64(n) {
				m.BrokerEpoch--
			}
			row.NewEpochISR = append(row.NewEpochISR, m)
		}
	}
	req.Topics = []kmsg.AlterPartitionRequestTopic{{TopicID: w.img.Topic(topic).ID, Partitions: []kmsg.AlterPartitionRequestTopicPartition{row}}}
	recs, resp := w.st.AlterPartition(w.in(), req)
	w.apply(recs)
	if resp.ErrorCode != 0 {
		say(b, "", resp.ErrorCode, nil)
		return
	}
	out := resp.Topics[0].Partitions[0]
	if out.ErrorCode != 0 {
		say(b, "", out.ErrorCode, nil)
		return
	}
	fmt.Fprintf(b, "leader %d epoch %d isr %v partition epoch %d recovery %d\n", out.LeaderID, out.LeaderEpoch, out.ISR, out.PartitionEpoch, out.LeaderRecoveryState)
	w.changes(b, recs)
}

func (w *world) elect(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrElectLeadersRequest()
	req.Version = 2
	if d.HasArg("unclean") {
		req.ElectionType = 1
	}
	if d.HasArg("all") {
		req.Topics = nil
	} else {
		id, _ := strconv.Atoi(d.CmdArgs[1].Key)
		req.Topics = []kmsg.ElectLeadersRequestTopic{{Topic: d.CmdArgs[0].Key, Partitions: []int32{int32(id)}}}
	}
	recs, resp := w.st.ElectLeaders(w.in(), req)
	w.apply(recs)
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			say(b, fmt.Sprintf("%s-%d ", t.Topic, p.Partition), p.ErrorCode, p.ErrorMessage)
		}
	}
	w.changes(b, recs)
}

var configTypes = map[string]kmsg.ConfigResourceType{"topic": 2, "broker": 4, "group": 32, "metrics": 16, "logger": 8}
var configOps = map[string]kmsg.IncrementalAlterConfigOp{"set": 0, "delete": 1, "append": 2, "subtract": 3, "nine": 9}

func (w *world) config(b *strings.Builder, d *datadriven.TestData) {
	if d.HasArg("all") {
		w.configAll(b, d)
		return
	}
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.Version, req.ValidateOnly = 1, d.HasArg("validate-only")
	for _, line := range strings.Split(d.Input, "\n") {
		parts := strings.Fields(line)
		r := kmsg.NewIncrementalAlterConfigsRequestResource()
		r.ResourceType, r.ResourceName = configTypes[parts[0]], strings.Trim(parts[1], `"`)
		for _, op := range parts[2:] {
			what, rest, _ := strings.Cut(op, ":")
			key, value, has := strings.Cut(rest, "=")
			c := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
			c.Name, c.Op = key, configOps[what]
			if has {
				c.Value = &value
			}
			r.Configs = append(r.Configs, c)
		}
		req.Resources = append(req.Resources, r)
	}
	recs, resp := w.st.IncrementalAlterConfigs(w.in(), req)
	w.apply(recs)
	for _, r := range resp.Resources {
		say(b, r.ResourceName+" ", r.ErrorCode, r.ErrorMessage)
	}
	w.changes(b, recs)
}

func (w *world) configAll(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrAlterConfigsRequest()
	req.Version = 2
	for _, line := range strings.Split(d.Input, "\n") {
		parts := strings.Fields(line)
		r := kmsg.NewAlterConfigsRequestResource()
		r.ResourceType, r.ResourceName = configTypes[parts[0]], parts[1]
		for _, kv := range parts[2:] {
			key, value, _ := strings.Cut(kv, "=")
			r.Configs = append(r.Configs, kmsg.AlterConfigsRequestResourceConfig{Name: key, Value: &value})
		}
		req.Resources = append(req.Resources, r)
	}
	recs, resp := w.st.AlterConfigs(w.in(), req)
	w.apply(recs)
	for _, r := range resp.Resources {
		say(b, r.ResourceName+" ", r.ErrorCode, r.ErrorMessage)
	}
	w.changes(b, recs)
}

func (w *world) feature(b *strings.Builder, d *datadriven.TestData) {
	req := kmsg.NewPtrUpdateFeaturesRequest()
	req.Version = 2
	u := kmsg.NewUpdateFeaturesRequestFeatureUpdate()
	level, _ := strconv.Atoi(d.CmdArgs[1].Key)
	u.Feature, u.MaxVersionLevel, u.UpgradeType = d.CmdArgs[0].Key, int16(level), upgrade
	if d.HasArg("downgrade") {
		u.UpgradeType = safeDowngrade
	}
	req.FeatureUpdates = append(req.FeatureUpdates, u)
	recs, resp := w.st.UpdateFeatures(w.in(), req)
	w.apply(recs)
	say(b, "", resp.ErrorCode, resp.ErrorMessage)
	w.changes(b, recs)
}

// changes prints what records do to partitions, brokers, configs and features.
func (w *world) changes(b *strings.Builder, recs Records) {
	for _, r := range recs {
		switch r := r.(type) {
		case *metarec.PartitionChange:
			topic := w.img.TopicByID(r.TopicID)
			fmt.Fprintf(b, "  %s-%d %s\n", topic.Name, r.PartitionID, describe(topic.Partition(r.PartitionID)))
		case *metarec.BrokerRegistrationChange:
			fmt.Fprintf(b, "  broker %d fenced=%d leaving=%d dirs=%d\n", r.BrokerID, r.Fenced, r.InControlledShutdown, len(r.LogDirs))
		case *metarec.Config:
			value := "null"
			if r.Value != nil {
				value = strconv.Quote(*r.Value)
			}
			fmt.Fprintf(b, "  %s %q %s=%s\n", metadata.ResourceType(r.ResourceType), r.ResourceName, r.Name, value)
		case *metarec.FeatureLevel:
			fmt.Fprintf(b, "  %s=%d\n", r.Name, r.FeatureLevel)
		case *metarec.ClearELR:
			fmt.Fprintf(b, "  clear ELR of %q\n", r.TopicName)
		}
	}
}

func describe(p *metadata.Partition) string {
	s := fmt.Sprintf("leader %d epoch %d replicas %v isr %v", p.Leader, p.LeaderEpoch, p.Replicas, p.ISR)
	if len(p.ELR) > 0 {
		s += fmt.Sprintf(" elr %v", p.ELR)
	}
	if len(p.LastKnownELR) > 0 {
		s += fmt.Sprintf(" last %v", p.LastKnownELR)
	}
	if p.RecoveryState != 0 {
		s += " recovering"
	}
	return s
}

func (w *world) show(b *strings.Builder) {
	for _, r := range w.img.Brokers() {
		fmt.Fprintf(b, "broker %d epoch %d fenced=%v leaving=%v dirs=%d\n", r.ID, r.Epoch, r.Fenced, r.InControlledShutdown, len(r.LogDirs))
	}
	for _, t := range w.img.Topics() {
		for id, p := range t.Partitions {
			fmt.Fprintf(b, "%s-%d %s\n", t.Name, id, describe(p))
		}
	}
}

// A client before version 3 does not know TOPIC_DELETION_DISABLED.
func TestDeletionThatIsDisabledIsToldByVersion(t *testing.T) {
	w := newWorld(t)
	w.st.cfg.DeleteTopics = false
	for version, want := range map[int16]*kerr.Error{1: kerr.InvalidRequest, 2: kerr.InvalidRequest, 3: kerr.TopicDeletionDisabled,
		4: kerr.TopicDeletionDisabled, 6: kerr.TopicDeletionDisabled} {
		req := kmsg.NewPtrDeleteTopicsRequest()
		req.Version, req.TopicNames = version, []string{"t"}
		topic := kmsg.NewDeleteTopicsRequestTopic()
		topic.Topic = kmsg.StringPtr("t")
		req.Topics = append(req.Topics, topic)
		recs, resp := w.st.DeleteTopics(w.in(), req)
		if len(recs) != 0 || len(resp.Topics) != 1 || resp.Topics[0].ErrorCode != want.Code {
			t.Errorf("v%d: %d records, %+v", version, len(recs), resp.Topics)
		}
	}
}

// MaxPartitionsPerRequest partitions may be asked for, one more may not: of new topics, and of topics that there are.
func TestInvX02PartitionsOfARequestAreBounded(t *testing.T) {
	w := newWorld(t)
	w.up(&datadriven.TestData{CmdArgs: []datadriven.CmdArg{{Key: "ids", Vals: []string{"1"}}}})
	one := kmsg.NewPtrCreateTopicsRequest()
	one.Version, one.Topics = 7, []kmsg.CreateTopicsRequestTopic{{Topic: "there", NumPartitions: 1, ReplicationFactor: 1}}
	recs, _ := w.st.CreateTopics(w.in(), one)
	w.apply(recs)
	for more, want := range map[int32]int16{0: 0, 1: kerr.PolicyViolation.Code} {
		req := kmsg.NewPtrCreateTopicsRequest()
		req.Version = 7
		req.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "a", NumPartitions: 1, ReplicationFactor: 1},
			{Topic: "b", NumPartitions: MaxPartitionsPerRequest - 1 + more, ReplicationFactor: 1}}
		_, resp := w.st.CreateTopics(w.in(), req)
		for _, row := range resp.Topics {
			if row.ErrorCode != want {
				t.Errorf("%d more than may be created: %s is told %d", more, row.Topic, row.ErrorCode)
			}
		}
		add := kmsg.NewPtrCreatePartitionsRequest()
		add.Version, add.Topics = 3, []kmsg.CreatePartitionsRequestTopic{{Topic: "there", Count: 1 + MaxPartitionsPerRequest + more}}
		if _, resp := w.st.CreatePartitions(w.in(), add); resp.Topics[0].ErrorCode != want {
			t.Errorf("%d more than may be added: %d", more, resp.Topics[0].ErrorCode)
		}
	}
}

package api

import (
	"bytes"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/fetch"
	"github.com/kbroker/kbroker/kbroker/replica"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// bench is a broker with one topic "t" of two partitions, led by broker 1 over an in-memory disk, and no controller.
type bench struct {
	*Broker
	store *logstore.Store
	conn  *protocol.Conn
	topic metadata.UUID
}

func newBench(t testing.TB, cfg logstore.Config) *bench {
	t.Helper()
	static, _, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	snapshot, _ := config.NewSnapshot(static, nil, nil)
	store, err := logstore.Open(logstore.StoreConfig{FS: vfs.NewMem(), Dirs: []string{"data"}, ClusterID: "c", NodeID: 1, Default: cfg})
	if err != nil {
		t.Fatal(err)
	}
	store.Start()
	t.Cleanup(func() { store.Close() })
	replicas := replica.New(replica.Config{BrokerID: 1, Store: store, Topic: func(string) replica.TopicConfig {
		return replica.TopicConfig{Log: cfg, MinInSyncReplicas: 1}
	}})
	b := &bench{store: store, topic: metadata.UUID{1, 2, 3}, conn: &protocol.Conn{Listener: "PLAINTEXT", Remote: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}}
	img := b.world(t, replicas)
	b.Broker = &Broker{ID: 1, ClusterID: "c", Image: func() *metadata.Image { return img }, Replicas: replicas, Auth: AllowAll{},
		Config: func() *config.Snapshot { return snapshot }, Sessions: fetch.NewCache(10, func() int32 { return 7 }), LogDirs: store}
	return b
}

func (b *bench) world(t testing.TB, replicas *replica.Manager) *metadata.Image {
	delta := metadata.NewDelta(metadata.Empty)
	reg := metarec.NewRegisterBroker()
	reg.BrokerID, reg.Fenced = 1, false
	reg.EndPoints = []metarec.BrokerEndpoint{{Name: "PLAINTEXT", Host: "h", Port: 9092}}
	topic := metarec.NewTopic()
	topic.Name, topic.TopicID = "t", b.topic
	records := []metarec.Record{reg, topic}
	for i := range int32(2) {
		p := metarec.NewPartition()
		p.PartitionID, p.TopicID, p.Replicas, p.ISR, p.Leader = i, b.topic, []int32{1}, []int32{1}, 1
		records = append(records, p)
	}
	for _, r := range records {
		if err := delta.Replay(r); err != nil {
			t.Fatal(err)
		}
	}
	img := delta.Apply(int64(len(records)), 1)
	replicas.OnMetadata(delta, img)
	return img
}

// reply takes one answer.
type reply struct {
	body   []byte
	how    string
	answer chan struct{}
}

func newReply() *reply { return &reply{answer: make(chan struct{})} }

func (r *reply) Send(e protocol.Encoder) {
	r.body, r.how = e.AppendTo(r.body[:0]), "sent"
	close(r.answer)
}

func (r *reply) SendParts(parts []protocol.Part) {
	for _, p := range parts {
		if p.Region == nil {
			r.body = append(r.body, p.Bytes...)
			continue
		}
		buf := make([]byte, p.Region.Len())
		if _, err := p.Region.ReadAt(buf, 0); err != nil {
			r.how = err.Error()
		}
		p.Region.Release()
		r.body = append(r.body, buf...)
	}
	r.how = "sent"
	close(r.answer)
}
func (r *reply) Nothing()               { r.how = "nothing"; close(r.answer) }
func (r *reply) Close(why string)       { r.how = "close: " + why; close(r.answer) }
func (r *reply) Throttle(time.Duration) {}

// ask serves a request and waits for its answer.
func (b *bench) ask(req kmsg.Request) *reply {
	r := b.begin(req)
	<-r.answer
	return r
}

func (b *bench) begin(req kmsg.Request) *reply {
	r := newReply()
	b.Serve(&protocol.Request{Key: req.Key(), Version: req.GetVersion(), ClientID: "test", Body: req.AppendTo(nil), Received: time.Now(), Conn: b.conn}, r)
	return r
}

func batchOf(values ...string) []byte {
	b := record.NewBuilder(record.BuilderOptions{ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1})
	for _, v := range values {
		b.Append(1700000000000, nil, []byte(v))
	}
	return b.Build()
}

func produceTo(acks int16, version int16, partitions map[int32][]byte) *kmsg.ProduceRequest {
	req := kmsg.NewPtrProduceRequest()
	req.Version, req.Acks, req.TimeoutMillis = version, acks, 1000
	t := kmsg.NewProduceRequestTopic()
	t.Topic, t.TopicID = "t", metadata.UUID{1, 2, 3}
	for i := range int32(10) {
		if records, ok := partitions[i]; ok {
			p := kmsg.NewProduceRequestTopicPartition()
			p.Partition, p.Records = i, records
			t.Partitions = append(t.Partitions, p)
		}
	}
	req.Topics = append(req.Topics, t)
	return req
}

func (b *bench) produced(t *testing.T, req *kmsg.ProduceRequest) []kmsg.ProduceResponseTopicPartition {
	t.Helper()
	r := b.ask(req)
	resp := kmsg.NewPtrProduceResponse()
	resp.Version = req.Version
	if err := resp.ReadFrom(r.body); err != nil || len(resp.Topics) != 1 {
		t.Fatalf("%s: %v", r.how, err)
	}
	return resp.Topics[0].Partitions
}

func fetchFrom(version int16, partition int32, offset int64, waitMs int32) *kmsg.FetchRequest {
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.MaxWaitMillis, req.MinBytes, req.MaxBytes, req.SessionEpoch = version, waitMs, 1, 1<<20, -1
	t := kmsg.NewFetchRequestTopic()
	t.Topic, t.TopicID = "t", metadata.UUID{1, 2, 3}
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.FetchOffset, p.PartitionMaxBytes = partition, offset, 1<<20
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	return req
}

func fetched(t *testing.T, version int16, r *reply) kmsg.FetchResponseTopicPartition {
	t.Helper()
	<-r.answer
	resp := kmsg.NewPtrFetchResponse()
	resp.Version = version
	if err := resp.ReadFrom(r.body); err != nil || len(resp.Topics) != 1 {
		t.Fatalf("%s: %v (code %d)", r.how, err, resp.ErrorCode)
	}
	return resp.Topics[0].Partitions[0]
}

func TestProducedRecordsAreFetchedAtEveryVersion(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	next := int64(0)
	for v := int16(3); v <= 13; v++ {
		p := b.produced(t, produceTo(-1, v, map[int32][]byte{0: batchOf("a", "b")}))[0]
		if p.ErrorCode != 0 || p.BaseOffset != next {
			t.Fatalf("produce v%d: code %d, offset %d", v, p.ErrorCode, p.BaseOffset)
		}
		next += 2
	}
	for v := int16(4); v <= 18; v++ {
		p := fetched(t, v, b.begin(fetchFrom(v, 0, 3, 0)))
		batch, rest, err := record.Next(p.RecordBatches)
		if p.ErrorCode != 0 || p.HighWatermark != next || err != nil || batch.BaseOffset() != 2 {
			t.Fatalf("fetch v%d: %+v, %v: trap T54 asks for the batch that holds the offset", v, p, err)
		}
		for ; len(rest) > 0; next = batch.NextOffset() {
			if batch, rest, err = record.Next(rest); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTrap017AcksZeroAnswersNothingAndClosesOnError(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	if r := b.ask(produceTo(0, 9, map[int32][]byte{0: batchOf("a")})); r.how != "nothing" {
		t.Fatal(r.how)
	}
	if r := b.ask(produceTo(0, 9, map[int32][]byte{7: batchOf("a")})); len(r.how) < 6 || r.how[:6] != "close:" {
		t.Fatal(r.how)
	}
	if p := fetched(t, 12, b.begin(fetchFrom(12, 0, 0, 0))); len(p.RecordBatches) == 0 {
		t.Fatal("the record was not appended")
	}
}

func TestProduceRefusals(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	good := batchOf("a")
	wrongCRC := bytes.Clone(good)
	wrongCRC[len(wrongCRC)-1] ^= 1
	oldMagic := bytes.Clone(good)
	oldMagic[16] = 1
	zstd := record.NewBuilder(record.BuilderOptions{Codec: record.Zstd, ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1})
	zstd.Append(1, nil, []byte("a"))
	zstdBatch := []byte(zstd.Build())
	for _, c := range []struct {
		name    string
		version int16
		acks    int16
		records []byte
		want    *kerr.Error
	}{
		{"null records", 9, -1, nil, kerr.InvalidRecord},
		{"two batches", 9, -1, append(bytes.Clone(good), good...), kerr.InvalidRecord},
		{"wrong CRC", 9, -1, wrongCRC, kerr.CorruptMessage},
		{"old magic", 9, -1, oldMagic, kerr.InvalidRecord},
		{"torn", 9, -1, good[:len(good)-3], kerr.InvalidRecord},
		{"zstd before v7", 6, -1, zstdBatch, kerr.UnsupportedCompressionType},
		{"acks 2", 9, 2, good, kerr.InvalidRequiredAcks},
		{"control batch", 9, -1, record.EndTxnMarker(1, 0, true, 0, 1), kerr.InvalidRecord},
	} {
		p := b.produced(t, produceTo(c.acks, c.version, map[int32][]byte{0: bytes.Clone(c.records)}))[0]
		if p.ErrorCode != c.want.Code || p.BaseOffset != -1 {
			t.Errorf("%s: code %v, offset %d, want %v", c.name, kerr.ErrorForCode(p.ErrorCode), p.BaseOffset, c.want)
		}
	}
	if p := fetched(t, 12, b.begin(fetchFrom(12, 0, 0, 0))); p.HighWatermark != 0 {
		t.Fatalf("something refused was appended: high watermark %d", p.HighWatermark)
	}
}

func TestTrap056LongPollWakesOnAppend(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	r := b.begin(fetchFrom(12, 0, 0, 60_000))
	select {
	case <-r.answer:
		t.Fatal("answered with nothing to tell")
	default:
	}
	b.produced(t, produceTo(1, 9, map[int32][]byte{0: batchOf("late")}))
	if p := fetched(t, 12, r); p.HighWatermark != 1 || len(p.RecordBatches) == 0 {
		t.Fatalf("%+v", p)
	}
}

func TestFlushedOnlyAcknowledgesAndShowsWhatIsFlushed(t *testing.T) {
	cfg := logstore.DefaultConfig()
	cfg.FlushMessages = 1
	b := newBench(t, cfg)
	for _, acks := range []int16{1, -1} {
		p := b.produced(t, produceTo(acks, 9, map[int32][]byte{0: batchOf("a"), 1: batchOf("b")}))
		if len(p) != 2 || p[0].ErrorCode != 0 || p[1].ErrorCode != 0 {
			t.Fatalf("%+v", p)
		}
		for i := range int32(2) {
			replica, err := b.Replicas.Partition("t", i)
			if err != nil {
				t.Fatal(err)
			}
			if log := replica.Log(); log.FlushedOffset() != log.EndOffset() || log.HighWatermark() > log.FlushedOffset() {
				t.Fatalf("acks=%d acknowledged at flushed %d, high watermark %d, end %d", acks, log.FlushedOffset(), log.HighWatermark(), log.EndOffset())
			}
		}
	}
}

// KIP-74: the first batch of an answer may be larger than the request allows, so that a reader gets on; no other may.
func TestTrap056OnlyTheFirstPartitionMayExceedTheSize(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	b.produced(t, produceTo(-1, 9, map[int32][]byte{0: batchOf("a"), 1: batchOf("b")}))
	req := fetchFrom(12, 0, 0, 0)
	second := req.Topics[0].Partitions[0]
	second.Partition = 1
	req.Topics[0].Partitions = append(req.Topics[0].Partitions, second)
	req.MaxBytes = 1
	r := b.ask(req)
	resp := kmsg.NewPtrFetchResponse()
	resp.Version = req.Version
	if err := resp.ReadFrom(r.body); err != nil || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 2 {
		t.Fatalf("%s: %v, %+v", r.how, err, resp)
	}
	if p := resp.Topics[0].Partitions; len(p[0].RecordBatches) == 0 || len(p[1].RecordBatches) != 0 {
		t.Errorf("%d and %d bytes", len(p[0].RecordBatches), len(p[1].RecordBatches))
	}
}

func TestOffsetOutOfRangeTellsNoOffsets(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	p := fetched(t, 12, b.begin(fetchFrom(12, 0, 99, 60_000)))
	if p.ErrorCode != kerr.OffsetOutOfRange.Code || p.HighWatermark != -1 || p.LogStartOffset != -1 {
		t.Fatalf("%+v", p)
	}
}

func TestProduceAllocatesAtMostFourTimes(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	req := produceTo(-1, 9, map[int32][]byte{0: batchOf("some value that is a little longer")})
	body := req.AppendTo(nil)
	scratch := make([]byte, len(body))
	r := &countingReply{}
	preq := &protocol.Request{Key: 0, Version: 9, ClientID: "test", Conn: b.conn}
	if n := testing.AllocsPerRun(200, func() {
		copy(scratch, body)
		preq.Body = scratch
		b.Serve(preq, r)
	}); n > 4 {
		t.Fatalf("%v allocations a request", n)
	}
	if r.sent == 0 {
		t.Fatal("nothing was answered")
	}
}

type countingReply struct {
	sent int
	buf  []byte
}

func (r *countingReply) Send(e protocol.Encoder)     { r.buf = e.AppendTo(r.buf[:0]); r.sent++ }
func (r *countingReply) SendParts(p []protocol.Part) { r.sent++ }
func (r *countingReply) Nothing()                    {}
func (r *countingReply) Close(string)                {}
func (r *countingReply) Throttle(time.Duration)      {}

// One DescribeConfigs tells a resource once, and a bounded number of configs of what need not exist.
func TestInvX2DescribeConfigsStaysInProportion(t *testing.T) {
	b := newBench(t, logstore.Config{})
	describe := func(kind kmsg.ConfigResourceType, names ...string) []kmsg.DescribeConfigsResponseResource {
		q := kmsg.NewPtrDescribeConfigsRequest()
		q.Version = 4
		for _, name := range names {
			q.Resources = append(q.Resources, kmsg.DescribeConfigsRequestResource{ResourceType: kind, ResourceName: name})
		}
		return b.describeConfigs(&protocol.Request{Conn: b.conn}, q).(*kmsg.DescribeConfigsResponse).Resources
	}
	if got := describe(kmsg.ConfigResourceTypeTopic, "t", "t", "none"); len(got) != 2 || got[0].ErrorCode != 0 || got[1].ErrorCode != kerr.UnknownTopicOrPartition.Code {
		t.Errorf("a topic named twice, and one that is not: %+v", got)
	}
	groups := make([]string, maxToldBesideTopics/leastTold+1)
	for i := range groups {
		groups[i] = strconv.Itoa(i)
	}
	got := describe(kmsg.ConfigResourceTypeGroupConfig, groups...)
	told := 0
	for _, r := range got {
		told += len(r.Configs)
	}
	if last := got[len(got)-1]; last.ErrorCode != kerr.InvalidRequest.Code || got[0].ErrorCode != 0 || told > maxToldBesideTopics+len(got[0].Configs) {
		t.Errorf("%d configs of groups were told, the last answer's code is %d", told, last.ErrorCode)
	}
}

// A long Fetch holds a partition once, the last time that it is named.
func TestLongFetchReadsAPartitionOnce(t *testing.T) {
	var wants []fetch.Want
	for i := range pooledPartitions + 1 {
		wants = append(wants, fetch.Want{Key: fetch.Key{Topic: "t", Partition: int32(i % 2)}, Offset: int64(i)})
	}
	got := lastOfEach(wants)
	if len(got) != 2 || got[0].Partition != 0 || got[0].Offset != pooledPartitions || got[1].Offset != pooledPartitions-1 || cap(got) > 8 {
		t.Fatalf("%+v", got)
	}
}

// A request cannot make the broker unpack without end by naming one bomb many times; what is not compressed is not touched by it.
func TestTheCompressedBatchesOfARequestShareABudget(t *testing.T) {
	b := newBench(t, logstore.DefaultConfig())
	o := record.NewBuilderOptions()
	o.Codec = record.Gzip
	bd := record.NewBuilder(o)
	bd.Append(1700000000000, nil, make([]byte, 30<<20))
	bomb := bd.Build()
	req := produceTo(-1, 9, map[int32][]byte{0: nil})
	for range 20 {
		p := kmsg.NewProduceRequestTopicPartition()
		p.Records = append([]byte(nil), bomb...)
		req.Topics[0].Partitions = append(req.Topics[0].Partitions, p)
	}
	last := kmsg.NewProduceRequestTopicPartition()
	last.Partition, last.Records = 1, batchOf("a")
	req.Topics[0].Partitions = append(req.Topics[0].Partitions[1:], last)
	got := b.produced(t, req)
	for i, p := range got {
		want := kerr.MessageTooLarge.Code
		if i < 2 || i == 20 {
			want = 0
		}
		if p.ErrorCode != want {
			t.Fatalf("batch %d of %d: code %d, want %d", i, len(got), p.ErrorCode, want)
		}
	}
	if got := b.produced(t, produceTo(-1, 9, map[int32][]byte{0: bomb}))[0]; got.ErrorCode != 0 {
		t.Fatalf("the next request has a budget of its own: %d", got.ErrorCode)
	}
}

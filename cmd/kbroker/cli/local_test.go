package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/kbroker/kbroker/kbroker/config"
)

func TestStorage(t *testing.T) {
	s := &shell{t: t}
	dir := t.TempDir()
	file := filepath.Join(dir, "server.properties")
	text := "process.roles=broker,controller\nnode.id=7\ncontroller.quorum.voters=7@localhost:9093\ncontroller.listener.names=CONTROLLER\n" +
		"listeners=PLAINTEXT://:9092,CONTROLLER://:9093\noffsets.topic.replication.factor=1\nlog.dirs=" + dir + "/a," + dir + "/b\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails("storage info -c "+file, exitFailed, "2 of 2 directories")
	s.has("storage format -t=kafka-docker-cluster-1 -c "+file, "Formatting metadata directory "+dir+"/a with metadata.version 4.4-IV2.",
		"Formatting data directory "+dir+"/b with metadata.version 4.4-IV2.")
	b, err := os.ReadFile(dir + "/a/meta.properties")
	if err != nil || !strings.Contains(string(b), "cluster.id=kafka-docker-cluster-1\n") || !strings.Contains(string(b), "node.id=7\n") {
		t.Errorf("%s %v", b, err)
	}
	s.fails("storage format -t x -c "+file, exitFailed, "Log directory "+dir+"/a is already formatted. Use --ignore-formatted")
	s.has("storage format --cluster-id kafka-docker-cluster-1 --ignore-formatted --config "+file, "All of the log directories are already formatted.")
	s.fails("storage format -t other -g -c "+file, exitFailed, "belongs to cluster kafka-docker-cluster-1")
	s.has("storage info -c "+file, "kafka-docker-cluster-1  7")
	s.fails("storage format -t x --standalone -c "+file, exitUsage, "please remove controller.quorum.voters")
	s.fails("storage format -t x -S u -c "+file, exitUsage, "--add-scram is refused")
	s.fails("storage format -t x -N -c "+file, exitUsage, "--no-initial-controllers is refused")
	s.fails("storage format -t x -f share.version=2 -c "+file, exitUsage, "feature level share.version=2 is refused")
	s.fails("storage format -t x -f share.version=9 -c "+file, exitUsage, "feature level share.version=9 is refused")
	s.fails("storage format -c "+file, exitUsage, "cluster-id")
	if id := strings.TrimSpace(s.ok("storage random-uuid")); len(id) != 22 {
		t.Errorf("%q", id)
	}
}

func TestStartReadsTheConfigurationAndRunsTheBroker(t *testing.T) {
	s := &shell{t: t, env: []string{"KAFKA_NUM_PARTITIONS=4", "KAFKA_ZOOKEEPER_CONNECT=zk:2181"}}
	var got *config.Static
	RunBroker = func(_ context.Context, c *config.Static, _ io.Writer) error { got = c; return nil }
	defer func() { RunBroker = nil }()
	_, errOut, code := s.try("start --set num.io.threads=2")
	if code != 0 || got == nil || got.Value("num.partitions").Int() != 4 || got.Value("num.io.threads").Int() != 2 {
		t.Fatalf("%d %s", code, errOut)
	}
	if strings.Count(errOut, "WARN zookeeper.connect: ") != 1 {
		t.Errorf("warnings: %s", errOut)
	}
	s.fails("start /nowhere/server.properties", exitNotFound, "no such file")
	s.fails("start --set num.io.threads=0", exitUsage, "Value must be at least 1")
	s.has("start --check", "node 1, broker+controller, listeners CONTROLLER://localhost:9093,PLAINTEXT://:9092, data in ./kbroker-data")
}

func TestApplets(t *testing.T) {
	Applets["kafka-test"] = func(a *App) int { return len(a.Args) + 40 }
	defer delete(Applets, "kafka-test")
	for _, name := range []string{"/opt/kafka/bin/kafka-test.sh", "kafka-test"} {
		if code := Main(&App{Args: []string{name, "x"}}); code != 42 {
			t.Errorf("%s: %d", name, code)
		}
	}
}

func TestOffsetGrammar(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	hour := int64(3_600_000)
	ms := now.UnixMilli()
	given := func(k boundKind, n int64) bound { return bound{k, n, true} }
	for in, want := range map[string]span{
		"start":                    {given(atStart, 0), bound{}},
		"end":                      {given(atEnd, 0), bound{}},
		":end":                     {bound{}, given(atEnd, 0)},
		"+5":                       {given(fromStart, 5), bound{}},
		"-5":                       {given(beforeEnd, 5), bound{}},
		"7":                        {given(atOffset, 7), bound{}},
		"7:":                       {given(atOffset, 7), bound{}},
		":7":                       {bound{}, given(atOffset, 7)},
		"3:7":                      {given(atOffset, 3), given(atOffset, 7)},
		"start:+2":                 {given(atStart, 0), given(fromStart, 2)},
		"@1600000000000":           {given(atTimestamp, 1_600_000_000_000), bound{}},
		"@1600000000":              {given(atTimestamp, 1_600_000_000_000), bound{}},
		"@-1h":                     {given(atTimestamp, ms-hour), bound{}},
		"@2h:1h":                   {given(atTimestamp, ms-2*hour), given(atTimestamp, ms-hour)},
		"@2h:":                     {given(atTimestamp, ms-2*hour), bound{}},
		"@2h:end":                  {given(atTimestamp, ms-2*hour), given(atEnd, 0)},
		"@:1h":                     {bound{}, given(atTimestamp, ms-hour)},
		"@2023-11-14":              {given(atTimestamp, 1_699_920_000_000), bound{}},
		"@2023-11-14T22:13:20Z":    {given(atTimestamp, ms), bound{}},
		"@2023-11-14T22:13:20Z:1h": {given(atTimestamp, ms), given(atTimestamp, ms+hour)},
		"@2023-11-14:24h":          {given(atTimestamp, 1_699_920_000_000), given(atTimestamp, 1_699_920_000_000+24*hour)},
		"@1600000000:1h30m":        {given(atTimestamp, 1_600_000_000_000), given(atTimestamp, 1_600_000_000_000+hour*3/2)},
		"@-2h:-1h":                 {given(atTimestamp, ms-2*hour), given(atTimestamp, ms-hour)},
		"@1h:2023-11-14T22:13:20Z": {given(atTimestamp, ms-hour), given(atTimestamp, ms)},
	} {
		if got, err := parseSpan(in, now); err != nil || got != want {
			t.Errorf("%s: %+v %v, want %+v", in, got, err, want)
		}
	}
	for _, in := range []string{"", ":", "x", "7:3", "@", "@:", "@x", "--5", "+-5", "1.5", "@12", "-", "+", "@-", "@1h:2h", "@2023-11-14:-1h"} {
		if got, err := parseSpan(in, now); err == nil {
			t.Errorf("%q was read as %+v", in, got)
		}
	}
}

func FuzzOffsetGrammarNeverPanics(f *testing.F) {
	for _, s := range []string{"1:2", "@1h:end", "-", "@:", "+1", "@2023-11-14T22:13:20Z:1h"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { _, _ = parseSpan(s, time.UnixMilli(0)) })
}

func TestFormatVerbs(t *testing.T) {
	r := &kgo.Record{Topic: "t", Partition: 1, Offset: 2, Key: []byte("k"), Value: []byte{0xff}, LeaderEpoch: 3,
		Timestamp: time.UnixMilli(1_700_000_000_123), Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "b", Value: []byte("2")}}}
	for pattern, want := range map[string]string{
		`%t/%p/%o/%k/%e/%T\n`:         "t/1/2/k/3/1700000000123\n",
		`%v{hex} %v{base64} %k{hex}`:  "ff /w== 6b",
		`%K %V %S %H %i`:              "1 1 1 2 1",
		`%R%s`:                        "\x00\x00\x00\x01\xff",
		`%h`:                          "a=1,b=2",
		`%h{%k:%v;}`:                  "a:1;b:2;",
		`%d{2006-01-02T15:04:05.000}`: "2023-11-14T22:13:20.123",
		`%d{strftime[%F %T]}`:         "2023-11-14 22:13:20",
		`%%\x41\t\\`:                  "%A\t\\",
	} {
		f, err := newFormatter(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got := string(f.append(nil, r)); got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
	for _, pattern := range []string{"%", `\`, "%q", "%v{rot13}", "%h{%k", `\q`, `\xz`} {
		if _, err := newFormatter(pattern); err == nil {
			t.Errorf("%q was accepted", pattern)
		}
	}
	null, _ := newFormatter("%K %V %S[%k%v]%R")
	if got := string(null.append(nil, &kgo.Record{})); got != "-1 -1 -1[]\xff\xff\xff\xff" {
		t.Errorf("%q", got)
	}
}

func TestRecordsThatAreNoTextComeAsBase64(t *testing.T) {
	b, err := appendJSON(nil, &kgo.Record{Topic: "t", Value: []byte{0xff}, Timestamp: time.UnixMilli(5)})
	if err != nil || string(b) != `{"topic":"t","partition":0,"offset":0,"timestamp":5,"key":null,"value":null,"value_base64":"/w=="}`+"\n" {
		t.Errorf("%s %v", b, err)
	}
}

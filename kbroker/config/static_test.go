package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPropertyFiles loads testdata/properties: a .good file loads, a .bad one fails with the text of its first line.
// The texts are those of the 4.4.0 release where it refuses the file too.
func TestPropertyFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/properties/*")
	if err != nil || len(files) < 70 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			props, err := ParseProperties(path, data)
			if err == nil {
				_, _, err = Load(Sources{File: props, FileName: path, Hostname: "here"})
			}
			first, _, _ := strings.Cut(string(data), "\n")
			want, bad := strings.CutPrefix(first, "# want: ")
			switch {
			case !bad && err != nil:
				t.Errorf("refused: %v", err)
			case bad && err == nil:
				t.Errorf("accepted; want %q", want)
			case bad && !strings.Contains(err.Error(), want):
				t.Errorf("\n got %v\nwant %s", err, want)
			}
		})
	}
}

func load(t *testing.T, text string, environ ...string) (*Static, []Warning) {
	t.Helper()
	props, err := ParseProperties("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, w, err := Load(Sources{File: props, FileName: "test", Environ: environ, Hostname: "here"})
	if err != nil {
		t.Fatal(err)
	}
	return s, w
}

// TestADirectoryWrittenTwiceCountsOnce: Kafka 4.4 drops it; we say so.
func TestADirectoryWrittenTwiceCountsOnce(t *testing.T) {
	for dirs, told := range map[string]bool{"/x, /y,/x": true, "/x,/y": false} {
		s, warnings := load(t, combined+"\nlog.dirs="+dirs+"\n")
		warned := slices.ContainsFunc(warnings, func(w Warning) bool { return w.Name == "log.dirs" })
		if !slices.Equal(s.LogDirs, []string{"/x", "/y"}) || warned != told {
			t.Errorf("%s: %q %v", dirs, s.LogDirs, warnings)
		}
	}
}

const combined = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
`

func TestNothingGivenIsOneCombinedNode(t *testing.T) {
	s, w, err := Load(Sources{})
	if err != nil || len(w) != 0 {
		t.Fatal(err, w)
	}
	if s.NodeID != 1 || !s.IsBroker || !s.IsController || !s.Dev {
		t.Errorf("%+v", s)
	}
	if got := s.Listeners[0].String() + " " + s.Listeners[1].String(); got != "PLAINTEXT://:9092 CONTROLLER://localhost:9093" {
		t.Error(got)
	}
	if len(s.Advertised) != 1 || s.Advertised[0].String() != "PLAINTEXT://localhost:9092" {
		t.Errorf("advertised %v", s.Advertised)
	}
	if len(s.Voters) != 1 || s.Voters[0].ID != 1 || s.Voters[0].Port != 9093 {
		t.Errorf("voters %v", s.Voters)
	}
	if !slices.Equal(s.LogDirs, []string{"./kbroker-data"}) || s.MetadataLogDir != "./kbroker-data" {
		t.Errorf("dirs %v %s", s.LogDirs, s.MetadataLogDir)
	}
	snap, _ := NewSnapshot(s, nil, nil)
	b := snap.Broker()
	if b.OffsetsTopicReplicationFactor != 1 || b.TransactionTopicMinISR != 1 || b.GroupInitialRebalanceDelay != 0 {
		t.Errorf("%+v", b)
	}
}

// TestAFileGivesKafkasDefaults: nothing of the development base leaks into a node with a file.
func TestAFileGivesKafkasDefaults(t *testing.T) {
	s, _ := load(t, combined)
	snap, _ := NewSnapshot(s, nil, nil)
	b := snap.Broker()
	if s.Dev || b.OffsetsTopicReplicationFactor != 3 || b.GroupInitialRebalanceDelay != 3*time.Second || s.LogDirs[0] != "/tmp/kafka-logs" {
		t.Errorf("dev=%v %+v %v", s.Dev, b, s.LogDirs)
	}
	if s.Advertised[0].Host != "here" {
		t.Errorf("a listener without host is advertised as %q", s.Advertised[0].Host)
	}
}

func TestLayersWinInOrder(t *testing.T) {
	props, _ := ParseProperties("f", []byte(combined+"num.partitions=2\nnum.io.threads=2\nbackground.threads=2\n"))
	s := mustLoad(t, Sources{File: props, FileName: "f",
		Environ: []string{"KAFKA_NUM_IO_THREADS=3", "KAFKA_BACKGROUND_THREADS=3"}, Set: []string{"background.threads=4", "background.threads=5"}})
	for name, want := range map[string]int64{"num.partitions": 2, "num.io.threads": 3, "background.threads": 5, "num.network.threads": 3} {
		if got := s.Value(name).Int(); got != want {
			t.Errorf("%s=%d, want %d", name, got, want)
		}
	}
	snap, w := NewSnapshot(s, map[string]string{"max.connections": "6", "log.segment.bytes": "2000000"}, map[string]string{"log.segment.bytes": "3000000"})
	if len(w) != 0 || snap.Value("max.connections").Int() != 6 || snap.Value("log.segment.bytes").Int() != 3000000 {
		t.Error(w, snap.Value("max.connections"), snap.Value("log.segment.bytes"))
	}
}

func TestRemovedAndUnknownNamesWarnOnce(t *testing.T) {
	s, w := load(t, combined+"zookeeper.connect=zk:2181\nsome.unknown=1\nlog.message.format.version=2.0\nsuper.users=User:a;User:b\n")
	var names []string
	for _, x := range w {
		names = append(names, x.Name)
	}
	if !slices.Equal(names, []string{"log.message.format.version", "some.unknown", "zookeeper.connect", "offsets.topic.replication.factor"}) {
		t.Errorf("warnings %v", w)
	}
	if _, kept := s.Originals()["zookeeper.connect"]; kept {
		t.Error("a removed name was kept")
	}
	if s.Originals()["some.unknown"] != "1" {
		t.Error("an unknown name was dropped")
	}
	if !slices.Equal(s.SuperUsers(), []string{"User:a", "User:b"}) {
		t.Error(s.SuperUsers())
	}
}

func TestRefusalsSayWhatAndWhy(t *testing.T) {
	for line, want := range map[string]string{
		"authorizer.class.name=com.example.A":                "authorizer.class.name=com.example.A is refused: only the standard authorizer",
		"remote.log.storage.system.enable=true":              "tiered storage is not offered",
		"client.quota.callback.class=com.example.Q":          "other quotas than intended",
		"config.providers=vault":                             "files, directories and the environment only",
		"listener.name.plaintext.ssl.engine.factory.class=x": "engine factory cannot be loaded",
	} {
		props, _ := ParseProperties("t", []byte(combined+line))
		_, _, err := Load(Sources{File: props, FileName: "t"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestKerberosIsRefusedOnlyWhereOffered(t *testing.T) {
	sasl := strings.Replace(combined, "PLAINTEXT://:9092", "SASL_PLAINTEXT://:9092", 1) +
		"listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT\nsecurity.inter.broker.protocol=SASL_PLAINTEXT\n"
	props, _ := ParseProperties("t", []byte(sasl))
	if _, _, err := Load(Sources{File: props, FileName: "t"}); err == nil || !strings.Contains(err.Error(), "GSSAPI, which is refused") {
		t.Errorf("got %v", err)
	}
	load(t, sasl+"sasl.enabled.mechanisms=PLAIN\n")
	load(t, sasl+"listener.name.sasl_plaintext.sasl.enabled.mechanisms=SCRAM-SHA-512\n")
	load(t, combined) // the default names GSSAPI, and nothing offers it
}

func TestEnvironmentNames(t *testing.T) {
	for variable, want := range map[string]string{
		"KAFKA_LOG_DIRS":     "log.dirs",
		"KAFKA_CFG_LOG_DIRS": "log.dirs",
		"KAFKA_A__B_C___D":   "a_b.c-d",
		"KAFKA_LISTENER_NAME_SECURE_SCRAM-SHA-512_SASL_JAAS_CONFIG": "listener.name.secure.scram-sha-512.sasl.jaas.config",
		"KAFKA_LISTENER_NAME_TC___0_SSL_KEYSTORE_TYPE":              "listener.name.tc-0.ssl.keystore.type",
	} {
		if got := EnvName(variable); got != want {
			t.Errorf("%s: %s, want %s", variable, got, want)
		}
	}
}

// TestComposeEnvironments: environments of common compose files start a node as they are.
func TestComposeEnvironments(t *testing.T) {
	for name, c := range map[string]struct {
		environ               []string
		listeners, advertised string
		nodeID                int32
		warnings              int
	}{
		"kraft": {[]string{"CLUSTER_ID=5L6g3nShT-eMCtK--X86sw", "KAFKA_NODE_ID=1", "KAFKA_PROCESS_ROLES=controller, broker",
			"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
			"KAFKA_LISTENERS=PLAINTEXT://broker:29092,CONTROLLER://broker:29093,PLAINTEXT_HOST://0.0.0.0:9092",
			"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://broker:29092,PLAINTEXT_HOST://localhost:9092",
			"KAFKA_CONTROLLER_QUORUM_VOTERS=1@broker:29093", "KAFKA_INTER_BROKER_LISTENER_NAME=PLAINTEXT",
			"KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1", "KAFKA_JMX_PORT=9101",
			"KAFKA_HEAP_OPTS=-Xmx1g"},
			"PLAINTEXT://broker:29092,CONTROLLER://broker:29093,PLAINTEXT_HOST://0.0.0.0:9092",
			"PLAINTEXT://broker:29092,PLAINTEXT_HOST://localhost:9092", 1, 0},
		"broker id only": {[]string{"KAFKA_BROKER_ID=7", "KAFKA_PROCESS_ROLES=broker,controller", "KAFKA_CONTROLLER_QUORUM_VOTERS=7@kafka_1:9093",
			"KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER", "KAFKA_LISTENERS=PLAINTEXT://kafka_1:9092,CONTROLLER://kafka_1:9093",
			"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1"},
			"PLAINTEXT://kafka_1:9092,CONTROLLER://kafka_1:9093", "PLAINTEXT://kafka_1:9092", 7, 0},
		"advertised only": {[]string{"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092"},
			"PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093", "PLAINTEXT://localhost:9092", 1, 0},
		"zookeeper shaped": {[]string{"KAFKA_BROKER_ID=3", "KAFKA_ZOOKEEPER_CONNECT=zookeeper:2181",
			"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092",
			"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT", "KAFKA_INTER_BROKER_LISTENER_NAME=PLAINTEXT"},
			"PLAINTEXT://0.0.0.0:29092,PLAINTEXT_HOST://0.0.0.0:9092,CONTROLLER://localhost:9093",
			"PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092", 3, 1},
		"trailing comma": {[]string{"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092,"},
			"PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093", "PLAINTEXT://localhost:9092", 1, 1},
		"cfg": {[]string{"KAFKA_CFG_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9094", "KAFKA_CFG_NODE_ID=0", "KAFKA_CFG_BROKER_ID=-1",
			"ALLOW_PLAINTEXT_LISTENER=yes"},
			"PLAINTEXT://:9092,CONTROLLER://:9094", "PLAINTEXT://localhost:9092", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, w, err := Load(Sources{Environ: c.environ, Hostname: "here"})
			if err != nil {
				t.Fatal(err)
			}
			join := func(ls []Listener) string {
				var out []string
				for _, l := range ls {
					out = append(out, l.String())
				}
				return strings.Join(out, ",")
			}
			if join(s.Listeners) != c.listeners || join(s.Advertised) != c.advertised || s.NodeID != c.nodeID || len(w) != c.warnings {
				t.Errorf("listeners %s\nadvertised %s\nnode %d\nwarnings %v", join(s.Listeners), join(s.Advertised), s.NodeID, w)
			}
		})
	}
}

// TestReplicasOfInternalTopicsAreThoseOfTheImage: KAFKA_CFG_ variables go over the stock server.properties, KAFKA_ ones over
// Kafka's defaults, of which a single broker is warned.
func TestReplicasOfInternalTopicsAreThoseOfTheImage(t *testing.T) {
	for prefix, want := range map[string]int64{"KAFKA_CFG_": 1, "KAFKA_": 3} {
		s, w, err := Load(Sources{Environ: []string{prefix + "NODE_ID=0", prefix + "PROCESS_ROLES=controller,broker",
			prefix + "LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093", prefix + "CONTROLLER_LISTENER_NAMES=CONTROLLER",
			prefix + "LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT", prefix + "CONTROLLER_QUORUM_VOTERS=0@kafka:9093"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"offsets.topic.replication.factor", "transaction.state.log.replication.factor"} {
			if got := s.Value(key).Int(); got != want || (len(w) == 0) != (want == 1) {
				t.Errorf("%s: %s is %d, warnings %v", prefix, key, got, w)
			}
		}
	}
	s, _, err := Load(Sources{Environ: []string{"KAFKA_CFG_OFFSETS_TOPIC_REPLICATION_FACTOR=2", "KAFKA_=1"}})
	if err != nil || s.Value("offsets.topic.replication.factor").Int() != 2 {
		t.Errorf("what is set goes first: %v", err)
	}
}

func TestAVariableWithoutASettingIsNamed(t *testing.T) {
	env, err := FromEnvironment([]string{"KAFKA_=1", "KAFKA_CFG_=1"})
	if err != nil || len(env.Properties) != 0 || len(env.Warnings) != 2 || env.Warnings[0].Name != "KAFKA_" {
		t.Errorf("%+v %v", env, err)
	}
}

func TestEnvironmentValuesAreReadAsPropertyValues(t *testing.T) {
	env, err := FromEnvironment([]string{"KAFKA_SASL_JAAS_CONFIG=org.example.Module required \\\n   username=\"a\" \\\n   password=\"b\\\\c\";", "PATH=/bin"})
	if err != nil {
		t.Fatal(err)
	}
	if len(env.Properties) != 1 || env.Properties[0].Value != `org.example.Module required username="a" password="b\c";` {
		t.Errorf("%+v", env.Properties)
	}
}

// TestBrokersWithPeersDoNotBecomeClustersOfTheirOwn: an environment for ZooKeeper with replication above one is refused.
func TestBrokersWithPeersDoNotBecomeClustersOfTheirOwn(t *testing.T) {
	_, _, err := Load(Sources{Environ: []string{"KAFKA_BROKER_ID=2", "KAFKA_ZOOKEEPER_CONNECT=zk:2181", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=3"}})
	if err == nil || !strings.Contains(err.Error(), "KAFKA_CONTROLLER_QUORUM_VOTERS") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Load(Sources{Environ: []string{"KAFKA_ZOOKEEPER_CONNECT=zk:2181", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1"}}); err != nil {
		t.Error(err)
	}
}

func TestListenerKeysGoBeforeGeneralOnes(t *testing.T) {
	s, _ := load(t, combined+"sasl.jaas.config=general\nlistener.name.plaintext.sasl.jaas.config=listener\n"+
		"listener.name.plaintext.scram-sha-512.sasl.jaas.config=mechanism\nmax.connections=5\nlistener.name.plaintext.max.connections=3\n")
	for _, c := range [][3]string{{"PLAINTEXT", "SCRAM-SHA-512", "mechanism"}, {"PLAINTEXT", "PLAIN", "listener"}, {"CONTROLLER", "PLAIN", "general"}} {
		if got := s.JAASConfig(c[0], c[1]); got != c[2] {
			t.Errorf("%v: %q", c, got)
		}
	}
	if s.ListenerValue("PLAINTEXT", "max.connections").Int() != 3 || s.ListenerValue("CONTROLLER", "max.connections").Int() != 5 {
		t.Error("max.connections of a listener")
	}
}

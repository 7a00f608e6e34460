// The client scenarios with the Java client. Run as a source file: java -cp JARS Scenarios.java host:port prefix [scenario ...]
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;

public class Scenarios {
    static final int LIMIT_SECONDS = 60;

    interface Body { void run(String bootstrap, String topic) throws Exception; }

    static List<String> values(String prefix, int n) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < n; i++) out.add(String.format("%s-%03d", prefix, i));
        return out;
    }

    static void same(List<String> want, List<String> got) {
        List<String> w = new ArrayList<>(want), g = new ArrayList<>(got);
        Collections.sort(w);
        Collections.sort(g);
        if (!w.equals(g)) throw new AssertionError("want " + w.size() + " records, got " + g.size());
    }

    static Map<String, Object> conf(String b, Object... more) {
        Map<String, Object> m = new HashMap<>();
        m.put("bootstrap.servers", b);
        for (int i = 0; i < more.length; i += 2) m.put((String) more[i], more[i + 1]);
        return m;
    }

    static void create(String b, String topic, int partitions) throws Exception {
        try (Admin a = Admin.create(conf(b))) {
            a.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
        Thread.sleep(400); // a broker may name a partition's leader before it has become one, and acks=0 then loses
    }

    static Producer<String, String> producer(String b, Object... more) {
        return new KafkaProducer<>(conf(b, more), new StringSerializer(), new StringSerializer());
    }

    static void send(Producer<String, String> p, String topic, List<String> vals) throws Exception {
        List<Future<RecordMetadata>> fs = new ArrayList<>();
        for (String v : vals) fs.add(p.send(new ProducerRecord<>(topic, v, v)));
        p.flush();
        for (Future<RecordMetadata> f : fs) f.get();
    }

    static Consumer<String, String> consumer(String b, String group, Object... more) {
        Map<String, Object> c = conf(b, "group.id", group, "auto.offset.reset", "earliest", "enable.auto.commit", "false", "fetch.max.wait.ms", "100");
        for (int i = 0; i < more.length; i += 2) c.put((String) more[i], more[i + 1]);
        if (!"consumer".equals(c.get("group.protocol"))) {
            c.put("heartbeat.interval.ms", "300");
            c.put("session.timeout.ms", "10000");
        }
        return new KafkaConsumer<>(c, new StringDeserializer(), new StringDeserializer());
    }

    static List<String> read(Consumer<String, String> c, int n) {
        List<String> out = new ArrayList<>();
        long end = System.nanoTime() + 40_000_000_000L;
        while (out.size() < n && System.nanoTime() < end) for (ConsumerRecord<String, String> r : c.poll(Duration.ofMillis(200))) out.add(r.value());
        return out;
    }

    static void expect(String b, String topic, List<String> want, Object... more) {
        try (Consumer<String, String> c = consumer(b, topic + "-reader", more)) {
            c.subscribe(List.of(topic));
            same(want, read(c, want.size()));
        }
    }

    static Body roundTrip(Object... more) {
        return (b, topic) -> {
            create(b, topic, 2);
            List<String> want = values("v", 50);
            try (Producer<String, String> p = producer(b, more)) { send(p, topic, want); }
            expect(b, topic, want);
        };
    }

    static Body rebalance(String protocol) {
        return (b, topic) -> {
            create(b, topic, 4);
            try (Consumer<String, String> first = consumer(b, topic, "group.protocol", protocol);
                 Consumer<String, String> second = consumer(b, topic, "group.protocol", protocol)) {
                first.subscribe(List.of(topic));
                long end = System.nanoTime() + 40_000_000_000L;
                while (first.assignment().size() != 4 && System.nanoTime() < end) first.poll(Duration.ofMillis(100));
                second.subscribe(List.of(topic));
                while (System.nanoTime() < end) {
                    first.poll(Duration.ofMillis(100));
                    second.poll(Duration.ofMillis(100));
                    if (first.assignment().size() == 2 && second.assignment().size() == 2) return;
                }
                throw new AssertionError("assigned " + first.assignment() + " and " + second.assignment());
            }
        };
    }

    static void restart(String b, String topic) throws Exception {
        create(b, topic, 1);
        for (int r = 0; r < 2; r++) {
            List<String> want = values("round" + r, 10);
            try (Producer<String, String> p = producer(b)) { send(p, topic, want); }
            try (Consumer<String, String> c = consumer(b, topic)) {
                c.subscribe(List.of(topic));
                same(want, read(c, 10));
                c.commitSync();
            }
        }
    }

    static void admin(String b, String topic) throws Exception {
        create(b, topic, 3);
        try (Admin a = Admin.create(conf(b))) {
            if (a.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size() != 3) throw new AssertionError("not three partitions");
            ConfigResource res = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            a.incrementalAlterConfigs(Map.of(res, List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "86400000"), AlterConfigOp.OpType.SET)))).all().get();
            long end = System.nanoTime() + 20_000_000_000L;
            while (!"86400000".equals(a.describeConfigs(List.of(res)).all().get().get(res).get("retention.ms").value())) {
                if (System.nanoTime() > end) throw new AssertionError("the config is not set");
                Thread.sleep(50);
            }
            a.describeCluster().clusterId().get();
            a.listGroups().all().get();
            a.deleteTopics(List.of(topic)).all().get();
        }
    }

    static void byTime(String b, String topic) throws Exception {
        create(b, topic, 1);
        long base = (System.currentTimeMillis() / 1000 - 3600) * 1000;
        try (Producer<String, String> p = producer(b)) {
            for (int i = 0; i < 10; i++) p.send(new ProducerRecord<>(topic, 0, base + i * 1000L, null, "x")).get();
        }
        try (Consumer<String, String> c = consumer(b, topic)) {
            TopicPartition tp = new TopicPartition(topic, 0);
            long got = c.offsetsForTimes(Map.of(tp, base + 4000)).get(tp).offset();
            if (got != 4) throw new AssertionError("offset " + got + ", want 4");
        }
        try (Admin a = Admin.create(conf(b))) {
            TopicPartition tp = new TopicPartition(topic, 0);
            long got = a.listOffsets(Map.of(tp, OffsetSpec.maxTimestamp())).all().get().get(tp).offset();
            if (got != 9) throw new AssertionError("offset of the latest time " + got + ", want 9");
        }
    }

    static void transactions(String b, String topic) throws Exception {
        create(b, topic, 1);
        try (Producer<String, String> p = producer(b, "transactional.id", topic)) {
            p.initTransactions();
            for (boolean commit : new boolean[] {true, false, true}) {
                p.beginTransaction();
                send(p, topic, values(String.valueOf(commit), 5));
                if (commit) p.commitTransaction(); else p.abortTransaction();
            }
        }
        List<String> want = new ArrayList<>(values("true", 5));
        want.addAll(values("true", 5));
        expect(b, topic, want, "isolation.level", "read_committed");
    }

    static String outcome(Body body, String b, String topic) {
        ExecutorService ex = Executors.newSingleThreadExecutor(r -> { Thread t = new Thread(r); t.setDaemon(true); return t; });
        try {
            ex.submit(() -> { body.run(b, topic); return null; }).get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return "passed";
        } catch (TimeoutException e) {
            return "failed: no end within the limit";
        } catch (Exception e) {
            return ("failed: " + (e.getCause() == null ? e : e.getCause())).replaceAll("\\s+", " ");
        } finally {
            ex.shutdownNow();
        }
    }

    public static void main(String[] args) throws Exception {
        Map<String, Body> all = new LinkedHashMap<>();
        for (String c : List.of("none", "gzip", "snappy", "lz4", "zstd")) all.put("produce-" + c, roundTrip("compression.type", c));
        for (String a : List.of("0", "1", "all")) all.put("acks-" + a, roundTrip("acks", a, "enable.idempotence", "false"));
        all.put("group-rebalance", rebalance("classic"));
        all.put("offsets-restart", Scenarios::restart);
        all.put("admin", Scenarios::admin);
        all.put("idempotent", roundTrip("enable.idempotence", "true"));
        all.put("offsets-by-time", Scenarios::byTime);
        all.put("transactions", Scenarios::transactions);
        all.put("group-kip848", rebalance("consumer"));
        List<String> only = Arrays.asList(args).subList(2, args.length);
        Properties version = new Properties();
        try (java.io.InputStream in = Scenarios.class.getClassLoader().getResourceAsStream("kafka/kafka-version.properties")) {
            version.load(in);
        }
        System.out.println("VERSION java " + version.getProperty("version"));
        for (Map.Entry<String, Body> e : all.entrySet()) {
            if (!only.isEmpty() && !only.contains(e.getKey())) continue;
            System.out.println("RESULT " + e.getKey() + " " + outcome(e.getValue(), args[0], args[1] + "-" + e.getKey()));
        }
        System.exit(0);
    }
}

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
            List<String> want = values("v".repeat(60), 50); // every codec makes them smaller
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
            a.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            until("five partitions", () -> a.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size() == 5);
            a.deleteTopics(List.of(topic)).all().get();
        }
    }

    static void until(String what, Callable<Boolean> check) throws Exception {
        long end = System.nanoTime() + 40_000_000_000L;
        while (!check.call()) {
            if (System.nanoTime() > end) throw new AssertionError("never: " + what);
            Thread.sleep(20);
        }
    }

    static String shape(byte[] key, byte[] value, Iterable<org.apache.kafka.common.header.Header> headers, long second) {
        StringBuilder b = new StringBuilder();
        for (byte[] f : new byte[][] {key, value}) b.append(f == null ? "null" : "'" + new String(f) + "'").append(' ');
        for (org.apache.kafka.common.header.Header h : headers) b.append(h.key()).append('=').append(new String(h.value())).append(' ');
        return b.append('+').append(second).toString();
    }

    /** Records with and without keys, values and headers, each a second after the one before it. */
    static void shapes(String b, String topic) throws Exception {
        create(b, topic, 1);
        long base = (System.currentTimeMillis() / 1000 - 3600) * 1000;
        List<ProducerRecord<byte[], byte[]>> recs = List.of(
            new ProducerRecord<>(topic, 0, base, "k0".getBytes(), "v0".getBytes()),
            new ProducerRecord<>(topic, 0, base + 1000, null, "v1".getBytes()),
            new ProducerRecord<>(topic, 0, base + 2000, "k2".getBytes(), (byte[]) null),
            new ProducerRecord<>(topic, 0, base + 3000, new byte[0], new byte[0]));
        recs.get(0).headers().add("a", "1".getBytes()).add("b", new byte[0]);
        List<String> want = new ArrayList<>(), got = new ArrayList<>();
        try (Producer<byte[], byte[]> p = new KafkaProducer<>(conf(b), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> r : recs) {
                want.add(shape(r.key(), r.value(), r.headers(), (r.timestamp() - base) / 1000));
                p.send(r).get();
            }
        }
        try (Consumer<byte[], byte[]> c = new KafkaConsumer<>(conf(b), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition tp = new TopicPartition(topic, 0);
            c.assign(List.of(tp));
            c.seekToBeginning(List.of(tp));
            until("four records", () -> {
                for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(200))) got.add(shape(r.key(), r.value(), r.headers(), (r.timestamp() - base) / 1000));
                return got.size() >= want.size();
            });
        }
        if (!want.equals(got)) throw new AssertionError("want " + want + ", got " + got);
    }

    static void large(String b, String topic) throws Exception {
        create(b, topic, 1);
        String fits = "0123456789".repeat(100_000), tooLarge = "0123456789".repeat(110_000);
        try (Producer<String, String> p = producer(b, "max.request.size", 3_000_000)) {
            try {
                p.send(new ProducerRecord<>(topic, tooLarge)).get();
                throw new AssertionError("a record that is too large was taken");
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof org.apache.kafka.common.errors.RecordTooLargeException)) throw e;
            }
            p.send(new ProducerRecord<>(topic, fits)).get();
        }
        expect(b, topic, List.of(fits));
    }

    /** A member that keeps count of the partitions that it was asked for. */
    static class Owner implements ConsumerRebalanceListener, AutoCloseable {
        final Consumer<String, String> c;
        int asked;

        Owner(String b, String topic, Object... more) {
            c = consumer(b, topic, more);
            c.subscribe(List.of(topic), this);
        }

        public void onPartitionsRevoked(Collection<TopicPartition> ps) { asked += ps.size(); }
        public void onPartitionsAssigned(Collection<TopicPartition> ps) { }
        public void close() { c.close(); }
    }

    static void owning(int n, Owner... all) throws Exception {
        until(n + " partitions each", () -> {
            boolean done = true;
            for (Owner o : all) {
                o.c.poll(Duration.ofMillis(50));
                done &= o.c.assignment().size() == n;
            }
            return done;
        });
    }

    /** A member goes and comes back under its instance id: it gets what it had, and the other one is not disturbed. */
    static void fixed(String b, String topic) throws Exception {
        create(b, topic, 4);
        try (Owner first = new Owner(b, topic, "group.instance.id", "a")) {
            Set<TopicPartition> before;
            int asked;
            try (Owner second = new Owner(b, topic, "group.instance.id", "b")) {
                owning(2, first, second);
                before = second.c.assignment();
                asked = first.asked;
            }
            try (Owner again = new Owner(b, topic, "group.instance.id", "b")) {
                owning(2, first, again);
                if (!again.c.assignment().equals(before)) throw new AssertionError("it had " + before + " and came back to " + again.c.assignment());
                if (first.asked != asked) throw new AssertionError("the other member was disturbed");
            }
        }
    }

    static void cooperative(String b, String topic) throws Exception {
        create(b, topic, 4);
        Object[] conf = {"partition.assignment.strategy", CooperativeStickyAssignor.class.getName()};
        try (Owner first = new Owner(b, topic, conf)) {
            owning(4, first);
            try (Owner second = new Owner(b, topic, conf)) {
                owning(2, first, second);
                if (first.asked != 2) throw new AssertionError("the first was asked for " + first.asked + " partitions, want 2");
            }
        }
    }

    /** A producer and a consumer live through a restart of the broker, and a later member begins at the committed offset. */
    static void brokerRestart(String b, String topic) throws Exception {
        create(b, topic, 1);
        List<String> before = values("before", 10), after = values("after", 10);
        try (Producer<String, String> p = producer(b)) {
            send(p, topic, before);
            try (Consumer<String, String> c = consumer(b, topic)) {
                c.subscribe(List.of(topic));
                same(before, read(c, 10));
                c.commitSync();
                System.out.println("RESTART");
                while (System.in.read() != '\n') { }
                send(p, topic, after);
                same(after, read(c, 10));
            }
        }
        try (Consumer<String, String> c = consumer(b, topic)) {
            c.subscribe(List.of(topic));
            same(after, read(c, 10));
        }
    }

    static void groupAdmin(String b, String topic) throws Exception {
        create(b, topic, 1);
        try (Admin a = Admin.create(conf(b))) {
            try (Producer<String, String> p = producer(b); Consumer<String, String> c = consumer(b, topic)) {
                send(p, topic, values("v", 3));
                c.subscribe(List.of(topic));
                same(values("v", 3), read(c, 3));
                c.commitSync();
                ConsumerGroupDescription d = a.describeConsumerGroups(List.of(topic)).all().get().get(topic);
                if (d.members().size() != 1 || !d.groupState().toString().equals("Stable")) throw new AssertionError("described " + d);
            }
            long at = a.listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata().get().get(new TopicPartition(topic, 0)).offset();
            if (at != 3) throw new AssertionError("offset " + at + ", want 3");
            a.deleteConsumerGroups(List.of(topic)).all().get();
            for (GroupListing g : a.listGroups().all().get()) if (g.groupId().equals(topic)) throw new AssertionError("the deleted group is listed");
        }
    }

    static void deleteRecords(String b, String topic) throws Exception {
        create(b, topic, 1);
        List<String> vals = values("v", 10);
        try (Producer<String, String> p = producer(b); Admin a = Admin.create(conf(b))) {
            send(p, topic, vals);
            TopicPartition tp = new TopicPartition(topic, 0);
            long low = a.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(5))).lowWatermarks().get(tp).get().lowWatermark();
            if (low != 5) throw new AssertionError("low watermark " + low + ", want 5");
        }
        expect(b, topic, vals.subList(5, 10));
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
        all.put("records", Scenarios::shapes);
        all.put("large-record", Scenarios::large);
        all.put("group-static", Scenarios::fixed);
        all.put("group-cooperative", Scenarios::cooperative);
        all.put("broker-restart", Scenarios::brokerRestart);
        all.put("group-admin", Scenarios::groupAdmin);
        all.put("delete-records", Scenarios::deleteRecords);
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

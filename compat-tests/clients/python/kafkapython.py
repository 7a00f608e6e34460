"""The client scenarios with kafka-python."""
import time

import kafka
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic

import frame


def create(b, topic, partitions=1):
    a = KafkaAdminClient(bootstrap_servers=b)
    try:
        a.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        a.close()
    frame.settle()


def produce(b, topic, vals, **conf):
    p = KafkaProducer(bootstrap_servers=b, linger_ms=5, **conf)
    try:
        for f in [p.send(topic, key=v.encode(), value=v.encode()) for v in vals]:
            f.get(timeout=20)
    finally:
        p.close()


def consumer(b, topic, group, **conf):
    return KafkaConsumer(topic, bootstrap_servers=b, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
                         heartbeat_interval_ms=300, session_timeout_ms=10000, fetch_max_wait_ms=100, **conf)


def read(c, n, limit=40):
    out, end = [], time.monotonic() + limit
    while len(out) < n and time.monotonic() < end:
        for recs in c.poll(timeout_ms=200).values():
            out += [r.value.decode() for r in recs]
    return out


def expect(b, topic, want, **conf):
    c = consumer(b, topic, topic + "-reader", **conf)
    try:
        frame.same(want, read(c, len(want)))
    finally:
        c.close()


def round_trip(**conf):
    def run(b, topic):
        create(b, topic, 2)
        want = frame.values("v", 50)
        produce(b, topic, want, **conf)
        expect(b, topic, want)
    return run


def rebalance(b, topic):
    create(b, topic, 4)
    first = consumer(b, topic, topic)
    second = None
    try:
        frame.poll_until(lambda: first.poll(timeout_ms=100) is not None and len(first.assignment()) == 4, "the first has all four", pause=0)
        second = consumer(b, topic, topic)

        def both():
            first.poll(timeout_ms=100)
            second.poll(timeout_ms=100)
            return len(first.assignment()) == 2 and len(second.assignment()) == 2
        frame.poll_until(both, "two partitions each", pause=0)
    finally:
        first.close()
        if second:
            second.close()


def restart(b, topic):
    create(b, topic)
    for r in range(2):
        want = frame.values(f"round{r}", 10)
        produce(b, topic, want)
        c = consumer(b, topic, topic)
        try:
            frame.same(want, read(c, 10))
            c.commit()
        finally:
            c.close()


def admin(b, topic):
    create(b, topic, 3)
    a = KafkaAdminClient(bootstrap_servers=b)
    try:
        if len(a.describe_topics([topic])[0]["partitions"]) != 3:
            raise AssertionError("not three partitions")
        a.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "86400000"})])
        frame.poll_until(lambda: "86400000" in str(a.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])), "the config is set")
        a.delete_topics([topic])
    finally:
        a.close()


def by_time(b, topic):
    create(b, topic)
    p = KafkaProducer(bootstrap_servers=b)
    base = int(time.time() - 3600) * 1000
    for i in range(10):
        p.send(topic, value=b"x", partition=0, timestamp_ms=base + i * 1000).get(timeout=10)
    p.close()
    c = KafkaConsumer(bootstrap_servers=b)
    tp = TopicPartition(topic, 0)
    got = c.offsets_for_times({tp: base + 4000})[tp].offset
    c.close()
    if got != 4:
        raise AssertionError(f"offset {got}, want 4")


def transactions(b, topic):
    create(b, topic)
    p = KafkaProducer(bootstrap_servers=b, transactional_id=topic, linger_ms=5)
    p.init_transactions()
    for commit in (True, False, True):
        p.begin_transaction()
        for v in frame.values(str(commit), 5):
            p.send(topic, value=v.encode())
        p.flush()
        p.commit_transaction() if commit else p.abort_transaction()
    p.close()
    expect(b, topic, frame.values("True", 5) * 2, isolation_level="read_committed")


frame.main("kafka-python", kafka.__version__, [
    *[("produce-" + c, round_trip(compression_type=None if c == "none" else c)) for c in frame.CODECS],
    *[("acks-" + str(a), round_trip(acks=a, enable_idempotence=False)) for a in (0, 1, "all")],
    ("group-rebalance", rebalance), ("offsets-restart", restart), ("admin", admin),
    ("idempotent", round_trip(enable_idempotence=True)), ("offsets-by-time", by_time), ("transactions", transactions),
])

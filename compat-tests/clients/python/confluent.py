"""The client scenarios with confluent-kafka (librdkafka)."""
import time

import confluent_kafka as ck
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, OffsetSpec,
                                   ResourceType)

import frame


def create(b, topic, partitions=1):
    a = AdminClient({"bootstrap.servers": b})  # kept until the result is there
    a.create_topics([NewTopic(topic, partitions, 1)])[topic].result(20)
    frame.settle()


def produce(b, topic, vals, conf=None, producer=None):
    p = producer or Producer({"bootstrap.servers": b, "linger.ms": 5, **(conf or {})})
    errors = []
    for v in vals:
        p.produce(topic, key=v, value=v, on_delivery=lambda e, m: errors.append(e) if e else None)
    if p.flush(30):
        raise AssertionError("not all delivered")
    if errors:
        raise AssertionError(str(errors[0]))


def consumer(b, group, **conf):
    return Consumer({"bootstrap.servers": b, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "heartbeat.interval.ms": 300, "session.timeout.ms": 10000, "fetch.wait.max.ms": 100, **conf})


def read(c, n, limit=40):
    out, end = [], time.monotonic() + limit
    while len(out) < n and time.monotonic() < end:
        m = c.poll(0.2)
        if m is None:
            continue
        if m.error():
            raise AssertionError(str(m.error()))
        out.append(m.value().decode())
    return out


def expect(b, topic, want, **conf):
    c = consumer(b, topic + "-reader", **conf)
    try:
        c.subscribe([topic])
        frame.same(want, read(c, len(want)))
    finally:
        c.close()


def round_trip(conf):
    def run(b, topic):
        create(b, topic, 2)
        want = frame.values("v", 50)
        produce(b, topic, want, conf)
        expect(b, topic, want)
    return run


def rebalance(b, topic):
    create(b, topic, 4)
    first, second = consumer(b, topic), consumer(b, topic)
    try:
        first.subscribe([topic])
        frame.poll_until(lambda: first.poll(0.1) is None and len(first.assignment()) == 4, "the first has all four", pause=0)
        second.subscribe([topic])

        def both():
            first.poll(0.1)
            second.poll(0.1)
            return len(first.assignment()) == 2 and len(second.assignment()) == 2
        frame.poll_until(both, "two partitions each", pause=0)
    finally:
        first.close()
        second.close()


def restart(b, topic):
    create(b, topic)
    for r in range(2):
        want = frame.values(f"round{r}", 10)
        produce(b, topic, want)
        c = consumer(b, topic)
        try:
            c.subscribe([topic])
            frame.same(want, read(c, 10))
            c.commit(asynchronous=False)
        finally:
            c.close()


def admin(b, topic):
    create(b, topic, 3)
    a = AdminClient({"bootstrap.servers": b})
    if len(a.list_topics(topic, 10).topics[topic].partitions) != 3:
        raise AssertionError("not three partitions")
    res = ConfigResource(ResourceType.TOPIC, topic)
    res.add_incremental_config(ConfigEntry("retention.ms", "86400000", incremental_operation=AlterConfigOpType.SET))
    a.incremental_alter_configs([res])[res].result(10)
    res = ConfigResource(ResourceType.TOPIC, topic)
    frame.poll_until(lambda: a.describe_configs([res])[res].result(10)["retention.ms"].value == "86400000", "the config is set")
    a.delete_topics([topic])[topic].result(10)


def by_time(b, topic):
    create(b, topic)
    p = Producer({"bootstrap.servers": b})
    base = int(time.time() - 3600) * 1000
    for i in range(10):
        p.produce(topic, value="x", partition=0, timestamp=base + i * 1000)
        p.flush(10)
    tp = TopicPartition(topic, 0)
    a = AdminClient({"bootstrap.servers": b})
    res = a.list_offsets({tp: OffsetSpec.for_timestamp(base + 4000)})
    got = list(res.values())[0].result(10).offset
    if got != 4:
        raise AssertionError(f"offset {got}, want 4")


def transactions(b, topic):
    create(b, topic)
    p = Producer({"bootstrap.servers": b, "transactional.id": topic, "linger.ms": 5})
    p.init_transactions(20)
    for commit in (True, False, True):
        p.begin_transaction()
        produce(b, topic, frame.values(str(commit), 5), producer=p)
        p.commit_transaction(20) if commit else p.abort_transaction(20)
    expect(b, topic, frame.values("True", 5) * 2, **{"isolation.level": "read_committed"})


def kip848(b, topic):
    create(b, topic, 4)
    conf = {"bootstrap.servers": b, "group.id": topic, "auto.offset.reset": "earliest", "group.protocol": "consumer", "enable.auto.commit": False}
    first, second = Consumer(conf), Consumer(conf)
    try:
        first.subscribe([topic])
        second.subscribe([topic])

        def both():
            first.poll(0.1)
            second.poll(0.1)
            return len(first.assignment()) == 2 and len(second.assignment()) == 2
        frame.poll_until(both, "two partitions each", pause=0)
    finally:
        first.close()
        second.close()


frame.main("confluent-kafka", f"{ck.__version__} (librdkafka {ck.libversion()[0]})", [
    *[("produce-" + c, round_trip({"compression.type": c})) for c in frame.CODECS],
    *[("acks-" + a, round_trip({"acks": a})) for a in ("0", "1", "all")],
    ("group-rebalance", rebalance), ("offsets-restart", restart), ("admin", admin),
    ("idempotent", round_trip({"enable.idempotence": True})), ("offsets-by-time", by_time), ("transactions", transactions),
    ("group-kip848", kip848),
])

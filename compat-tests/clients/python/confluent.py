"""The client scenarios with confluent-kafka (librdkafka)."""
import time

import confluent_kafka as ck
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic,
                                   OffsetSpec, ResourceType)

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


def read(c, n, limit=40, errors=True):
    out, end = [], time.monotonic() + limit
    while len(out) < n and time.monotonic() < end:
        m = c.poll(0.2)
        if m is None or m.error() and not errors:
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
        want = frame.padded(50)
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
    a.create_partitions([NewPartitions(topic, 5)])[topic].result(10)
    frame.poll_until(lambda: len(a.list_topics(topic, 10).topics[topic].partitions) == 5, "five partitions")
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


def shapes(b, topic):
    create(b, topic)
    p, base, got = Producer({"bootstrap.servers": b}), frame.hour(), []
    for i, (k, v, hs) in enumerate(frame.SHAPES):
        p.produce(topic, key=k, value=v, headers=hs, partition=0, timestamp=base + i * 1000)
        p.flush(10)
    c = consumer(b, topic)
    c.assign([TopicPartition(topic, 0, 0)])
    try:
        def more():
            m = c.poll(0.2)
            if m is not None:
                got.append((m.key(), m.value(), m.headers(), m.timestamp()[1]))
            return len(got) == len(frame.SHAPES)
        frame.poll_until(more, "four records", pause=0)
    finally:
        c.close()
    frame.same_shapes(base, got)


def large(b, topic):
    create(b, topic)
    p, errors = Producer({"bootstrap.servers": b, "message.max.bytes": frame.CLIENT_LIMIT}), []
    for v in (frame.TOO_LARGE, frame.FITS):
        p.produce(topic, value=v, partition=0, on_delivery=lambda e, m: errors.append(e and e.code()))
        p.flush(20)
    if errors != [KafkaError.MSG_SIZE_TOO_LARGE, None]:
        raise AssertionError(f"outcomes {errors}")
    expect(b, topic, [frame.FITS])


class Owner:
    """A member that keeps count of the partitions that it was asked for."""

    def __init__(self, b, topic, **conf):
        self.asked, self.c = 0, consumer(b, topic, **conf)
        self.c.subscribe([topic], on_revoke=self.revoked)

    def revoked(self, _, partitions):
        self.asked += len(partitions)

    def have(self):
        return sorted(p.partition for p in self.c.assignment())


def owning(n, *owners):
    def done():
        for o in owners:
            o.c.poll(0.05)
        return all(len(o.have()) == n for o in owners)
    frame.poll_until(done, f"{n} partitions each", pause=0)


def static(b, topic):
    create(b, topic, 4)
    first, second = (Owner(b, topic, **{"group.instance.id": i}) for i in "ab")
    try:
        owning(2, first, second)
        before, asked = second.have(), first.asked
        second.c.close()
        second = Owner(b, topic, **{"group.instance.id": "b"})
        owning(2, first, second)
        if second.have() != before or first.asked != asked:
            raise AssertionError(f"it had {before} and came back to {second.have()}; the other was asked for {first.asked - asked}")
    finally:
        first.c.close()
        second.c.close()


def cooperative(b, topic):
    create(b, topic, 4)
    conf = {"partition.assignment.strategy": "cooperative-sticky"}
    first, second = Owner(b, topic, **conf), None
    try:
        owning(4, first)
        second = Owner(b, topic, **conf)
        owning(2, first, second)
        if first.asked != 2:
            raise AssertionError(f"the first was asked for {first.asked} partitions, want 2")
    finally:
        first.c.close()
        if second:
            second.c.close()


def broker_restart(b, topic):
    create(b, topic)
    before, after = frame.values("before", 10), frame.values("after", 10)
    p, c = Producer({"bootstrap.servers": b}), consumer(b, topic)
    try:
        produce(b, topic, before, producer=p)
        c.subscribe([topic])
        frame.same(before, read(c, 10))
        c.commit(asynchronous=False)
        frame.restart_broker()
        produce(b, topic, after, producer=p)
        frame.same(after, read(c, 10, errors=False))
    finally:
        c.close()
    c = consumer(b, topic)
    try:
        c.subscribe([topic])
        frame.same(after, read(c, 10))
    finally:
        c.close()


def group_admin(b, topic):
    create(b, topic)
    produce(b, topic, frame.values("v", 3))
    a, c = AdminClient({"bootstrap.servers": b}), consumer(b, topic)
    try:
        c.subscribe([topic])
        frame.same(frame.values("v", 3), read(c, 3))
        c.commit(asynchronous=False)
        d = a.describe_consumer_groups([topic])[topic].result(10)
        if d.state.name != "STABLE" or len(d.members) != 1:
            raise AssertionError(f"described as {d.state} with {len(d.members)} members")
    finally:
        c.close()
    offs = a.list_consumer_group_offsets([ConsumerGroupTopicPartitions(topic)])[topic].result(10)
    if [tp.offset for tp in offs.topic_partitions] != [3]:
        raise AssertionError(f"offsets {offs.topic_partitions}")
    a.delete_consumer_groups([topic])[topic].result(10)
    if topic in [g.group_id for g in a.list_consumer_groups().result(10).valid]:
        raise AssertionError("the deleted group is listed")


def delete_records(b, topic):
    create(b, topic)
    vals = frame.values("v", 10)
    produce(b, topic, vals)
    tp = TopicPartition(topic, 0, 5)
    a = AdminClient({"bootstrap.servers": b})  # kept until the result is there
    low = a.delete_records([tp])[tp].result(10).low_watermark
    if low != 5:
        raise AssertionError(f"low watermark {low}, want 5")
    expect(b, topic, vals[5:])


frame.main("confluent-kafka", f"{ck.__version__} (librdkafka {ck.libversion()[0]})", [
    *[("produce-" + c, round_trip({"compression.type": c})) for c in frame.CODECS],
    *[("acks-" + a, round_trip({"acks": a})) for a in ("0", "1", "all")],
    ("group-rebalance", rebalance), ("offsets-restart", restart), ("admin", admin),
    ("idempotent", round_trip({"enable.idempotence": True})), ("offsets-by-time", by_time), ("transactions", transactions),
    ("group-kip848", kip848), ("records", shapes), ("large-record", large), ("group-static", static),
    ("group-cooperative", cooperative), ("broker-restart", broker_restart), ("group-admin", group_admin),
    ("delete-records", delete_records),
])

"""The client scenarios with kafka-python."""
import time

import kafka
from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import MessageSizeTooLargeError

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
    c = KafkaConsumer(topic, bootstrap_servers=b, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
                      heartbeat_interval_ms=300, session_timeout_ms=10000, fetch_max_wait_ms=100, **conf)
    know(c, topic)
    return c


def know(c, topic):
    """Fetches a topic's metadata before the member joins: where the broker answers the join first, the leader deals out
    nothing ("No partition metadata for topic") and never joins again."""
    c.partitions_for_topic(topic)


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
        want = frame.padded(50)
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
        a.create_partitions({topic: 5})
        frame.poll_until(lambda: len(a.describe_topics([topic])[0]["partitions"]) == 5, "five partitions")
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


def shapes(b, topic):
    create(b, topic)
    p, base, got = KafkaProducer(bootstrap_servers=b), frame.hour(), []
    for i, (k, v, hs) in enumerate(frame.SHAPES):
        p.send(topic, key=k, value=v, headers=hs, partition=0, timestamp_ms=base + i * 1000).get(timeout=10)
    p.close()
    c = KafkaConsumer(bootstrap_servers=b, fetch_max_wait_ms=100)
    tp = TopicPartition(topic, 0)
    c.assign([tp])
    c.seek_to_beginning(tp)
    try:
        def more():
            for recs in c.poll(timeout_ms=200).values():
                got.extend((r.key, r.value, r.headers, r.timestamp) for r in recs)
            return len(got) >= len(frame.SHAPES)
        frame.poll_until(more, "four records", pause=0)
    finally:
        c.close()
    frame.same_shapes(base, got)


def large(b, topic):
    create(b, topic)
    def producer():
        return KafkaProducer(bootstrap_servers=b, max_request_size=frame.CLIENT_LIMIT)
    p = producer()
    try:
        try:
            p.send(topic, value=frame.TOO_LARGE.encode()).get(timeout=20)
            raise AssertionError("a record that is too large was taken")
        except MessageSizeTooLargeError as e:
            if "max_request_size" in str(e):  # its own bound, not the broker's
                raise
        p.close()
        p = producer()
        p.send(topic, value=frame.FITS.encode()).get(timeout=20)
    finally:
        p.close()
    expect(b, topic, [frame.FITS])


class Owner(ConsumerRebalanceListener):
    """A member that keeps count of the partitions that it was asked for."""

    def __init__(self, b, topic, **conf):
        self.asked = 0
        self.c = KafkaConsumer(bootstrap_servers=b, group_id=topic, auto_offset_reset="earliest", enable_auto_commit=False,
                               heartbeat_interval_ms=300, session_timeout_ms=10000, fetch_max_wait_ms=100, **conf)
        self.c.subscribe([topic], listener=self)
        know(self.c, topic)

    def on_partitions_revoked(self, revoked):
        self.asked += len(revoked)

    def on_partitions_assigned(self, assigned):
        pass

    def have(self):
        return sorted(tp.partition for tp in self.c.assignment())


def owning(n, *owners):
    def done():
        for o in owners:
            o.c.poll(timeout_ms=50)
        return all(len(o.have()) == n for o in owners)
    frame.poll_until(done, f"{n} partitions each", pause=0)


def static(b, topic):
    create(b, topic, 4)
    first, second = (Owner(b, topic, group_instance_id=i) for i in "ab")
    try:
        owning(2, first, second)
        before, asked = second.have(), first.asked
        second.c.close()
        second = Owner(b, topic, group_instance_id="b")
        owning(2, first, second)
        if second.have() != before or first.asked != asked:
            raise AssertionError(f"it had {before} and came back to {second.have()}; the other was asked for {first.asked - asked}")
    finally:
        first.c.close()
        second.c.close()


def cooperative(b, topic):
    create(b, topic, 4)
    conf = {"partition_assignment_strategy": [CooperativeStickyAssignor]}
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


def send(p, topic, vals):
    for f in [p.send(topic, key=v.encode(), value=v.encode()) for v in vals]:
        f.get(timeout=20)


def broker_restart(b, topic):
    create(b, topic)
    before, after = frame.values("before", 10), frame.values("after", 10)
    p, c = KafkaProducer(bootstrap_servers=b, linger_ms=5), consumer(b, topic, topic)
    try:
        send(p, topic, before)
        frame.same(before, read(c, 10))
        c.commit()
        frame.restart_broker()
        send(p, topic, after)
        frame.same(after, read(c, 10))
    finally:
        c.close()
        p.close()
    c = consumer(b, topic, topic)
    try:
        frame.same(after, read(c, 10))
    finally:
        c.close()


def group_admin(b, topic):
    create(b, topic)
    produce(b, topic, frame.values("v", 3))
    a, c = KafkaAdminClient(bootstrap_servers=b), consumer(b, topic, topic)
    try:
        try:
            frame.same(frame.values("v", 3), read(c, 3))
            c.commit()
            d = a.describe_groups([topic])[topic]
            if d["group_state"] != "Stable" or len(d["members"]) != 1:
                raise AssertionError(f"described as {d}")
        finally:
            c.close()
        offs = a.list_group_offsets(topic)[topic]
        if [o.offset for o in offs.values()] != [3]:
            raise AssertionError(f"offsets {offs}")
        a.delete_groups([topic])
        if topic in [g["group_id"] for g in a.list_groups()]:
            raise AssertionError("the deleted group is listed")
    finally:
        a.close()


def delete_records(b, topic):
    create(b, topic)
    vals = frame.values("v", 10)
    produce(b, topic, vals)
    a = KafkaAdminClient(bootstrap_servers=b)
    try:
        low = a.delete_records({TopicPartition(topic, 0): 5})
        if "5" not in str(low):
            raise AssertionError(f"answered {low}")
    finally:
        a.close()
    expect(b, topic, vals[5:])


frame.main("kafka-python", kafka.__version__, [
    *[("produce-" + c, round_trip(compression_type=None if c == "none" else c)) for c in frame.CODECS],
    *[("acks-" + str(a), round_trip(acks=a, enable_idempotence=False)) for a in (0, 1, "all")],
    ("group-rebalance", rebalance), ("offsets-restart", restart), ("admin", admin),
    ("idempotent", round_trip(enable_idempotence=True)), ("offsets-by-time", by_time), ("transactions", transactions),
    ("records", shapes), ("large-record", large), ("group-static", static), ("group-cooperative", cooperative),
    ("broker-restart", broker_restart), ("group-admin", group_admin), ("delete-records", delete_records),
])

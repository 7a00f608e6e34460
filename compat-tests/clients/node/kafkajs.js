// The client scenarios with KafkaJS. Its zstd codec needs Node 22.
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs');
const frame = require('./frame.js');

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy');
// The lz4 and zstd codecs that are published for KafkaJS do not build on today's Node; these are WebAssembly and Node's own.
const { lz4Compress, lz4Decompress } = require('@platformatic/wasm-utils');
const zlib = require('node:zlib');
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4Compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4Decompress(buffer)),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder) => zlib.zstdCompressSync(encoder.buffer),
  decompress: async (buffer) => zlib.zstdDecompressSync(buffer),
});

const TYPES = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy, lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD };
const kafka = (b) => new Kafka({ clientId: 'compat-kafkajs', brokers: [b], logLevel: logLevel.NOTHING });

async function withClient(c, f) {
  await c.connect();
  try { return await f(c); } finally { await c.disconnect(); }
}
const create = (b, topic, numPartitions = 1) => withClient(kafka(b).admin(), async (a) => {
  await a.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, replicationFactor: 1 }] });
  await frame.settle();
});
const produce = (b, topic, vals, send = {}, conf = {}) => withClient(kafka(b).producer(conf), (p) =>
  p.send({ topic, messages: vals.map((v) => ({ key: v, value: v })), ...send }));

async function member(b, topic, group, eachMessage, conf = {}) {
  const c = kafka(b).consumer({ groupId: group, heartbeatInterval: 300, sessionTimeout: 10000, maxWaitTimeInMs: 100, ...conf });
  c.assigned = null;
  c.on(c.events.GROUP_JOIN, (e) => { c.assigned = (e.payload.memberAssignment[topic] || []).length; });
  await c.connect();
  await c.subscribe({ topic, fromBeginning: true });
  await c.run({ autoCommit: false, eachMessage: (m) => eachMessage(m, c) });
  return c;
}

async function expect(b, topic, want, conf, group = topic + '-reader') {
  const got = [];
  const c = await member(b, topic, group, async ({ message }) => { got.push(String(message.value)); }, conf);
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records (${got.length} came)`);
    frame.same(want, got);
  } finally { await c.disconnect(); }
}

const roundTrip = (send, conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.padded(50);
  await produce(b, topic, want, send, conf);
  await expect(b, topic, want);
};

async function rebalance(b, topic) {
  await create(b, topic, 4);
  const first = await member(b, topic, topic, async () => {});
  let second;
  try {
    await frame.until(() => first.assigned === 4, 'the first has all four');
    second = await member(b, topic, topic, async () => {});
    await frame.until(() => first.assigned === 2 && second.assigned === 2, 'two partitions each');
  } finally {
    await first.disconnect();
    if (second) await second.disconnect();
  }
}

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
    if (m.topics[0].partitions.length !== 3) throw new Error('not three partitions');
    const resource = { type: 2, name: topic };
    await a.alterConfigs({ resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '86400000' }] }] });
    await frame.until(async () => {
      const d = await a.describeConfigs({ includeSynonyms: true, resources: [{ ...resource, configNames: ['retention.ms'] }] });
      return d.resources[0].configEntries[0].configValue === '86400000';
    }, 'the config is set');
    await a.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    await frame.until(async () => (await a.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length === 5, 'five partitions');
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
    if (o.offset !== '4') throw new Error(`offset ${o.offset}, want 4`);
  });
}

async function transactions(b, topic) {
  await create(b, topic);
  await withClient(kafka(b).producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 }), async (p) => {
    for (const commit of [true, false, true]) {
      const t = await p.transaction();
      await t.send({ topic, messages: frame.values(String(commit), 5).map((v) => ({ value: v })) });
      await (commit ? t.commit() : t.abort());
    }
  });
  await expect(b, topic, [...frame.values('true', 5), ...frame.values('true', 5)], { readUncommitted: false });
}

const headersOf = (h) => Object.entries(h || {}).map(([k, v]) => [k, frame.text(v)]);

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
  frame.sameShapes(start, got);
}

async function large(b, topic) {
  await create(b, topic);
  await withClient(kafka(b).producer(), async (p) => {
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
  await withClient(kafka(b).admin(), async (a) => {
    await a.fetchTopicOffsets(topic); // deleteTopicRecords does not fetch the metadata that it needs
    await a.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
  });
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
      if (d.state !== 'Stable' || d.members.length !== 1) throw new Error(`described as ${d.state} with ${d.members.length} members`);
    } finally { await c.disconnect(); }
    const offs = await a.fetchOffsets({ groupId: topic, topics: [topic] });
    if (String(offs[0].partitions[0].offset) !== '3') throw new Error(`offset ${offs[0].partitions[0].offset}, want 3`);
    await a.deleteGroups([topic]);
    if ((await a.listGroups()).groups.some((g) => g.groupId === topic)) throw new Error('the deleted group is listed');
  });
}

frame.main('kafkajs', require('kafkajs/package.json').version, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ compression: TYPES[c] })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ acks })]),
  ['group-rebalance', rebalance], ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({}, { idempotent: true, maxInFlightRequests: 1 })], ['offsets-by-time', byTime], ['transactions', transactions],
  ['records', shapes], ['large-record', large], ['broker-restart', brokerRestart], ['group-admin', groupAdmin], ['delete-records', deleteRecords],
]);

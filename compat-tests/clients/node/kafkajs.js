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

async function expect(b, topic, want, conf) {
  const got = [];
  const c = await member(b, topic, topic + '-reader', async ({ message }) => { got.push(String(message.value)); }, conf);
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records (${got.length} came)`);
    frame.same(want, got);
  } finally { await c.disconnect(); }
}

const roundTrip = (send, conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.values('v', 50);
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

frame.main('kafkajs', require('kafkajs/package.json').version, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ compression: TYPES[c] })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ acks })]),
  ['group-rebalance', rebalance], ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({}, { idempotent: true, maxInFlightRequests: 1 })], ['offsets-by-time', byTime], ['transactions', transactions],
  ['group-kip848', frame.NOT_OFFERED],
]);

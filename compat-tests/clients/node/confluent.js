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

async function member(b, topic, group, eachMessage, conf = {}) {
  const c = kafka(b).consumer({
    kafkaJS: { groupId: group, fromBeginning: true, autoCommit: false, heartbeatInterval: 300, sessionTimeout: 10000, ...conf },
    'fetch.wait.max.ms': 100,
  });
  await c.connect();
  await c.subscribe({ topic });
  await c.run({ eachMessage: (m) => eachMessage(m, c) });
  return c;
}

async function expect(b, topic, want, conf) {
  const got = [];
  const c = await member(b, topic, topic + '-reader', async ({ message }) => { got.push(String(message.value)); }, conf);
  try {
    await frame.until(() => got.length >= want.length, `${want.length} records`);
    frame.same(want, got);
  } finally { await c.disconnect(); }
}

const roundTrip = (conf) => async (b, topic) => {
  await create(b, topic, 2);
  const want = frame.values('v', 50);
  await produce(b, topic, want, conf);
  await expect(b, topic, want);
};

async function rebalance(b, topic) {
  await create(b, topic, 4);
  const first = await member(b, topic, topic, async () => {});
  let second;
  try {
    await frame.until(() => first.assignment().length === 4, 'the first has all four');
    second = await member(b, topic, topic, async () => {});
    await frame.until(() => first.assignment().length === 2 && second.assignment().length === 2, 'two partitions each');
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

frame.main('@confluentinc/kafka-javascript', `${require('@confluentinc/kafka-javascript/package.json').version} (librdkafka ${ck.librdkafkaVersion})`, [
  ...frame.CODECS.map((c) => ['produce-' + c, roundTrip({ kafkaJS: { compression: c } })]),
  ...[['0', 0], ['1', 1], ['all', -1]].map(([n, acks]) => ['acks-' + n, roundTrip({ kafkaJS: { acks } })]),
  ['group-rebalance', rebalance], ['offsets-restart', restart], ['admin', admin],
  ['idempotent', roundTrip({ kafkaJS: { idempotent: true } })], ['offsets-by-time', byTime], ['transactions', transactions],
]);

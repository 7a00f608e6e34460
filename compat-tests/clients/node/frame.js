// The frame of the Node clients' programs: runs the scenarios and prints a line for each, as clients/golang/scenario does.
const LIMIT = 60_000;
exports.CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
exports.FITS = '0123456789'.repeat(100_000); // as one record below a topic's default max.message.bytes
exports.TOO_LARGE = '0123456789'.repeat(110_000); // and above it
exports.CLIENT_LIMIT = 3_000_000; // what scenarios raise a client's own bound on size to, so that the broker is asked
// The records of the scenario records: null is absent, '' is empty.
exports.SHAPES = [
  { key: 'k0', value: 'v0', headers: [['a', '1'], ['b', '']] },
  { key: null, value: 'v1', headers: [] },
  { key: 'k2', value: null, headers: [] },
  { key: '', value: '', headers: [] },
];
// An hour ago in milliseconds, a whole second: the time of the first record where a scenario sets times.
exports.hour = () => (Math.floor(Date.now() / 1000) - 3600) * 1000;
// got are shapes with a field at in milliseconds, in order.
exports.sameShapes = (start, got) => {
  const [w, g] = [JSON.stringify(exports.SHAPES.map((s, i) => ({ ...s, at: start + i * 1000 }))), JSON.stringify(got)];
  if (w !== g) throw new Error(`want ${w}, got ${g}`);
};
exports.text = (b) => (b === null || b === undefined ? null : String(b));
// Has the runner stop the broker and start it again on its data.
exports.restartBroker = () => new Promise((done) => {
  process.stdin.once('data', () => { process.stdin.pause(); done(); });
  process.stdin.resume();
  console.log('RESTART');
});
// Values that every codec makes smaller.
exports.padded = (n) => exports.values('v'.repeat(60), n);
exports.values = (prefix, n) => Array.from({ length: n }, (_, i) => `${prefix}-${String(i).padStart(3, '0')}`);
exports.same = (want, got) => {
  const [w, g] = [[...want].sort(), [...got].sort()];
  if (JSON.stringify(w) !== JSON.stringify(g)) throw new Error(`want ${w.length} records, got ${g.length}: ${String(g).slice(0, 80)}`);
};
exports.sleep = (ms) => new Promise((r) => setTimeout(r, ms));
// After a topic was made: a broker may name a partition's leader before it has become one, and acks=0 then loses.
exports.settle = () => exports.sleep(400);
exports.until = async (check, what, limit = 40_000) => {
  const end = Date.now() + limit;
  while (Date.now() < end) {
    if (await check()) return;
    await exports.sleep(50);
  }
  throw new Error('never: ' + what);
};
exports.main = async (name, version, scenarios) => {
  const [bootstrap, prefix, ...only] = process.argv.slice(2);
  console.log('VERSION', name, version);
  process.on('unhandledRejection', (e) => console.error('unhandled', e && e.message));
  process.on('uncaughtException', (e) => console.error('uncaught', e && e.message));
  for (const [scenario, run] of scenarios) {
    if (only.length && !only.includes(scenario)) continue;
    let outcome, timer;
    const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error('no end within the limit')), LIMIT); });
    try {
      await Promise.race([run(bootstrap, `${prefix}-${scenario}`), late]);
      outcome = 'passed';
    } catch (e) {
      outcome = 'failed: ' + String((e && e.message) || e).replace(/\s+/g, ' ').slice(0, 300);
    }
    clearTimeout(timer);
    console.log('RESULT', scenario, outcome);
  }
  process.exit(0);
};

// The frame of the Node clients' programs: runs the scenarios and prints a line for each, as clients/golang/scenario does.
const LIMIT = 60_000;
exports.CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
exports.NOT_OFFERED = Symbol('not offered');
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
    let outcome;
    if (run === exports.NOT_OFFERED) outcome = 'not-offered';
    else {
      let timer;
      const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error('no end within the limit')), LIMIT); });
      try {
        await Promise.race([run(bootstrap, `${prefix}-${scenario}`), late]);
        outcome = 'passed';
      } catch (e) {
        outcome = 'failed: ' + String((e && e.message) || e).replace(/\s+/g, ' ').slice(0, 300);
      }
      clearTimeout(timer);
    }
    console.log('RESULT', scenario, outcome);
  }
  process.exit(0);
};

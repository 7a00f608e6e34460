//! The client scenarios with rust-rdkafka. usage: kbroker-compat-rust host:port prefix [scenario ...]
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::{ClientContext, DefaultClientContext};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, FutureProducer, FutureRecord, Producer, ThreadedProducer, DefaultProducerContext};
use rdkafka::{Offset, TopicPartitionList};

type Outcome = Result<(), String>;
const LIMIT: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_secs(20);

fn text<E: std::fmt::Display>(e: E) -> String {
    e.to_string()
}

fn values(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{prefix}-{i:03}")).collect()
}

fn same(want: &[String], got: &[String]) -> Outcome {
    let (mut w, mut g) = (want.to_vec(), got.to_vec());
    w.sort();
    g.sort();
    if w == g { Ok(()) } else { Err(format!("want {} records, got {}", w.len(), g.len())) }
}

fn config(b: &str, more: &[(&str, &str)]) -> ClientConfig {
    let mut c = ClientConfig::new();
    c.set("bootstrap.servers", b);
    for (k, v) in more {
        c.set(*k, *v);
    }
    c
}

fn admin_client(b: &str) -> Result<AdminClient<DefaultClientContext>, String> {
    config(b, &[]).create().map_err(text)
}

async fn create(b: &str, topic: &str, partitions: i32) -> Outcome {
    let res = admin_client(b)?
        .create_topics(&[NewTopic::new(topic, partitions, TopicReplication::Fixed(1))], &AdminOptions::new())
        .await
        .map_err(text)?;
    for r in res {
        r.map_err(|(t, e)| format!("{t}: {e}"))?;
    }
    // a broker may name a partition's leader before it has become one, and acks=0 then loses
    tokio::time::sleep(Duration::from_millis(400)).await;
    Ok(())
}

async fn produce(b: &str, topic: &str, vals: &[String], more: &[(&str, &str)]) -> Outcome {
    let p: FutureProducer = config(b, more).set("linger.ms", "5").create().map_err(text)?;
    let sends = vals.iter().map(|v| p.send(FutureRecord::to(topic).key(v).payload(v), STEP));
    for r in futures::future::join_all(sends).await {
        r.map_err(|(e, _)| text(e))?;
    }
    Ok(())
}

fn consumer_config(b: &str, group: &str, more: &[(&str, &str)]) -> ClientConfig {
    let mut c = config(b, more);
    c.set("group.id", group).set("auto.offset.reset", "earliest").set("enable.auto.commit", "false").set("fetch.wait.max.ms", "100");
    if !more.contains(&("group.protocol", "consumer")) {
        c.set("heartbeat.interval.ms", "300").set("session.timeout.ms", "10000");
    }
    c
}

fn consumer(b: &str, group: &str, more: &[(&str, &str)]) -> Result<BaseConsumer, String> {
    consumer_config(b, group, more).create().map_err(text)
}

fn read(c: &BaseConsumer, n: usize) -> Result<Vec<String>, String> {
    let (mut out, end) = (vec![], Instant::now() + Duration::from_secs(40));
    while out.len() < n && Instant::now() < end {
        if let Some(m) = c.poll(Duration::from_millis(200)) {
            let m = m.map_err(text)?;
            out.push(String::from_utf8_lossy(m.payload().unwrap_or_default()).into_owned());
        }
    }
    Ok(out)
}

fn expect(b: &str, topic: &str, want: &[String], more: &[(&str, &str)]) -> Outcome {
    let c = consumer(b, &format!("{topic}-reader"), more)?;
    c.subscribe(&[topic]).map_err(text)?;
    same(want, &read(&c, want.len())?)
}

async fn round_trip(b: String, topic: String, conf: Vec<(&'static str, &'static str)>) -> Outcome {
    create(&b, &topic, 2).await?;
    let want = values(&"v".repeat(60), 50); // every codec makes them smaller
    produce(&b, &topic, &want, &conf).await?;
    expect(&b, &topic, &want, &[])
}

async fn rebalance(b: String, topic: String, conf: Vec<(&'static str, &'static str)>) -> Outcome {
    create(&b, &topic, 4).await?;
    let count = |c: &BaseConsumer| c.assignment().map(|a| a.count()).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(40);
    let first = consumer(&b, &topic, &conf)?;
    first.subscribe(&[&topic]).map_err(text)?;
    while count(&first) != 4 && Instant::now() < end {
        first.poll(Duration::from_millis(100));
    }
    let second = consumer(&b, &topic, &conf)?;
    second.subscribe(&[&topic]).map_err(text)?;
    while Instant::now() < end {
        first.poll(Duration::from_millis(50));
        second.poll(Duration::from_millis(50));
        if count(&first) == 2 && count(&second) == 2 {
            return Ok(());
        }
    }
    Err(format!("assigned {} and {}", count(&first), count(&second)))
}

async fn restart(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    for r in 0..2 {
        let want = values(&format!("round{r}"), 10);
        produce(&b, &topic, &want, &[]).await?;
        let c = consumer(&b, &topic, &[])?;
        c.subscribe(&[&topic]).map_err(text)?;
        same(&want, &read(&c, 10)?)?;
        c.commit_consumer_state(CommitMode::Sync).map_err(text)?;
    }
    Ok(())
}

async fn admin(b: String, topic: String) -> Outcome {
    create(&b, &topic, 3).await?;
    let (a, opts) = (admin_client(&b)?, AdminOptions::new());
    let m = a.inner().fetch_metadata(Some(&topic), STEP).map_err(text)?;
    if m.topics()[0].partitions().len() != 3 {
        return Err("not three partitions".into());
    }
    let alter = AlterConfig::new(ResourceSpecifier::Topic(&topic)).set("retention.ms", "86400000");
    for r in a.alter_configs(&[alter], &opts).await.map_err(text)? {
        r.map_err(|(_, e)| text(e))?;
    }
    let end = Instant::now() + STEP;
    loop {
        let got = a.describe_configs(&[ResourceSpecifier::Topic(&topic)], &opts).await.map_err(text)?;
        let res = got.into_iter().next().ok_or("no answer")?.map_err(text)?;
        if res.get("retention.ms").and_then(|e| e.value.clone()).as_deref() == Some("86400000") {
            break;
        }
        if Instant::now() > end {
            return Err("the config is not set".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for r in a.create_partitions(&[NewPartitions::new(&topic, 5)], &opts).await.map_err(text)? {
        r.map_err(|(_, e)| text(e))?;
    }
    while a.inner().fetch_metadata(Some(&topic), STEP).map_err(text)?.topics()[0].partitions().len() != 5 {
        if Instant::now() > end {
            return Err("not five partitions".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for r in a.delete_topics(&[&topic], &opts).await.map_err(text)? {
        r.map_err(|(_, e)| text(e))?;
    }
    Ok(())
}

async fn by_time(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let base = (SystemTime::now().duration_since(UNIX_EPOCH).map_err(text)?.as_secs() as i64 - 3600) * 1000;
    let p: FutureProducer = config(&b, &[]).create().map_err(text)?;
    for i in 0..10 {
        let rec = FutureRecord::<(), str>::to(&topic).partition(0).payload("x").timestamp(base + i * 1000);
        p.send(rec, STEP).await.map_err(|(e, _)| text(e))?;
    }
    let c = consumer(&b, &topic, &[])?;
    let mut asked = TopicPartitionList::new();
    asked.add_partition_offset(&topic, 0, Offset::Offset(base + 4000)).map_err(text)?;
    let got = c.offsets_for_times(asked, STEP).map_err(text)?.elements()[0].offset();
    if got == Offset::Offset(4) { Ok(()) } else { Err(format!("offset {got:?}, want 4")) }
}

async fn transactions(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let p: ThreadedProducer<DefaultProducerContext> = config(&b, &[("transactional.id", &topic)]).create().map_err(text)?;
    p.init_transactions(STEP).map_err(text)?;
    for commit in [true, false, true] {
        p.begin_transaction().map_err(text)?;
        for v in values(&commit.to_string(), 5) {
            p.send(BaseRecord::<(), str>::to(&topic).payload(&v)).map_err(|(e, _)| text(e))?;
        }
        p.flush(STEP).map_err(text)?;
        if commit { p.commit_transaction(STEP) } else { p.abort_transaction(STEP) }.map_err(text)?;
    }
    let want = [values("true", 5), values("true", 5)].concat();
    expect(&b, &topic, &want, &[("isolation.level", "read_committed")])
}

type Shape = (Option<String>, Option<String>, Vec<(String, String)>, i64);

/// Records with and without keys, values and headers, each a second after the one before it.
async fn shapes(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let base = (SystemTime::now().duration_since(UNIX_EPOCH).map_err(text)?.as_secs() as i64 - 3600) * 1000;
    let some = |s: &str| Some(s.to_string());
    let headers = vec![("a".to_string(), "1".to_string()), ("b".to_string(), String::new())];
    let want: Vec<Shape> = vec![
        (some("k0"), some("v0"), headers, base),
        (None, some("v1"), vec![], base + 1000),
        (some("k2"), None, vec![], base + 2000),
        (some(""), some(""), vec![], base + 3000),
    ];
    let p: FutureProducer = config(&b, &[]).create().map_err(text)?;
    for (key, value, headers, at) in &want {
        let mut rec = FutureRecord::<String, String>::to(&topic).partition(0).timestamp(*at);
        rec.key = key.as_ref();
        rec.payload = value.as_ref();
        if !headers.is_empty() {
            rec = rec.headers(headers.iter().fold(OwnedHeaders::new(), |all, (k, v)| all.insert(Header { key: k, value: Some(v) })));
        }
        p.send(rec, STEP).await.map_err(|(e, _)| text(e))?;
    }
    let c = consumer(&b, &topic, &[])?;
    c.subscribe(&[&topic]).map_err(text)?;
    let (mut got, end) = (vec![], Instant::now() + Duration::from_secs(40));
    let own = |x: Option<&[u8]>| x.map(|x| String::from_utf8_lossy(x).into_owned());
    while got.len() < want.len() && Instant::now() < end {
        if let Some(m) = c.poll(Duration::from_millis(200)) {
            let m = m.map_err(text)?;
            let headers = m.headers().map(|h| h.iter().map(|h| (h.key.to_string(), own(h.value).unwrap_or_default())).collect()).unwrap_or_default();
            got.push((own(m.key()), own(m.payload()), headers, m.timestamp().to_millis().unwrap_or(-1)));
        }
    }
    if want == got { Ok(()) } else { Err(format!("want {want:?}, got {got:?}")) }
}

async fn large(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let p: FutureProducer = config(&b, &[("message.max.bytes", "3000000")]).create().map_err(text)?;
    let too_large = "0123456789".repeat(110_000);
    match p.send(FutureRecord::<(), String>::to(&topic).payload(&too_large), STEP).await {
        Err((e, _)) if e.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge) => {}
        other => return Err(format!("a record that is too large: {:?}", other.map_err(|(e, _)| e))),
    }
    let fits = "0123456789".repeat(100_000);
    p.send(FutureRecord::<(), String>::to(&topic).payload(&fits), STEP).await.map_err(|(e, _)| text(e))?;
    expect(&b, &topic, &[fits], &[])
}

/// Keeps count of the partitions that a member was asked for.
#[derive(Default)]
struct Asked(AtomicUsize);

impl ClientContext for Asked {}
impl ConsumerContext for Asked {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, r: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = r {
            self.0.fetch_add(partitions.count(), Ordering::SeqCst);
        }
    }
}

type Owner = BaseConsumer<Asked>;

fn owner(b: &str, topic: &str, more: &[(&str, &str)]) -> Result<Owner, String> {
    let c: Owner = consumer_config(b, topic, more).create_with_context(Asked::default()).map_err(text)?;
    c.subscribe(&[topic]).map_err(text)?;
    Ok(c)
}

fn owned(c: &Owner) -> Vec<i32> {
    let mut out: Vec<i32> = c.assignment().map(|a| a.elements().iter().map(|e| e.partition()).collect()).unwrap_or_default();
    out.sort();
    out
}

fn asked(c: &Owner) -> usize {
    c.context().0.load(Ordering::SeqCst)
}

fn owning(n: usize, all: &[&Owner]) -> Outcome {
    let end = Instant::now() + Duration::from_secs(40);
    while Instant::now() < end {
        for c in all {
            c.poll(Duration::from_millis(50));
        }
        if all.iter().all(|c| owned(c).len() == n) {
            return Ok(());
        }
    }
    Err(format!("never {n} partitions each"))
}

/// A member goes and comes back under its instance id: it gets what it had, and the other one is not disturbed.
async fn fixed(b: String, topic: String) -> Outcome {
    create(&b, &topic, 4).await?;
    let first = owner(&b, &topic, &[("group.instance.id", "a")])?;
    let second = owner(&b, &topic, &[("group.instance.id", "b")])?;
    owning(2, &[&first, &second])?;
    let (before, times) = (owned(&second), asked(&first));
    drop(second);
    let again = owner(&b, &topic, &[("group.instance.id", "b")])?;
    owning(2, &[&first, &again])?;
    if owned(&again) != before || asked(&first) != times {
        return Err(format!("it had {before:?} and came back to {:?}; the other was asked for {}", owned(&again), asked(&first) - times));
    }
    Ok(())
}

async fn cooperative(b: String, topic: String) -> Outcome {
    create(&b, &topic, 4).await?;
    let conf = [("partition.assignment.strategy", "cooperative-sticky")];
    let first = owner(&b, &topic, &conf)?;
    owning(4, &[&first])?;
    let second = owner(&b, &topic, &conf)?;
    owning(2, &[&first, &second])?;
    if asked(&first) != 2 {
        return Err(format!("the first was asked for {} partitions, want 2", asked(&first)));
    }
    Ok(())
}

async fn send(p: &FutureProducer, topic: &str, vals: &[String]) -> Outcome {
    for r in futures::future::join_all(vals.iter().map(|v| p.send(FutureRecord::to(topic).key(v).payload(v), STEP))).await {
        r.map_err(|(e, _)| text(e))?;
    }
    Ok(())
}

/// A producer and a consumer live through a restart of the broker, and a later member begins at the committed offset.
async fn broker_restart(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let (before, after) = (values("before", 10), values("after", 10));
    let p: FutureProducer = config(&b, &[]).create().map_err(text)?;
    send(&p, &topic, &before).await?;
    let c = consumer(&b, &topic, &[])?;
    c.subscribe(&[&topic]).map_err(text)?;
    same(&before, &read(&c, 10)?)?;
    c.commit_consumer_state(CommitMode::Sync).map_err(text)?;
    println!("RESTART");
    std::io::stdin().read_line(&mut String::new()).map_err(text)?;
    send(&p, &topic, &after).await?;
    let (mut got, end) = (vec![], Instant::now() + Duration::from_secs(40));
    while got.len() < after.len() && Instant::now() < end {
        if let Some(Ok(m)) = c.poll(Duration::from_millis(200)) {
            got.push(String::from_utf8_lossy(m.payload().unwrap_or_default()).into_owned());
        }
    }
    same(&after, &got)?;
    drop(c);
    let later = consumer(&b, &topic, &[])?;
    later.subscribe(&[&topic]).map_err(text)?;
    same(&after, &read(&later, 10)?)
}

async fn group_admin(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    produce(&b, &topic, &values("v", 3), &[]).await?;
    let c = consumer(&b, &topic, &[])?;
    c.subscribe(&[&topic]).map_err(text)?;
    same(&values("v", 3), &read(&c, 3)?)?;
    c.commit_consumer_state(CommitMode::Sync).map_err(text)?;
    {
        let d = c.fetch_group_list(Some(&topic), STEP).map_err(text)?; // it must not live across an await
        if d.groups().len() != 1 || d.groups()[0].state() != "Stable" || d.groups()[0].members().len() != 1 {
            return Err("not described as stable with one member".into());
        }
    }
    let mut asked = TopicPartitionList::new();
    asked.add_partition(&topic, 0);
    let at = c.committed_offsets(asked, STEP).map_err(text)?.elements()[0].offset();
    if at != Offset::Offset(3) {
        return Err(format!("offset {at:?}, want 3"));
    }
    drop(c);
    for r in admin_client(&b)?.delete_groups(&[&topic], &AdminOptions::new()).await.map_err(text)? {
        r.map_err(|(_, e)| text(e))?;
    }
    let listed = consumer(&b, "nobody", &[])?.fetch_group_list(None, STEP).map_err(text)?;
    if listed.groups().iter().any(|g| g.name() == topic) {
        return Err("the deleted group is listed".into());
    }
    Ok(())
}

async fn delete_records(b: String, topic: String) -> Outcome {
    create(&b, &topic, 1).await?;
    let vals = values("v", 10);
    produce(&b, &topic, &vals, &[]).await?;
    let mut before = TopicPartitionList::new();
    before.add_partition_offset(&topic, 0, Offset::Offset(5)).map_err(text)?;
    let low = admin_client(&b)?.delete_records(&before, &AdminOptions::new()).await.map_err(text)?.elements()[0].offset();
    if low != Offset::Offset(5) {
        return Err(format!("low watermark {low:?}, want 5"));
    }
    expect(&b, &topic, &vals[5..], &[])
}

type Body = Pin<Box<dyn Future<Output = Outcome> + Send>>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (b, prefix, only) = (args[1].clone(), args[2].clone(), &args[3..]);
    println!("VERSION rust-rdkafka 0.39.0 (librdkafka {})", rdkafka::util::get_rdkafka_version().1);
    let mut all: Vec<(String, Box<dyn Fn(String, String) -> Body>)> = vec![];
    for c in ["none", "gzip", "snappy", "lz4", "zstd"] {
        all.push((format!("produce-{c}"), Box::new(move |b, t| Box::pin(round_trip(b, t, vec![("compression.type", c)])))));
    }
    for a in ["0", "1", "all"] {
        all.push((format!("acks-{a}"), Box::new(move |b, t| Box::pin(round_trip(b, t, vec![("acks", a)])))));
    }
    all.push(("group-rebalance".into(), Box::new(|b, t| Box::pin(rebalance(b, t, vec![])))));
    all.push(("group-kip848".into(), Box::new(|b, t| Box::pin(rebalance(b, t, vec![("group.protocol", "consumer")])))));
    all.push(("records".into(), Box::new(|b, t| Box::pin(shapes(b, t)))));
    all.push(("large-record".into(), Box::new(|b, t| Box::pin(large(b, t)))));
    all.push(("group-static".into(), Box::new(|b, t| Box::pin(fixed(b, t)))));
    all.push(("group-cooperative".into(), Box::new(|b, t| Box::pin(cooperative(b, t)))));
    all.push(("broker-restart".into(), Box::new(|b, t| Box::pin(broker_restart(b, t)))));
    all.push(("group-admin".into(), Box::new(|b, t| Box::pin(group_admin(b, t)))));
    all.push(("delete-records".into(), Box::new(|b, t| Box::pin(delete_records(b, t)))));
    all.push(("offsets-restart".into(), Box::new(|b, t| Box::pin(restart(b, t)))));
    all.push(("admin".into(), Box::new(|b, t| Box::pin(admin(b, t)))));
    all.push(("idempotent".into(), Box::new(|b, t| Box::pin(round_trip(b, t, vec![("enable.idempotence", "true")])))));
    all.push(("offsets-by-time".into(), Box::new(|b, t| Box::pin(by_time(b, t)))));
    all.push(("transactions".into(), Box::new(|b, t| Box::pin(transactions(b, t)))));
    for (name, run) in all {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let task = tokio::spawn(run(b.clone(), format!("{prefix}-{name}")));
        match tokio::time::timeout(LIMIT, task).await {
            Ok(Ok(Ok(()))) => println!("RESULT {name} passed"),
            Ok(Ok(Err(e))) => println!("RESULT {name} failed: {}", e.replace('\n', " ")),
            Ok(Err(e)) => println!("RESULT {name} failed: {e}"),
            Err(_) => println!("RESULT {name} failed: no end within the limit"),
        }
    }
}

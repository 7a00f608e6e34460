//! The client scenarios with rust-rdkafka. usage: kbroker-compat-rust host:port prefix [scenario ...]
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::message::Message;
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

fn consumer(b: &str, group: &str, more: &[(&str, &str)]) -> Result<BaseConsumer, String> {
    config(b, more)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("heartbeat.interval.ms", "300")
        .set("session.timeout.ms", "10000")
        .set("fetch.wait.max.ms", "100")
        .create()
        .map_err(text)
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
    let want = values("v", 50);
    produce(&b, &topic, &want, &conf).await?;
    expect(&b, &topic, &want, &[])
}

async fn rebalance(b: String, topic: String) -> Outcome {
    create(&b, &topic, 4).await?;
    let count = |c: &BaseConsumer| c.assignment().map(|a| a.count()).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(40);
    let first = consumer(&b, &topic, &[])?;
    first.subscribe(&[&topic]).map_err(text)?;
    while count(&first) != 4 && Instant::now() < end {
        first.poll(Duration::from_millis(100));
    }
    let second = consumer(&b, &topic, &[])?;
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
    all.push(("group-rebalance".into(), Box::new(|b, t| Box::pin(rebalance(b, t)))));
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

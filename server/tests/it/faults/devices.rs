//! Devices that send events of declared streams while the shop dies and comes back: over HTTP, each with an id and
//! again until it is answered, and through Kafka by kafka-python. They remember everything, for the account at the end.

use super::drawn::Drawn;
use super::random::Random;
use super::reckoning;
use crate::harness::document::{block, token, tokens};
use crate::harness::stack::{self, Stack};
use crate::harness::{Browser, OpenShop, Place, until};
use domain::{Minute, Timestamp};
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use streams::{Streams, Topic};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Minutes that lie before the binary's start. It closes them and writes their rows at once; and many events are of one
/// of them, so that one too few is not made up for by one too many of another minute.
const MINUTES_BEFORE: i64 = 40;
const MINUTE_MILLIS: u64 = 60_000;
/// How often each stream has an event, each way.
const SENDS_EVERY: Duration = Duration::from_millis(50);
/// What a device kept while the shop was away, and sends at once with its times. Not all the time: no minute closes
/// while an event of it waits in the outbox.
const KEPT: usize = 10;
/// A server that hangs is a server that is gone.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Events that are sent again although they were answered.
const AGAIN_MAX: usize = 5;

/// How an event travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Http,
    Kafka,
}

/// An event as its device remembers it.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) topic: Topic,
    pub(super) way: Way,
    /// The minute of its time; `None`: it has none, and is of when it came.
    pub(super) minute: Option<Minute>,
    pub(super) drawn: Drawn,
    at: Option<Timestamp>,
    /// The shop, or the broker, said that it has it.
    pub(super) is_answered: bool,
}

/// What all devices remember: an event's place is its id.
type Memory = Arc<Mutex<(Vec<Sent>, Random)>>;

/// The devices of one place.
pub(super) struct Devices {
    streams: Vec<Topic>,
    first: Minute,
    memory: Memory,
    producer: Option<Producer>,
}

/// kafka-python at work.
struct Producer {
    process: Child,
    writes: JoinHandle<ChildStdin>,
    reads: JoinHandle<()>,
    stop: CancellationToken,
}

/// Devices that send over HTTP to one life of the server.
pub(super) struct Sending {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Devices {
    /// A shop that was opened some minutes ago, and closed before any of them was; it has the streams of
    /// `PANTRY_FAULTS_STREAMS_DIR`, or the sensor of `docs/ADD-A-STREAM.md`. kafka-python sends from now on.
    pub(super) async fn begin(seed: u64) -> (Place, Devices) {
        let mut place = Place::at_wall_clock().with("INGEST_TOKENS", tokens()).with("RATE_LIMIT_INGEST_PER_MINUTE", 0);
        if let Some(folder) = stack::faults_streams_dir() {
            place = place.with("STREAMS_DIR", folder);
        } else {
            std::fs::create_dir_all(place.data().join("streams")).unwrap();
            std::fs::write(place.data().join("streams/air.toml"), block("toml")).unwrap();
        }
        place.clock.set_ahead_micros(-MINUTES_BEFORE * 60_000_000);
        let shop = place.open_ready().await;
        let all = shop.running.store.streams().clone();
        let streams: Vec<Topic> =
            all.all().iter().copied().filter(|topic| Streams::own().of(topic.name()).is_none()).collect();
        assert!(!streams.is_empty(), "no stream is declared");
        let first = streams.iter().map(|topic| shop.running.store.first_minute_of(*topic)).max().unwrap();
        let bootstrap = shop.running.bootstrap_servers.clone();
        shop.close().await;
        place.clock.set_ahead_micros(MINUTES_BEFORE * 60_000_000);
        let memory = Arc::new(Mutex::new((Vec::new(), Random::new(seed))));
        let mut devices = Devices { streams, first, memory, producer: None };
        devices.producer = stack::kafka_python().map(|python| devices.produce(&python, &bootstrap));
        (place, devices)
    }

    /// Writes an event for each stream to kafka-python, again and again.
    fn produce(&self, python: &str, bootstrap: &str) -> Producer {
        let log = if is_log_lasting() { "lasting" } else { "passing" };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/producer.py");
        let mut command = Command::new(python);
        command.args([script, bootstrap, log]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap()).lines();
        let reads = tokio::spawn(note_acknowledged(stdout, Arc::clone(&self.memory)));
        let (mut stdin, stop) = (process.stdin.take().unwrap(), CancellationToken::new());
        let (streams, first, memory) = (self.streams.clone(), self.first, Arc::clone(&self.memory));
        let is_stopped = stop.clone();
        let writes = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(SENDS_EVERY);
            while is_stopped.run_until_cancelled(ticks.tick()).await.is_some() {
                for topic in &streams {
                    let (number, sent) = remember(&memory, *topic, Way::Kafka, Some(first));
                    let at = sent.at.map(Timestamp::millis);
                    let value = sent.drawn.json;
                    let record = json!({ "number": number, "topic": topic.name(), "value": value, "at": at });
                    stdin.write_all(format!("{record}\n").as_bytes()).await.unwrap();
                }
            }
            stdin
        });
        Producer { process, writes, reads, stop }
    }

    /// Sends over HTTP to this server until it is stopped.
    pub(super) fn send_to(&self, browser: &Browser) -> Sending {
        let stop = CancellationToken::new();
        let (streams, first, memory) = (self.streams.clone(), self.first, Arc::clone(&self.memory));
        let (browser, is_stopped) = (browser.clone(), stop.clone());
        let task = tokio::spawn(async move {
            for _ in 0..KEPT {
                for topic in &streams {
                    let (number, _) = remember(&memory, *topic, Way::Http, Some(first));
                    send(&browser, &memory, number).await;
                }
            }
            let mut ticks = tokio::time::interval(SENDS_EVERY);
            while is_stopped.run_until_cancelled(ticks.tick()).await.is_some() {
                for topic in &streams {
                    let (number, _) = remember(&memory, *topic, Way::Http, None);
                    send(&browser, &memory, number).await;
                }
            }
        });
        Sending { task, stop }
    }

    /// Sends every event over HTTP again that was not answered, and some that were, which the shop must know.
    pub(super) async fn send_again(&self, browser: &Browser) {
        let of = |is_answered: bool| -> Vec<usize> {
            let memory = self.memory.lock().unwrap();
            let all = memory.0.iter().enumerate();
            let chosen = all.filter(|(_, sent)| sent.way == Way::Http && sent.is_answered == is_answered);
            chosen.map(|(number, _)| number).collect()
        };
        for number in of(true).into_iter().rev().take(AGAIN_MAX) {
            if let Some(answer) = send(browser, &self.memory, number).await {
                assert_eq!(answer, json!({ "accepted": 0, "known": 1 }), "event {number}");
            }
        }
        for number in of(false) {
            send(browser, &self.memory, number).await;
        }
    }

    /// Waits until kafka-python has one more record acknowledged than now: the broker that is there takes its records.
    pub(super) async fn wait_acknowledged(&self) {
        if self.producer.is_none() {
            return;
        }
        let acknowledged = || self.number(|sent| sent.way == Way::Kafka && sent.is_answered);
        let before = acknowledged();
        until("a record of kafka-python's to be acknowledged", async || {
            if acknowledged() > before { Ok(()) } else { Err(format!("{before}")) }
        })
        .await;
    }

    fn number(&self, is_meant: impl Fn(&Sent) -> bool) -> usize {
        self.memory.lock().unwrap().0.iter().filter(|sent| is_meant(sent)).count()
    }

    /// Sends kafka-python home. Where the log lasts, it has everything acknowledged by then; else the broker is gone.
    pub(super) async fn end(&mut self) {
        let Some(mut producer) = self.producer.take() else { return };
        producer.stop.cancel();
        if is_log_lasting() {
            drop(producer.writes.await.unwrap());
            until("kafka-python to end", async || {
                producer.process.try_wait().unwrap().ok_or_else(|| "it waits for acknowledgements".to_owned())
            })
            .await;
            producer.reads.await.unwrap();
            let is_missing = |sent: &Sent| sent.way == Way::Kafka && !sent.is_answered;
            assert_eq!(self.number(is_missing), 0, "every record was acknowledged in the end");
        } else {
            producer.writes.abort();
            producer.process.kill().await.unwrap();
            producer.reads.await.unwrap();
        }
    }

    /// So many of their events may have come after their minute was closed.
    pub(super) fn late_max(&self) -> i64 {
        self.number(|sent| sent.minute.is_some()) as i64
    }

    /// Waits until the quarter hours have every event that must be counted.
    pub(super) async fn wait_counted(&self, shop: &OpenShop) {
        reckoning::wait_counted(shop, &self.streams, &self.sent()).await;
    }

    /// Demands that minutes, files and quarter hours have each event once; says in a few words how many there were.
    pub(super) async fn assert_exact_in(&self, shop: &OpenShop) -> String {
        let sent = self.sent();
        assert!(sent.iter().all(|sent| sent.way == Way::Kafka || sent.is_answered), "each was answered in the end");
        reckoning::assert_exact_in(shop, &self.streams, &sent).await;
        let kafka = |sent: &Sent| sent.way == Way::Kafka;
        let acknowledged = self.number(|sent| kafka(sent) && sent.is_answered);
        let names: Vec<_> = self.streams.iter().map(|topic| topic.name()).collect();
        let over_http = self.number(|sent| !kafka(sent));
        let promise = if is_log_lasting() { "each once" } else { "none of which is counted twice" };
        format!(
            "{}: {over_http} events over HTTP, each once, and {acknowledged} of kafka-python, {promise}",
            names.join(", ")
        )
    }

    fn sent(&self) -> Vec<Sent> {
        self.memory.lock().unwrap().0.clone()
    }
}

impl Sending {
    /// Lets each device finish what it is at.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Whether the log outlives the server; the embedded broker's does not.
pub(super) fn is_log_lasting() -> bool {
    Stack::of_this_run() == Stack::Production
}

/// Draws an event; with `first` one that has a time, in a minute that this way alone has.
fn remember(memory: &Memory, topic: Topic, way: Way, first: Option<Minute>) -> (usize, Sent) {
    let mut memory = memory.lock().unwrap();
    let (all, random) = &mut *memory;
    let slot = 2 * random.within(0..MINUTES_BEFORE as u64 / 2) as i64 + i64::from(way == Way::Kafka);
    let minute = first.map(|first| first.plus(slot));
    let at = minute.map(|minute| minute.start().plus_micros(1_000 * random.within(0..MINUTE_MILLIS) as i64));
    let drawn = Drawn::of(topic.stream(), random);
    all.push(Sent { topic, way, minute, drawn, at, is_answered: false });
    (all.len() - 1, all[all.len() - 1].clone())
}

/// Sends an event over HTTP, again or for the first time. Answers what the shop said, if it did.
async fn send(browser: &Browser, memory: &Memory, number: usize) -> Option<Value> {
    let Sent { topic, drawn, at, .. } = memory.lock().unwrap().0[number].clone();
    let mut event = json!({ "specversion": "1.0", "id": number.to_string(), "source": "/faults", "type": "event" });
    event["data"] = serde_json::from_str(&drawn.json).unwrap();
    if let Some(at) = at {
        event["time"] = Value::from(at.to_string());
    }
    let post = browser.client().post(browser.url(&format!("/ingest/{topic}"))).bearer_auth(token());
    let asked = async {
        let answer = post.body(event.to_string()).send().await?;
        Ok::<_, reqwest::Error>((answer.status(), answer.text().await?))
    };
    let Ok(Ok((status, said))) = tokio::time::timeout(ANSWER_WITHIN, asked).await else { return None };
    if status == 503 {
        return None;
    }
    assert_eq!(status, 200, "{event}: {said}");
    memory.lock().unwrap().0[number].is_answered = true;
    Some(serde_json::from_str(&said).unwrap())
}

async fn note_acknowledged(mut stdout: Lines<BufReader<ChildStdout>>, memory: Memory) {
    while let Some(line) = stdout.next_line().await.unwrap() {
        let number: usize = line.parse().unwrap_or_else(|_| panic!("kafka-python says {line}"));
        memory.lock().unwrap().0[number].is_answered = true;
    }
}

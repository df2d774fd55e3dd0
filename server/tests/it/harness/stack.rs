//! Which stack the shops of this run stand on: the newcomer's (SQLite and the embedded broker) or production's
//! (PostgreSQL and Apache Kafka), which `./test` starts and names in variables. Nothing else here asks the environment.

use std::io::Write;
use std::time::Duration;

/// What shops stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stack {
    /// SQLite and the embedded broker; nothing needs to be installed.
    Newcomer,
    /// PostgreSQL and Apache Kafka.
    Production,
}

impl Stack {
    /// What `PANTRY_STACK` says; unset, the newcomer's.
    pub(crate) fn of_this_run() -> Stack {
        match variable("PANTRY_STACK").as_deref() {
            None | Some("newcomer") => Stack::Newcomer,
            Some("production") => Stack::Production,
            Some(other) => panic!("PANTRY_STACK is {other:?}; it is newcomer or production"),
        }
    }

    /// Whether the test that asks makes sense on this stack alone, and another one runs: then it says so in a line.
    pub(crate) fn is_missing(self, why: &str) -> bool {
        let is_missing = Stack::of_this_run() != self;
        if is_missing {
            say_skipped(why);
        }
        is_missing
    }
}

/// The address of the PostgreSQL in which each shop gets a database of its own, from `PANTRY_TEST_POSTGRES`.
pub(crate) fn postgres_url() -> String {
    wanted("PANTRY_TEST_POSTGRES", "the address of a PostgreSQL, as scripts/postgres prints it")
}

/// The clusters that shops take turns with, from `PANTRY_TEST_KAFKA`.
pub(crate) fn kafka_clusters() -> Vec<String> {
    let clusters = wanted("PANTRY_TEST_KAFKA", "one cluster or several, separated by commas, as host:port");
    clusters.split(',').map(str::to_owned).collect()
}

/// A Python that has kafka-python, from `PANTRY_TEST_PYTHON`; says in a line when there is none.
pub(crate) fn kafka_python() -> Option<String> {
    let python = variable("PANTRY_TEST_PYTHON");
    if python.is_none() {
        skipped("PANTRY_TEST_PYTHON names no Python with kafka-python");
    }
    python
}

/// Another binary than the one built with the tests, from `PANTRY_TEST_SERVER`.
pub(crate) fn other_server() -> Option<String> {
    variable("PANTRY_TEST_SERVER")
}

/// How often the binary is killed, from `PANTRY_FAULTS_KILLS`; a few times unless told otherwise.
pub(crate) fn faults_kills() -> u64 {
    number("PANTRY_FAULTS_KILLS", 10)
}

/// How many orders come in a second while it is, from `PANTRY_FAULTS_ORDERS_PER_SECOND`; few unless told otherwise,
/// for a debug build must keep up with them beside other tests.
pub(crate) fn faults_orders_per_second() -> u64 {
    number("PANTRY_FAULTS_ORDERS_PER_SECOND", 20)
}

/// How long a broker is away, from `PANTRY_FAULTS_OUTAGE_SECONDS`; briefly unless told otherwise.
pub(crate) fn faults_outage() -> Duration {
    Duration::from_secs(number("PANTRY_FAULTS_OUTAGE_SECONDS", 5))
}

/// What the faults' times are drawn with, from `PANTRY_FAULTS_SEED`.
pub(crate) fn faults_seed() -> u64 {
    number("PANTRY_FAULTS_SEED", 1)
}

/// The folder whose streams the faults' shops have, from `PANTRY_FAULTS_STREAMS_DIR`; unset, they have the sensor of
/// `docs/ADD-A-STREAM.md`.
pub(crate) fn faults_streams_dir() -> Option<String> {
    variable("PANTRY_FAULTS_STREAMS_DIR")
}

/// How many orders a database of version 0.1 holds that is upgraded, from `PANTRY_UPGRADE_ORDERS`; some unless told
/// otherwise.
pub(crate) fn upgrade_orders() -> i64 {
    number("PANTRY_UPGRADE_ORDERS", 20_000).cast_signed()
}

fn number(name: &str, default: u64) -> u64 {
    variable(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn wanted(name: &str, what: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("PANTRY_STACK=production needs {name}: {what}; ./test sets it"))
}

#[expect(clippy::disallowed_methods, reason = "what ./test started is told in variables")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says that the test of this thread is left out, because what it needs is not to be had here; fails it where
/// `PANTRY_TEST_SKIP_NOTHING` is set, as on a machine of continuous integration.
#[track_caller]
pub(crate) fn skipped(why: &str) {
    assert!(variable("PANTRY_TEST_SKIP_NOTHING").is_none(), "nothing may be skipped, but {why}");
    say_skipped(why);
}

/// Past the test runner, which keeps what a passed test says to itself.
fn say_skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: {why}\n", thread.name().unwrap_or("a test"));
    let _ = std::io::stderr().write_all(line.as_bytes());
}

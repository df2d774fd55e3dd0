//! librdkafka's configuration keys are spelled in `pipeline/src/kafka` alone; the configuration checks those it is
//! given.

use super::rust_text::rust_text;
use super::sources::Source;

const SPELLED_IN: [&str; 2] = ["pipeline/src/kafka/", "server/src/config/kafka.rs"];
/// How keys begin that Pantry could want to set.
const KEYS: [&str; 27] = [
    "allow.auto.",
    "auto.commit.",
    "auto.offset.",
    "bootstrap.servers",
    "check.crcs",
    "client.id",
    "compression.",
    "delivery.timeout.",
    "enable.auto.",
    "enable.idempotence",
    "enable.partition.",
    "fetch.",
    "group.id",
    "group.instance.",
    "group.protocol",
    "isolation.level",
    "linger.ms",
    "max.poll.",
    "message.",
    "metadata.broker.",
    "partition.assignment.",
    "queue.buffering.",
    "queued.",
    "sasl.",
    "security.protocol",
    "session.timeout.",
    "ssl.",
];

pub(super) fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let in_src = |source: &&Source| source.is_rust() && !source.is_test();
    for source in sources.iter().filter(in_src) {
        if SPELLED_IN.iter().any(|files| source.path.starts_with(files)) {
            continue;
        }
        let literals = rust_text(&source.text).literals;
        for key in literals.iter().filter(|literal| KEYS.iter().any(|key| literal.starts_with(key))) {
            problems.push(format!("{}: the key {key:?} belongs in pipeline/src/kafka", source.path));
        }
    }
    problems
}

#[test]
fn a_key_in_the_wrong_place_is_reported() {
    use super::sample;
    let text =
        r#"fn f() { config.set("bootstrap.servers", servers).set("fetch.wait.max.ms", "100"); g("requests.csv") }"#;
    assert_eq!(problems(&sample("pipeline/src/relay.rs", text)).len(), 2);
    assert!(problems(&sample("pipeline/src/kafka/client.rs", text)).is_empty());
}

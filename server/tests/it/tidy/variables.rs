//! Every variable that the configuration reads is explained in `.env.sample`, and nothing else is.

use super::rust_text::rust_text;
use super::sources::Source;
use std::collections::BTreeSet;

pub(super) fn problems(sources: &[Source]) -> Vec<String> {
    let is_config = |source: &&Source| source.path.starts_with("server/src/config") && !source.is_test();
    let read: BTreeSet<String> = sources
        .iter()
        .filter(is_config)
        .flat_map(|source| rust_text(&source.text).literals)
        .filter(|text| is_variable(text))
        .collect();
    let sample = sources.iter().find(|source| source.path == ".env.sample");
    let explained = sample.map(|sample| explained(&sample.text)).unwrap_or_default();
    let mut problems = Vec::new();
    if read.is_empty() {
        problems.push("server/src/config: reads no variable".to_owned());
    }
    for variable in read.difference(&explained) {
        problems.push(format!(".env.sample: {variable} is missing"));
    }
    // Every other KAFKA_ variable is a property of librdkafka; examples of them are welcome.
    for variable in explained.difference(&read).filter(|variable| !variable.starts_with("KAFKA_")) {
        problems.push(format!(".env.sample: nobody reads {variable}"));
    }
    problems
}

/// The names in `NAME=value` and `#NAME=value`.
fn explained(sample: &str) -> BTreeSet<String> {
    let names = sample.lines().filter_map(|line| line.trim_start_matches('#').split_once('='));
    names.map(|(name, _)| name.trim().to_owned()).filter(|text| is_variable(text)).collect()
}

/// Upper-case words joined by underscores.
fn is_variable(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    text.contains('_') && text.split('_').all(is_word)
}

#[test]
fn a_variable_on_one_side_only_is_reported() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let config = file("server/src/config/mod.rs", r#"vars.get("DATA_DIR")?; vars.get("LAKE_URL"); prefix("KAFKA_")"#);
    let tests = file("server/src/config/tests.rs", r#"("NO_SUCH", "1")"#);
    let sample = file(".env.sample", "# The folder = here.\n#DATA_DIR=data\nOLD_NAME=1\n#KAFKA_SASL_USERNAME=a\n");
    let found = problems(&[config, tests, sample]);
    assert_eq!(found, [".env.sample: LAKE_URL is missing", ".env.sample: nobody reads OLD_NAME"]);
}

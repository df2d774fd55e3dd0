//! Who may bring events over HTTP, how many, and how late they may be.

use super::ConfigError;
use super::vars::Vars;
use domain::Secret;
use std::collections::BTreeSet;
use std::time::Duration;
use store::IngestLimits;

const TOKENS: &str = "INGEST_TOKENS";
/// Short ones could be found by trying.
const TOKEN_CHARS_MIN: usize = 16;
const TOKENS_MAX: usize = 1_000;
const HOUR_SECONDS: u64 = 3_600;

/// What comes in by `POST /ingest/<topic>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngestConfig {
    /// `INGEST_TOKENS`: who may bring events, by name; nobody: it is closed.
    pub tokens: Vec<(String, Secret)>,
    /// `INGEST_DEDUPE_HOURS`, `INGEST_LATE_HOURS`: for how long an id is known, and how late an event may be.
    pub limits: IngestLimits,
    /// `RATE_LIMIT_INGEST_PER_MINUTE`: requests of one token; 0: without limit.
    pub requests_per_minute: u16,
}

impl IngestConfig {
    pub(super) fn from_vars(vars: &Vars) -> Result<Self, ConfigError> {
        let hours = |name, default| {
            let hours: u64 = vars.number(name, default, 1..=8_760)?;
            Ok(Duration::from_secs(hours * HOUR_SECONDS))
        };
        Ok(IngestConfig {
            tokens: vars.get(TOKENS)?.map(tokens).transpose()?.unwrap_or_default(),
            limits: IngestLimits { dedupe: hours("INGEST_DEDUPE_HOURS", 24)?, late: hours("INGEST_LATE_HOURS", 24)? },
            requests_per_minute: vars.number("RATE_LIMIT_INGEST_PER_MINUTE", 6_000, 0..=60_000)?,
        })
    }
}

/// Never repeats a token in its message.
fn tokens(text: &str) -> Result<Vec<(String, Secret)>, ConfigError> {
    let refused = |problem: String| Err(ConfigError::new(TOKENS, problem));
    let mut tokens: Vec<(String, Secret)> = Vec::new();
    let (mut names, mut known) = (BTreeSet::new(), BTreeSet::new());
    for (index, pair) in text.split(',').map(str::trim).enumerate() {
        let number = index + 1;
        let Some((name, token)) = pair.split_once(':') else {
            return refused(format!("pair {number} is not name:token; separate pairs by commas"));
        };
        let is_name = !name.is_empty()
            && name.len() <= 40
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !is_name {
            return refused(format!("the name of pair {number} has to be 1 to 40 of A-Z, a-z, 0-9, -, _ and ."));
        }
        if token.chars().count() < TOKEN_CHARS_MIN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refused(format!(
                "the token of {name} has to be at least {TOKEN_CHARS_MIN} letters, digits and signs of ASCII"
            ));
        }
        if !names.insert(name) || !known.insert(token) {
            return refused(format!("{name} has the name or the token of a pair before it"));
        }
        if number > TOKENS_MAX {
            return refused(format!("there are more than {TOKENS_MAX} pairs"));
        }
        tokens.push((name.to_owned(), Secret::new(token)));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_what_is_none_is_said_without_the_token() {
        let read = tokens("kitchen:0123456789abcdef, roof-2:fedcba9876543210").unwrap();
        let told: Vec<_> = read.iter().map(|(name, token)| (name.as_str(), token.reveal())).collect();
        assert_eq!(told, [("kitchen", "0123456789abcdef"), ("roof-2", "fedcba9876543210")]);
        for (text, words) in [
            ("", "pair 1 is not name:token"),
            ("a:0123456789abcdef,", "pair 2 is not name:token"),
            (":0123456789abcdef", "the name of pair 1"),
            ("a b:0123456789abcdef", "the name of pair 1"),
            ("a:s3cret", "the token of a has to be at least 16"),
            ("a:0123456789 abcdef", "the token of a has to be"),
            ("a:0123456789abcdef,a:0123456789abcdeg", "a has the name or the token"),
            ("a:0123456789abcdef,b:0123456789abcdef", "b has the name or the token"),
        ] {
            let error = tokens(text).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("s3cret"), "{text}: {error}");
        }
    }
}

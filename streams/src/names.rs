//! Which names and texts a declaration may have: those that SQL, Kafka, CSV and the lake all carry as they are.

use crate::problem::Found;
use std::collections::BTreeSet;
use toml::Spanned;

/// The longest name. With a prefix it still fits PostgreSQL's 63 bytes.
const NAME_CHARS_MAX: usize = 40;
/// The longest title, and unit.
const TITLE_CHARS_MAX: usize = 60;
/// The longest explanation.
const ABOUT_CHARS_MAX: usize = 300;
/// What every event has, and every file and table.
const TAKEN: [&str; 8] = ["event_id", "source", "event_time", "datetime", "minute", "quarter", "is_closed", "revision"];

/// A name such as `order_total_price`.
pub(crate) fn name(what: &str, name: &Spanned<String>) -> Result<String, Found> {
    let text = name.get_ref();
    let begins_well = text.starts_with(|first: char| first.is_ascii_lowercase());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !begins_well || !is_plain || text.len() > NAME_CHARS_MAX {
        let words = format!(
            "{what} `{}` cannot be a name: use at most {NAME_CHARS_MAX} of a-z, 0-9 and _, a letter first",
            text.escape_debug()
        );
        return Err(Found::new(name.span().start, words));
    }
    if TAKEN.contains(&text.as_str()) {
        return Err(Found::new(name.span().start, format!("{what} `{text}` has a name that every stream has already")));
    }
    Ok(text.clone())
}

/// A name that is not among those of before.
pub(crate) fn new_name(what: &str, text: &Spanned<String>, before: &mut BTreeSet<String>) -> Result<String, Found> {
    let name = name(what, text)?;
    if before.insert(name.clone()) {
        Ok(name)
    } else {
        Err(Found::new(text.span().start, format!("{what} `{name}`: there is one of this name before")))
    }
}

/// The name of a CSV file, without a folder.
pub(crate) fn file(text: &Spanned<String>) -> Result<String, Found> {
    let file = text.get_ref();
    let stem = file.strip_suffix(".csv").unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if stem.is_empty() || stem.len() > NAME_CHARS_MAX || !stem.bytes().all(is_plain) {
        let words = format!(
            "file `{}`: use at most {NAME_CHARS_MAX} of a-z, 0-9, _ and -, then .csv, without a folder",
            file.escape_debug()
        );
        return Err(Found::new(text.span().start, words));
    }
    Ok(file.clone())
}

/// What people read as a name.
pub(crate) fn title(what: &str, text: &Spanned<String>) -> Result<String, Found> {
    line(what, text, TITLE_CHARS_MAX)
}

/// What people read as an explanation.
pub(crate) fn about(text: &Spanned<String>) -> Result<String, Found> {
    line("about", text, ABOUT_CHARS_MAX)
}

fn line(what: &str, text: &Spanned<String>, chars_max: usize) -> Result<String, Found> {
    let line = text.get_ref().trim();
    if line.is_empty() || line.chars().count() > chars_max || line.chars().any(char::is_control) {
        return Err(Found::new(text.span().start, format!("{what} has to be one line of 1 to {chars_max} characters")));
    }
    Ok(line.to_owned())
}

//! Reads the body of an ingest: one JSON object or several, each an event of the stream as CloudEvents writes it in its
//! structured mode, or the bare fields. Pure. Called by the route.

use domain::Timestamp;
use serde_json::value::RawValue;
use store::{INGESTED_PER_CALL_MAX, Incoming};
use streams::{Members, Reason, Topic, present};

/// The longest `id` and `source`, in characters.
const ID_CHARS_MAX: usize = 200;

/// What is wrong with a body, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The line on which the event begins, from one on.
    pub(super) line: usize,
    /// The field, where it is one.
    pub(super) field: Option<String>,
    /// In a sentence.
    pub(super) words: String,
}

/// An event, and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) incoming: Incoming,
}

/// The events of a body.
pub(super) fn read(topic: Topic, body: &[u8]) -> Result<Vec<Line>, Problem> {
    let problem = |line, words: String| Problem { line, field: None, words };
    let text = std::str::from_utf8(body)
        .map_err(|error| problem(line_at(body, error.valid_up_to()), "The body is not UTF-8.".to_owned()))?;
    let mut lines: Vec<Line> = Vec::new();
    let mut events = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    loop {
        let from = events.byte_offset();
        let begins = from + text.get(from..).unwrap_or_default().bytes().take_while(u8::is_ascii_whitespace).count();
        let number = line_at(body, begins);
        let Some(event) = events.next() else { break };
        let event = event.map_err(|_| problem(number, "This is not JSON.".to_owned()))?;
        if lines.len() == INGESTED_PER_CALL_MAX {
            let words = format!("One request brings at most {INGESTED_PER_CALL_MAX} events.");
            return Err(problem(number, words));
        }
        let incoming = incoming(topic, event).map_err(|(field, words)| Problem { line: number, field, words })?;
        lines.push(Line { number, incoming });
    }
    if lines.is_empty() {
        return Err(problem(1, "There is no event in the body.".to_owned()));
    }
    Ok(lines)
}

/// The line of a byte, from one on.
fn line_at(body: &[u8], at: usize) -> usize {
    1 + body.iter().take(at).filter(|byte| **byte == b'\n').count()
}

/// The field that is wrong, and a sentence.
type Wrong = (Option<String>, String);

fn incoming(topic: Topic, json: &RawValue) -> Result<Incoming, Wrong> {
    let members = members(json).ok_or_else(|| (None, "An event is a JSON object.".to_owned()))?;
    if present(&members, "specversion").is_none() {
        let time = time(&members, "event_time")?;
        return Ok(Incoming { id: None, time, event: event(topic, json, &members)? });
    }
    let missing = |field: &str, words: &str| (Some(field.to_owned()), format!("The field {field} {words}."));
    let id = name(&members, "id")?;
    let source = name(&members, "source")?;
    if let Some(kind) = present(&members, "datacontenttype") {
        let kind: Option<String> = serde_json::from_str(kind.get()).ok();
        if !kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json")) {
            return Err(missing("datacontenttype", "is not application/json"));
        }
    }
    let data = present(&members, "data").ok_or_else(|| missing("data", "is missing"))?;
    let fields = self::members(data).ok_or_else(|| missing("data", "is not an object"))?;
    let time = time(&members, "time")?;
    Ok(Incoming { id: Some((source, id)), time, event: event(topic, data, &fields)? })
}

fn members(json: &RawValue) -> Option<Members<'_>> {
    if json.get().starts_with('{') { serde_json::from_str(json.get()).ok() } else { None }
}

fn event(topic: Topic, json: &RawValue, members: &Members<'_>) -> Result<streams::NewEvent, Wrong> {
    match topic.stream().read(json, Some(members)) {
        Ok(values) => Ok(topic.adopt(json, &values)),
        Err(reason) => {
            let field = match &reason {
                Reason::WrongShape(_) => None,
                Reason::Missing(field) | Reason::Malformed { field, .. } => Some(field.clone()),
            };
            let mut words = reason.to_string();
            words[..1].make_ascii_uppercase();
            Err((field, words + "."))
        }
    }
}

fn time(members: &Members<'_>, field: &str) -> Result<Option<Timestamp>, Wrong> {
    let Some(value) = present(members, field) else { return Ok(None) };
    let text: Option<String> = serde_json::from_str(value.get()).ok();
    match text.as_deref().and_then(Timestamp::parse_rfc3339) {
        Some(at) => Ok(Some(at)),
        None => {
            let words = format!("The field {field} is not a time as RFC 3339 writes it, 1970 to 9999.");
            Err((Some(field.to_owned()), words))
        }
    }
}

/// A text by which an event is known.
fn name(members: &Members<'_>, field: &str) -> Result<String, Wrong> {
    let text: Option<String> = present(members, field).and_then(|value| serde_json::from_str(value.get()).ok());
    let is_kept =
        |text: &String| !text.is_empty() && text.chars().count() <= ID_CHARS_MAX && !text.contains(char::is_control);
    text.filter(is_kept).ok_or_else(|| {
        let words = format!("The field {field} has to be a text of 1 to {ID_CHARS_MAX} characters.");
        (Some(field.to_owned()), words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_feedback(body: &str) -> Result<Vec<Line>, Problem> {
        read(Topic::feedback(), body.as_bytes())
    }

    #[test]
    fn one_object_and_lines_of_them_are_read() {
        let bare = r#"{"order_id": 1, "stars": 5.0, "source": "whoever"}"#;
        let cloud = r#"{"specversion": "1.0", "id": "a", "source": "/s", "type": "t", "time": "2026-11-22T12:00:00Z",
            "data": {"order_id": 2, "stars": 1, "comment": "Late."}}"#;
        let lines = read_feedback(&format!("\n{bare}\n{bare} {cloud}\n\n")).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 3, 3]);
        let [first, _, last] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(first.incoming.event.payload, r#"{"order_id":1,"stars":5,"comment":null}"#);
        assert_eq!((&first.incoming.id, first.incoming.time), (&None, None));
        assert_eq!(last.incoming.event.payload, r#"{"order_id":2,"stars":1,"comment":"Late."}"#);
        assert_eq!(last.incoming.event.key.as_deref(), Some("2"));
        assert_eq!(last.incoming.id, Some(("/s".to_owned(), "a".to_owned())));
        assert_eq!(last.incoming.time, Timestamp::parse_rfc3339("2026-11-22T12:00:00Z"));
        let timed = read_feedback(r#"{"order_id": 1, "stars": 5, "event_time": "2026-11-22T12:00:00Z"}"#).unwrap();
        assert_eq!(timed[0].incoming.time, last.incoming.time);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_field() {
        let good = r#"{"order_id": 1, "stars": 5}"#;
        let cloud = |rest: &str| format!(r#"{{"specversion": "1.0", {rest}}}"#);
        for (body, line, field, words) in [
            (String::new(), 1, None, "There is no event in the body."),
            (" \n ".to_owned(), 1, None, "There is no event in the body."),
            (format!("{good}\n{{\"order_id\": 1}}"), 2, Some("stars"), "The field stars is missing."),
            (
                format!("{good}\n\n{{\"order_id\": 1, \"stars\": 6}}\n"),
                3,
                Some("stars"),
                "The field stars is not a whole number from 1 to 5.",
            ),
            (format!("{good}\n5"), 2, None, "An event is a JSON object."),
            (format!("[{good}]"), 1, None, "An event is a JSON object."),
            (format!("{good}\n{{"), 2, None, "This is not JSON."),
            (
                r#"{"order_id": 1, "stars": 5, "event_time": "noon"}"#.to_owned(),
                1,
                Some("event_time"),
                "The field event_time is not a time as RFC 3339 writes it, 1970 to 9999.",
            ),
            (cloud(r#""id": "a", "source": "/s""#), 1, Some("data"), "The field data is missing."),
            (cloud(r#""id": "a", "source": "/s", "data": 5"#), 1, Some("data"), "The field data is not an object."),
            (
                cloud(r#""id": "", "source": "/s""#),
                1,
                Some("id"),
                "The field id has to be a text of 1 to 200 characters.",
            ),
            (cloud(r#""id": "a""#), 1, Some("source"), "The field source has to be a text of 1 to 200 characters."),
            (
                cloud(r#""id": "a", "source": "/s", "datacontenttype": "text/xml", "data": {}"#),
                1,
                Some("datacontenttype"),
                "The field datacontenttype is not application/json.",
            ),
        ] {
            let expected = Problem { line, field: field.map(str::to_owned), words: words.to_owned() };
            assert_eq!(read_feedback(&body), Err(expected), "{body}");
        }
        let many = good.repeat(INGESTED_PER_CALL_MAX + 1);
        assert_eq!(read_feedback(&many).unwrap_err().words, "One request brings at most 1000 events.");
        assert_eq!(read(Topic::feedback(), b"{}\n\xff").unwrap_err().line, 2);
    }
}

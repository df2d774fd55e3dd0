//! The content of dead letters as the owner looks at it, and sends it back. An input is one byte, how much more of the
//! record there was, and then the bytes that are shown.

use domain::dead_letter::CORRECTION_BYTES_MAX;
use domain::{Content, ContentForm, Email, Handling, Letter, LetterHead, Mention, Timestamp};
use url::form_urlencoded;

/// Bytes are shown as a text that says all of them, or as a hex dump from which they can be read back; and what can be
/// edited arrives as it was. A customer's address in them is found.
pub fn letters(data: &[u8]) {
    let Some((more, bytes)) = data.split_first() else { return };
    let kept_bytes = bytes.len() as i64 + i64::from(more & 3);
    let true_bytes = kept_bytes + i64::from(more >> 2 & 3);
    let content = Content::of(bytes, kept_bytes, true_bytes);
    assert_eq!((content.bytes, content.is_cut), (true_bytes, true_bytes > kept_bytes));
    assert_eq!(content.is_whole, more & 3 == 0);
    match content.form {
        ContentForm::Text => {
            let missing = bytes.strip_prefix(content.shown.as_bytes()).expect("a text shows the bytes");
            // Of a character that the cut runs through, up to three bytes.
            assert!(missing.len() < 4 && (missing.is_empty() || true_bytes > bytes.len() as i64), "{missing:?}");
            let is_hidden = |c: char| c.is_control() && !"\n\r\t".contains(c);
            assert!(!content.shown.contains(is_hidden), "{:?}", content.shown);
        }
        ContentForm::Hex => assert_eq!(undumped(&content.shown), bytes),
    }
    let json = serde_json::to_string(&content).expect("texts and numbers serialise");
    assert_eq!(serde_json::from_str::<Content>(&json).expect("it reads back"), content);
    check_editable(content, bytes);
    check_mention(bytes);
}

/// A customer's address is found, whatever stands around it.
fn check_mention(bytes: &[u8]) {
    let mention = Mention::of(&Email::parse("ann@example.com").expect("an address"));
    assert!(mention.is_in(&[bytes, b" ANN@example.com ", bytes].concat()), "{bytes:?}");
}

/// The bytes of a hex dump: behind the place, 16 times a blank and two digits.
fn undumped(dump: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (line, text) in dump.lines().enumerate() {
        assert!(text.is_ascii() && text.starts_with(&format!("{:08x} ", line * 16)), "{text}");
        let cells = text.as_bytes()[9..57].chunks(3);
        let digits = cells.map(|cell| std::str::from_utf8(cell).expect("ASCII").trim()).filter(|cell| !cell.is_empty());
        bytes.extend(digits.map(|digits| u8::from_str_radix(digits, 16).expect("two digits")));
    }
    bytes
}

/// What stands in the form is the whole value, and the form brings it back.
fn check_editable(value: Content, bytes: &[u8]) {
    let letter = Letter { head: head(), key: None, value: Some(value), headers: None };
    let editable = letter.editable();
    if editable.is_empty() {
        return;
    }
    assert_eq!(editable.as_bytes(), bytes, "what is not shown would be lost");
    assert!(editable.len() <= CORRECTION_BYTES_MAX);
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("value", editable).finish();
    assert_eq!(crate::http::fuzzing::letter_value(body.as_bytes()).as_deref(), Some(editable));
}

fn head() -> LetterHead {
    LetterHead {
        id: 1,
        topic: "new_orders".to_owned(),
        partition: 0,
        offset: 0,
        reason: String::new(),
        seen_at: Timestamp::default(),
        recorded_at: None,
        is_erased: false,
        handling: Handling::Open,
    }
}

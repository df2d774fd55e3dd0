//! Dead letters as they are shown, and the reasons that discard them.

use domain::dead_letter::{CORRECTION_BYTES_MAX, DISCARD_REASON_CHARS_MAX, DiscardReasonError};
use domain::{Content, ContentForm, DiscardReason, Handling, Letter, LetterHead, Timestamp, shown_name};

fn whole(bytes: &[u8]) -> Content {
    Content::of(bytes, bytes.len() as i64, bytes.len() as i64)
}

fn letter(value: Option<Content>) -> Letter {
    let head = LetterHead {
        id: 1,
        topic: "new_orders".to_owned(),
        partition: 0,
        offset: 0,
        reason: String::new(),
        seen_at: Timestamp::default(),
        recorded_at: None,
        is_erased: false,
        handling: Handling::Open,
    };
    Letter { head, key: None, value, headers: Some(Vec::new()) }
}

#[test]
fn text_is_shown_as_text_and_everything_else_as_bytes() {
    for text in ["", "{\n\t\"a\": 1\r\n}", "<script>alert(1)</script>", "Grüße 🥫"] {
        let content = whole(text.as_bytes());
        assert_eq!((content.form, content.shown.as_str()), (ContentForm::Text, text));
        assert!(content.is_whole && !content.is_cut);
    }
    for bytes in [&b"a\0b"[..], b"\x1b[31m", b"\xff\xfe", "a\u{202e}b".as_bytes(), "\u{85}".as_bytes(), b"\xc3"] {
        assert_eq!(whole(bytes).form, ContentForm::Hex, "{bytes:?}");
    }
    let dump = whole(b"0123456789abcdef\x00\xffz").shown;
    assert_eq!(
        dump,
        "00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n\
         00000010  00 ff 7a                                         ..z\n"
    );
}

#[test]
fn a_beginning_says_so_and_may_end_within_a_character() {
    let beginning = Content::of("Grü".as_bytes().get(..3).unwrap(), 9, 9);
    assert_eq!((beginning.form, beginning.shown.as_str()), (ContentForm::Text, "Gr"));
    assert_eq!((beginning.is_whole, beginning.is_cut, beginning.bytes), (false, false, 9));
    let cut = Content::of(b"abc", 3, 9);
    assert_eq!((cut.is_whole, cut.is_cut, cut.bytes), (true, true, 9));
}

#[test]
fn only_a_whole_text_can_be_edited() {
    let long = "x".repeat(CORRECTION_BYTES_MAX);
    assert_eq!(letter(Some(whole(b"{}"))).editable(), "{}");
    assert_eq!(letter(Some(whole(long.as_bytes()))).editable(), long);
    for value in [
        None,
        Some(whole(b"\xff")),
        Some(whole(format!("{long}x").as_bytes())),
        Some(Content::of(b"abc", 9, 9)),
        Some(Content::of(b"abc", 3, 9)),
    ] {
        assert_eq!(letter(value.clone()).editable(), "", "{value:?}");
    }
    assert!(letter(None).is_whole());
    assert!(!letter(Some(Content::of(b"abc", 9, 9))).is_whole());
    assert!(!Letter { headers: None, ..letter(None) }.is_whole());
}

#[test]
fn a_reason_is_one_short_line() {
    let longest = "ü".repeat(DISCARD_REASON_CHARS_MAX);
    for (typed, reason) in [(" a test of mine ", "a test of mine"), ("x", "x"), (&longest, &longest)] {
        assert_eq!(DiscardReason::parse(typed).unwrap().as_str(), reason);
    }
    for (typed, error) in [
        ("", DiscardReasonError::Empty),
        (" \n\t", DiscardReasonError::Empty),
        (&format!("{longest}ü"), DiscardReasonError::TooLong),
        ("a\nb", DiscardReasonError::NotPlain),
        ("a\0b", DiscardReasonError::NotPlain),
    ] {
        assert_eq!(DiscardReason::parse(typed), Err(error), "{typed:?}");
    }
}

#[test]
fn a_header_name_is_shown_legibly() {
    for (name, shown) in [
        (&b"trace"[..], "trace"),
        (b"", ""),
        ("Grün".as_bytes(), "Grün"),
        // Six characters of plain text.
        (br"\u0000", r"\u0000"),
        (b"\xff", r"\xff"),
        ("Grün\u{1b}".as_bytes(), r"Grün\u{1b}"),
        (b"a\xffb\\", r"a\xffb\\"),
        (b"two\nlines", r"two\u{a}lines"),
        ("a\u{202e}b".as_bytes(), r"a\u{202e}b"),
    ] {
        assert_eq!(shown_name(name), shown, "{name:?}");
    }
}

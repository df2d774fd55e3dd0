//! An address is found in whatever wrote it, and only where it is the whole address.

use domain::{Email, Mention};
use proptest::prelude::*;

fn mention() -> Mention {
    Mention::of(&Email::parse("Ann@Example.com").expect("an address"))
}

#[test]
fn an_address_is_the_same_in_any_case() {
    for (email, is_same) in [
        ("ann@example.com", true),
        ("ANN@EXAMPLE.COM", true),
        ("ann@example.org", false),
        ("joann@example.com", false),
        ("", false),
    ] {
        assert_eq!(mention().is(email), is_same, "{email}");
    }
    let other = Mention::of(&Email::parse("ÄNNE@müller.example").expect("an address"));
    assert!(other.is("änne@MÜLLER.example"));
    assert!(other.is_in("to: Änne@Müller.example;".as_bytes()));
}

#[test]
fn an_address_is_found_as_it_was_written() {
    let utf_16: Vec<u8> = "to ann@example.com".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        b"ann@example.com".as_slice(),
        br#"{"email":"ANN@example.com"}"#,
        br#"{"email":"ann\u0040example.com"}"#,
        br#"{"email":"\u0061nn@ex\u0061mple.com","x":1}"#,
        br#"{"inner":"{\"email\":\"line\\nann@example.com\"}"}"#,
        br"a\nann@example.com",
        b"email=ann%40example.com&x=1",
        b"email=%61nn%40example%2Ecom",
        b"%7B%22email%22%3A%22ann%5Cu0040example.com%22%7D",
        b"\xff\xfeann@example.com\xff",
        b"I am ann@example.com.",
        b"<ann@example.com>",
        b"mailto:ann@example.com?subject=x",
        &utf_16,
    ] {
        assert!(mention().is_in(bytes), "{}", bytes.escape_ascii());
    }
}

#[test]
fn another_address_is_not_taken_for_it() {
    for bytes in [
        b"".as_slice(),
        b"joann@example.com",
        b"jo.ann@example.com",
        b"jo-ann@example.com",
        b"ann@example.com.au",
        b"ann@example.community",
        b"ann@example.com-pany.org",
        b"ann@example",
        b"ann example.com",
        br"ann\u00",
        b"ann%4",
        "éann@example.com".as_bytes(),
    ] {
        assert!(!mention().is_in(bytes), "{}", bytes.escape_ascii());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_looked_through(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = mention().is_in(&bytes);
        let around: Vec<u8> = bytes.iter().copied().chain(*b" ann@example.com ").chain(bytes.iter().copied()).collect();
        prop_assert!(mention().is_in(&around));
    }
}

//! What is typed into single fields: quantities, e-mail addresses, tokens and keys.

use domain::order::{EMAIL_BYTES_MAX, QUANTITY_MAX};
use domain::{Email, Field, FieldError, OrderToken, Problem, Quantity, SubmissionKey};
use proptest::prelude::*;

#[test]
fn quantities_are_whole_numbers_from_0_to_99() {
    for (text, number) in [("", 0), (" ", 0), ("0", 0), ("1", 1), (" 7\n", 7), ("007", 7), ("98", 98), ("99", 99)] {
        assert_eq!(Quantity::parse(text).map(Quantity::get), Ok(number), "{text:?}");
    }
    for text in ["100", "255", "256", "99999999999", "-1", "+1", "1.0", "1,5", "1e1", "one", "٣", "5 5", "0x1", "5\0"]
    {
        assert_eq!(Quantity::parse(text), Err(Problem::QuantityOutOfRange), "{text:?}");
    }
}

#[test]
fn an_email_address_looks_like_one() {
    for text in [
        "a@b.c",
        "name@example.com",
        "first.last+shop@sub.example.co.uk",
        "\"quoted\"@example.com",
        "grüße@münchen.de",
        "用户@例子.公司",
        "a@xn--mnchen-3ya.de",
        "a..b@example.com",
        "a@[127.0.0.1]",
    ] {
        assert_eq!(Email::parse(text).unwrap().as_str(), text);
    }
    assert_eq!(Email::parse(" \tname@example.com\r\n").unwrap().as_str(), "name@example.com");
    for text in ["", " ", "\n\t", "\u{a0}"] {
        assert_eq!(Email::parse(text), Err(Problem::EmailMissing), "{text:?}");
    }
    for text in [
        "name",
        "@",
        "@example.com",
        "name@",
        "name@example",
        "name@.com",
        "name@example.",
        "name@example..com",
        "name@@example.com",
        "a@b@example.com",
        "a@example.com@c.d",
        "na me@example.com",
        "name@exam ple.com",
        "na\tme@example.com",
        "na\u{a0}me@example.com",
        "na\u{3000}me@example.com",
        "name@example.com\nbcc:all@example.com",
        "na\0me@example.com",
        "na\u{7f}me@example.com",
        "na\u{85}me@example.com",
    ] {
        assert_eq!(Email::parse(text), Err(Problem::EmailMalformed), "{text:?}");
    }
}

#[test]
fn an_email_address_has_at_most_254_bytes() {
    let of_length = |length: usize| format!("{}@example.com", "a".repeat(length - "@example.com".len()));
    assert!(Email::parse(&of_length(EMAIL_BYTES_MAX)).is_ok());
    assert!(Email::parse(&format!("  {}  ", of_length(EMAIL_BYTES_MAX))).is_ok(), "blanks around do not count");
    assert_eq!(Email::parse(&of_length(EMAIL_BYTES_MAX + 1)), Err(Problem::EmailTooLong));
    assert_eq!(Email::parse(&"x".repeat(1_000_000)), Err(Problem::EmailTooLong));
    let umlauts = |count: usize| format!("{}@example.com", "ü".repeat(count));
    assert!(Email::parse(&umlauts(121)).is_ok());
    assert_eq!(Email::parse(&umlauts(122)), Err(Problem::EmailTooLong), "bytes count, not characters");
}

#[test]
fn tokens_and_keys_are_32_lower_case_hexadecimal_digits() {
    let right = "0123456789abcdef0123456789abcdef";
    assert_eq!(OrderToken::parse(right).unwrap().as_str(), right);
    assert_eq!(SubmissionKey::parse(right).unwrap().as_str(), right);
    assert_eq!(OrderToken::parse(right).unwrap().address(), format!("/order-new-complete?order={right}"));
    for text in
        ["", "17", &right[1..], &format!("{right}0"), &right.to_uppercase(), &right.replace('0', "g"), &"ü".repeat(16)]
    {
        assert_eq!(OrderToken::parse(text), None, "{text:?}");
        assert_eq!(SubmissionKey::parse(text), None, "{text:?}");
    }
    for bits in [0, 1, u128::MAX] {
        assert_eq!(OrderToken::parse(OrderToken::from_random(bits).as_str()), Some(OrderToken::from_random(bits)));
        assert_eq!(
            SubmissionKey::parse(SubmissionKey::from_random(bits).as_str()),
            Some(SubmissionKey::from_random(bits))
        );
    }
}

#[test]
fn every_problem_speaks_to_the_customer() {
    let problems = [
        Problem::EmailMissing,
        Problem::EmailTooLong,
        Problem::EmailMalformed,
        Problem::QuantityMissing,
        Problem::QuantityOutOfRange,
        Problem::NothingOrdered,
        Problem::TooManyGoods(501),
        Problem::GoodVanished,
        Problem::PriceChanged(domain::Money::from_cents(199)),
        Problem::PriceMissing,
        Problem::SubmissionKeyMalformed,
        Problem::SubmissionKeyReused,
    ];
    let mut words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(words.iter().all(|words| words.ends_with('.')), "{words:?}");
    assert!(Problem::TooManyGoods(501).to_string().contains("501"));
    assert!(Problem::PriceChanged(domain::Money::from_cents(199)).to_string().contains("€1.99"));
    assert!(Problem::EmailTooLong.to_string().contains(&EMAIL_BYTES_MAX.to_string()));
    assert!(Problem::QuantityOutOfRange.to_string().contains(&QUANTITY_MAX.to_string()));
    words.sort();
    words.dedup();
    assert_eq!(words.len(), problems.len(), "each rule has its own message");
    for problem in problems {
        let error = FieldError::new(Field::Quantity("rice".to_owned()), problem);
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<FieldError>(&json).unwrap(), error);
    }
}

proptest! {
    #[test]
    fn quantities_read_back(number in 0..=99_i64) {
        prop_assert_eq!(Quantity::parse(&number.to_string()).map(Quantity::get), Ok(number));
    }

    #[test]
    fn no_text_makes_a_quantity_above_99(text in ".{0,20}") {
        if let Ok(quantity) = Quantity::parse(&text) {
            prop_assert!((0..=99).contains(&quantity.get()));
        }
    }

    #[test]
    fn an_accepted_email_address_is_safe_in_a_header(text in r"[a-z@. \x00-\x20ü]{0,30}") {
        if let Ok(email) = Email::parse(&text) {
            let kept = email.as_str();
            prop_assert!(kept.len() <= EMAIL_BYTES_MAX);
            prop_assert!(!kept.contains(|c: char| c.is_whitespace() || c.is_control()));
            prop_assert_eq!(kept.matches('@').count(), 1);
            prop_assert_eq!(Email::parse(kept), Ok(email.clone()));
        }
    }

    #[test]
    fn every_token_reads_back(bits in any::<u128>()) {
        let token = OrderToken::from_random(bits);
        prop_assert_eq!(OrderToken::parse(&token.to_string()), Some(token));
    }
}

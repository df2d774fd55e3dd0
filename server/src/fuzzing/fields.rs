//! Single texts: tokens, keys, addresses, quantities, amounts of money, times, names of pages. An input is the text.

use domain::order::{EMAIL_BYTES_MAX, QUANTITY_MAX};
use domain::{
    DiscardReason, Email, Minute, Money, OrderToken, PagePath, Problem, Quantity, SubmissionKey, Timestamp, ViewKind,
    dead_letter,
};
use streams::Streams;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Whatever is accepted keeps the rules of its kind and reads back the same; whatever keeps them is accepted.
pub fn fields(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_tokens(text);
    check_email(text);
    check_quantity(text);
    check_money(text);
    check_time(text);
    check_reason(text);
    assert!(PagePath::parse(text).is_none_or(|page| page.path() == text));
    assert!(Streams::own().of(text).is_none_or(|topic| topic.name() == text));
    assert!(ViewKind::named(text).is_none_or(|kind| kind.name() == text));
}

fn check_tokens(text: &str) {
    let bits = (text.len() == 32 && text.bytes().all(|byte| b"0123456789abcdef".contains(&byte)))
        .then(|| u128::from_str_radix(text, 16).expect("32 hexadecimal digits"));
    assert_eq!(OrderToken::parse(text), bits.map(OrderToken::from_random));
    assert_eq!(SubmissionKey::parse(text), bits.map(SubmissionKey::from_random));
    if let Some(token) = OrderToken::parse(text) {
        assert_eq!(token.as_str(), text);
        assert_eq!(token.address(), format!("/order-new-complete?order={text}"));
    }
}

fn check_email(text: &str) {
    match Email::parse(text) {
        Ok(email) => {
            let kept = email.as_str();
            assert_eq!(kept, text.trim());
            assert!(kept.len() <= EMAIL_BYTES_MAX);
            assert!(!kept.contains(|c: char| c.is_whitespace() || c.is_control()), "{kept:?}");
            let (local, host) = kept.split_once('@').expect("an address has an @");
            assert!(!local.is_empty() && host.contains('.') && !host.contains('@'), "{kept:?}");
            assert!(!host.starts_with('.') && !host.ends_with('.') && !host.contains(".."), "{kept:?}");
            assert_eq!(Email::parse(kept), Ok(email.clone()));
        }
        Err(problem) => {
            let is_empty = text.trim().is_empty();
            assert_eq!(problem == Problem::EmailMissing, is_empty);
            assert_eq!(problem == Problem::EmailTooLong, text.trim().len() > EMAIL_BYTES_MAX);
        }
    }
}

fn check_quantity(text: &str) {
    let digits = text.trim();
    let number = match digits.trim_start_matches('0') {
        "" => Some(0),
        rest => rest.parse::<u64>().ok(),
    };
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let expected = number.filter(|number| is_number && *number <= u64::from(QUANTITY_MAX));
    let found = Quantity::parse(text).map(Quantity::get);
    assert_eq!(found, expected.map(|number| number as i64).ok_or(Problem::QuantityOutOfRange), "{text:?}");
}

fn check_money(text: &str) {
    let money = Money::parse_decimal(text);
    assert_eq!(money.map(|money| money.to_string()), exact_decimal(text), "{text:?}");
    if let Some(money) = money {
        assert_eq!(Money::parse_decimal(&money.to_string()), Some(money));
        assert!(money.euros().contains('€'));
    }
}

/// A plain decimal of whole cents with two digits after the point, by its text alone; `None` beyond `i64` cents.
fn exact_decimal(text: &str) -> Option<String> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let (cents, whole_zeros_cut) = (fraction.trim_end_matches('0'), whole.trim_start_matches('0'));
    if !is_digits(whole) || !is_digits(fraction) || cents.len() > 2 || whole_zeros_cut.len() > 20 {
        return None;
    }
    let cents = format!("{whole_zeros_cut}{cents:0<2}").parse::<i128>().ok()?;
    let cents = i64::try_from(if sign == "-" { -cents } else { cents }).ok()?;
    let sign = if cents < 0 { "-" } else { "" };
    Some(format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100))
}

fn check_time(text: &str) {
    let Some(at) = Timestamp::parse_rfc3339(text) else { return };
    assert!((Timestamp::from_micros(0)..=Timestamp::MAX).contains(&at), "{text}: {at:?}");
    if let Some(seconds) = seconds_in(text.as_bytes()) {
        assert_eq!(at.micros().div_euclid(MICROS_PER_SECOND), seconds, "{text}");
    }
    let written = at.to_string();
    assert_eq!(Timestamp::parse_rfc3339(&written), Some(at), "{written}");
    let stamped = Timestamp::from_millis(at.millis()).expect("a time that events may carry");
    assert!((0..1_000).contains(&at.micros_since(stamped)));
    let minute = Minute::of(at);
    assert!(minute.start() <= at && at < minute.end());
    assert_eq!(minute.to_string(), format!("{} {}:00", &written[..10], &written[11..16]));
    assert_eq!(at.hour_minute_second(), written[11..19]);
}

/// The seconds since 1970 of `2026-11-22T12:00:00Z` or `….5+01:00`, counted by the calendar; `None` for the 60th.
fn seconds_in(text: &[u8]) -> Option<i64> {
    let number = |from: usize, to: usize| std::str::from_utf8(text.get(from..to)?).ok()?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let second = number(17, 19).filter(|second| *second < 60)?;
    let leap_days = |years: i64| years / 4 - years / 100 + years / 400;
    let is_leap = leap_days(year) > leap_days(year - 1);
    let before_month = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][(month - 1) as usize];
    let in_year = before_month + day - 1 + i64::from(is_leap && month > 2);
    let days = 365 * (year - 1970) + leap_days(year - 1) - leap_days(1969) + in_year;
    let offset = match text.last()? {
        b'Z' | b'z' => 0,
        _ => {
            let from = text.len() - 6;
            let minutes = number(from + 1, from + 3)? * 60 + number(from + 4, from + 6)?;
            if text[from] == b'-' { -minutes } else { minutes }
        }
    };
    Some(((days * 24 + number(11, 13)?) * 60 + number(14, 16)? - offset) * 60 + second)
}

fn check_reason(text: &str) {
    let typed = text.trim();
    let chars = typed.chars().count();
    let keeps_rules = (1..=dead_letter::DISCARD_REASON_CHARS_MAX).contains(&chars) && !typed.contains(char::is_control);
    let reason = DiscardReason::parse(text).ok();
    assert_eq!(reason.as_ref().map(DiscardReason::as_str), keeps_rules.then_some(typed));
}

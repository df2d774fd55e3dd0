//! Exact decimals: whole numbers of a fixed scale. `4550` at two digits is `45.50`. Never a float.

/// The most digits after the point that a scale may have.
pub const DIGITS_MAX: u8 = 9;

/// Reads a plain decimal such as `45`, `45.5`, `-3.20` or `45.500` exactly, as a whole number of `digits` digits after
/// the point. `None` for anything else: an exponent, a finer fraction, what leaves `i64`.
#[must_use]
pub fn parse(text: &str, digits: u8) -> Option<i64> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(usize::from(digits)));
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    // The lowest number has no positive counterpart in `i64`.
    let part: i128 = format!("{kept:0<width$}0", width = usize::from(digits)).parse::<i128>().ok()? / 10;
    let value = whole.parse::<i128>().ok()?.checked_mul(i128::from(one(digits)))?.checked_add(part)?;
    i64::try_from(if negative { -value } else { value }).ok()
}

/// As [`parse`] reads it, with all its digits.
#[must_use]
pub fn show(value: i64, digits: u8) -> String {
    if digits == 0 {
        return value.to_string();
    }
    let sign = if value < 0 { "-" } else { "" };
    let (value, one) = (value.unsigned_abs(), one(digits).unsigned_abs());
    format!("{sign}{}.{:0width$}", value / one, value % one, width = usize::from(digits))
}

/// What `1` is at this scale; of a scale beyond [`DIGITS_MAX`], at that.
#[must_use]
pub const fn one(digits: u8) -> i64 {
    10_i64.pow(if digits > DIGITS_MAX { DIGITS_MAX } else { digits } as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly() {
        for (text, digits, value) in [
            ("45", 2, Some(4_500)),
            ("45.5", 2, Some(4_550)),
            ("-3.20", 2, Some(-320)),
            ("45.500", 2, Some(4_550)),
            ("45.505", 2, None),
            ("7", 0, Some(7)),
            ("7.0", 0, Some(7)),
            ("7.5", 0, None),
            ("-9223372036854775808", 0, Some(i64::MIN)),
            ("0.000000001", 9, Some(1)),
            ("-92233720368547758.08", 2, Some(i64::MIN)),
            ("92233720368547758.08", 2, None),
            ("1e3", 2, None),
            (".5", 2, None),
            ("5.", 2, None),
            ("+5", 2, None),
            ("", 2, None),
            ("--5", 2, None),
            ("NaN", 2, None),
        ] {
            assert_eq!(parse(text, digits), value, "{text} with {digits} digits");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(value in any::<i64>(), digits in 0..=DIGITS_MAX) {
            prop_assert_eq!(parse(&show(value, digits), digits), Some(value));
        }
    }
}

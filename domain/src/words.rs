//! Numbers as the owner reads them, on a page and in a message: thousands set apart, whatever the browser's locale.
//! Called by everything that writes a figure into a sentence.

use crate::{Money, decimal};

/// The unit of an amount of euros, as declarations name it.
pub const MONEY: &str = "money";

/// A whole number with its thousands set apart: `12,345`.
#[must_use]
pub fn grouped(number: i64) -> String {
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", group_digits(&number.unsigned_abs().to_string()))
}

/// An amount with its thousands set apart: `€12,345.50`.
#[must_use]
pub fn grouped_euros(money: Money) -> String {
    let sign = if money.cents() < 0 { "−" } else { "" };
    let cents = money.cents().unsigned_abs();
    let euros = group_digits(&(cents / 100).to_string());
    format!("{sign}€{euros}.{:02}", cents % 100)
}

/// A whole number of so many digits after the point, with its thousands set apart: `1,234.5`.
#[must_use]
pub fn grouped_decimal(value: i64, digits: u8) -> String {
    if digits == 0 {
        return grouped(value);
    }
    let shown = decimal::show(value, digits);
    let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    format!("{sign}{}.{fraction}", group_digits(whole))
}

/// A figure with its unit: `1,234`, `€45.50`, `12.5 µg/m³`. Of [`MONEY`] it is cents.
#[must_use]
pub fn quantity(value: i64, digits: u8, unit: Option<&str>) -> String {
    match unit {
        Some(MONEY) => grouped_euros(Money::from_cents(value)),
        Some(unit) => format!("{} {unit}", grouped_decimal(value, digits)),
        None => grouped_decimal(value, digits),
    }
}

/// A count with its noun: `1 order`, `2 orders`.
#[must_use]
pub fn counted(number: i64, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {singular}{plural}", grouped(number))
}

/// Digits with a comma before each three.
#[must_use]
pub fn group_digits(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

//! The arguments of `server simulate`, parsed into what they mean.

use std::fmt;
use std::time::Duration;
use url::Url;

/// How many customers, of which kind, for how long, and in which shop.
#[derive(clap::Args, Debug, Clone, PartialEq)]
pub struct Options {
    /// Visits in a minute, on the day's average
    #[arg(long, value_name = "NUMBER", default_value = "120", value_parser = rate)]
    pub(super) visits_per_minute: f64,
    /// Orders in a minute, on the day's average; each needs a visit
    #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = rate)]
    pub(super) orders_per_minute: f64,
    /// How long, such as 90s, 10m or 1h30m; without it until Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(super) length: Option<Duration>,
    /// The shop's address
    #[arg(long, default_value = "http://127.0.0.1:3000", value_parser = shop)]
    pub(super) url: Url,
    /// The same number brings the same customers again
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,
    /// As many customers at night as at noon
    #[arg(long)]
    pub(super) flat: bool,
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { visits_per_minute, orders_per_minute, url, .. } = self;
        write!(f, "{visits_per_minute} visits and {orders_per_minute} orders a minute at {url}")?;
        if !self.flat {
            f.write_str(" on the day's average")?;
        }
        match self.length {
            Some(length) => write!(f, " for {} s", length.as_secs_f64()),
            None => f.write_str(" until Ctrl-C"),
        }
    }
}

/// A rate that one machine may be asked for, per minute.
const RATE_MAX: f64 = 100_000.0;

fn rate(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=RATE_MAX).contains(&number) { Ok(number) } else { Err(format!("not between 0 and {RATE_MAX}")) }
}

/// `10m`, `1h30m`, `90s`, `2d`: whole numbers, each with its unit.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is not a time such as 90s, 10m or 1h30m");
    let mut seconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest.as_bytes()[digits] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            _ => return Err(wrong()),
        };
        seconds = number.checked_mul(unit).and_then(|part| seconds.checked_add(part)).ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    // A year: beyond it, adding to the clock could overflow.
    if (1..=366 * 86_400).contains(&seconds) { Ok(Duration::from_secs(seconds)) } else { Err(wrong()) }
}

fn shop(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" if url.path() == "/" && url.query().is_none() => Ok(url),
        "http" => Err("name the shop alone, such as http://127.0.0.1:3000".to_owned()),
        "https" => Err("https is not supported: name the shop's own http address".to_owned()),
        _ => Err("not an http address such as http://127.0.0.1:3000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        let table = [("90s", 90), ("10m", 600), ("1h30m", 5_400), ("2d", 172_800), ("1d1h1m1s", 90_061)];
        for (text, seconds) in table {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0s", "10", "m", "10x", "1.5m", "-1m", "10 m", "99999999999999999999s", "400d", "ü"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shops_are_http_addresses() {
        assert!(shop("http://127.0.0.1:3000").is_ok() && shop("http://shop.test/").is_ok());
        for (text, expected) in [
            ("https://shop.test", "https is not supported"),
            ("ftp://shop.test", "not an http address"),
            ("http://shop.test/order-new", "name the shop alone"),
            ("shop", "relative URL"),
        ] {
            let error = shop(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn rates_are_numbers_of_a_sane_size() {
        assert_eq!((rate("0"), rate("0.5"), rate("120")), (Ok(0.0), Ok(0.5), Ok(120.0)));
        assert!(rate("-1").is_err() && rate("NaN").is_err() && rate("1e9").is_err() && rate("many").is_err());
    }
}

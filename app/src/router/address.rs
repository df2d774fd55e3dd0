//! An address within the shop, and what stands in it: the same on the server and in the browser.

use std::fmt;

/// A page's address, without the shop's own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `/order-new`.
    pub path: String,
    /// What stands after the question mark, without it.
    pub search: String,
    /// What stands after the hash, without it; the server never sees it.
    pub hash: String,
}

impl Address {
    /// Takes `/path?search#hash` apart.
    #[must_use]
    pub fn parse(text: &str) -> Address {
        let (text, hash) = text.split_once('#').unwrap_or((text, ""));
        let (path, search) = text.split_once('?').unwrap_or((text, ""));
        Address { path: path.to_owned(), search: search.to_owned(), hash: hash.to_owned() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for (mark, part) in [("?", &self.search), ("#", &self.hash)] {
            if !part.is_empty() {
                f.write_str(mark)?;
                f.write_str(part)?;
            }
        }
        Ok(())
    }
}

/// Names and values that stand in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamsMap(Vec<(String, String)>);

impl ParamsMap {
    /// Those of a query, written as browsers write a form. Nothing is malformed: what cannot be decoded stays as it is.
    #[must_use]
    pub fn of_query(search: &str) -> ParamsMap {
        let pairs = search.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        ParamsMap(pairs.collect())
    }

    /// One name and its value.
    #[must_use]
    pub(super) fn of_one(name: &str, value: &str) -> ParamsMap {
        ParamsMap(vec![(name.to_owned(), value.to_owned())])
    }

    /// The value of this name; of several the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.clone())
    }
}

/// Decodes `%XX` and `+`.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |index: usize| tail.get(index).and_then(|byte| char::from(*byte).to_digit(16));
        let (byte, used) = match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => ((high * 16 + low) as u8, 2),
            (b'+', ..) => (b' ', 0),
            _ => (*first, 0),
        };
        bytes.push(byte);
        rest = &tail[used..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_put_together() {
        for (text, path, search, hash) in [
            ("/", "/", "", ""),
            ("/order-new?add=rice", "/order-new", "add=rice", ""),
            ("/order-new#goods", "/order-new", "", "goods"),
            ("/a?b=c?d#e?f#g", "/a", "b=c?d", "e?f#g"),
        ] {
            let address = Address::parse(text);
            assert_eq!((&*address.path, &*address.search, &*address.hash), (path, search, hash), "{text}");
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn a_query_is_read_as_browsers_write_it() {
        for (search, expected) in [
            ("", None),
            ("other=1", None),
            ("order", Some("")),
            ("order=", Some("")),
            ("order=00ff", Some("00ff")),
            ("&&order=1&order=2&", Some("2")),
            ("order=a+b%20c%C3%A9", Some("a b cé")),
            ("%6Frder=a=b", Some("a=b")),
            ("order=%", Some("%")),
            ("order=%e", Some("%e")),
            ("order=%zz%", Some("%zz%")),
            ("order=%ff", Some("\u{fffd}")),
            ("order=é%", Some("é%")),
        ] {
            assert_eq!(ParamsMap::of_query(search).get("order").as_deref(), expected, "{search}");
        }
    }
}

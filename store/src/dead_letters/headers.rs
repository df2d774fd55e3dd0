//! A record's headers in one text column: JSON, an array of pairs of name and value, the value in base64 or null.
//! A name is a string where it is UTF-8, else an object `{"base64": "…"}`, so that every name comes back as it was.

use super::{decoded, encode};
use crate::StoreError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Names and values, in the order of the record.
pub type RecordHeaders = Vec<(Vec<u8>, Option<Vec<u8>>)>;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Bytes { base64: String },
}

/// As they are kept. Never holds a NUL: JSON escapes it.
pub(super) fn to_json(headers: &RecordHeaders) -> Result<String, StoreError> {
    let name = |bytes: &Vec<u8>| match String::from_utf8(bytes.clone()) {
        Ok(text) => Name::Text(text),
        Err(_) => Name::Bytes { base64: STANDARD.encode(bytes) },
    };
    let kept: Vec<_> = headers.iter().map(|(bytes, value)| (name(bytes), value.as_deref().map(encode))).collect();
    serde_json::to_string(&kept).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// As they were.
pub(super) fn of_json(json: &str) -> Result<RecordHeaders, StoreError> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("a dead letter's headers: {error}"));
    let parsed = serde_json::from_str(json).or_else(|_| serde_json::from_str(&repaired(json)));
    let kept: Vec<(Name, Option<String>)> = parsed.map_err(corrupt)?;
    let name = |name| match name {
        Name::Text(text) => Ok(text.into_bytes()),
        Name::Bytes { base64 } => Ok::<_, StoreError>(decoded(Some(base64))?.unwrap_or_default()),
    };
    kept.into_iter().map(|(bytes, value)| Ok((name(bytes)?, decoded(value)?))).collect()
}

/// Version 0.1 put `␀` in place of every `\u0000` in the JSON text, also where a name held these six characters. There
/// a backslash was left that escapes `␀`, which is no JSON. One that is escaped itself stays as it is.
fn repaired(json: &str) -> String {
    let mut repaired = String::with_capacity(json.len());
    let mut characters = json.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' { characters.next() } else { None };
        if escaped == Some('␀') {
            repaired.push_str(r"\\u0000");
        } else {
            repaired.push(character);
            repaired.extend(escaped);
        }
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn header(name: &[u8], value: Option<&[u8]>) -> (Vec<u8>, Option<Vec<u8>>) {
        (name.to_vec(), value.map(<[u8]>::to_vec))
    }

    #[test]
    fn names_of_any_kind_come_back() {
        let headers = vec![
            header(b"trace", Some(b"7f")),
            header(b"\xff", Some(b"\0\xff")),
            header(br"\u0000", None),
            header(b"\x01\"\\", Some(b"")),
            header("␀".as_bytes(), None),
            header(b"", None),
        ];
        let json = to_json(&headers).unwrap();
        assert!(!json.contains('\0'));
        assert_eq!(of_json(&json).unwrap(), headers);
    }

    #[test]
    fn what_version_0_1_wrote_is_read() {
        for (json, names) in [
            (r#"[["trace","N2Y="],["empty",null]]"#, vec!["trace", "empty"]),
            // A header named a, NUL, b; and one named with the six characters of an escaped NUL.
            (r#"[["a␀b",null]]"#, vec!["a␀b"]),
            (r#"[["\␀",null]]"#, vec![r"\u0000"]),
            // The same beside one named a backslash and a NUL, which version 0.1 wrote as JSON.
            (r#"[["\\␀",null],["\␀",null]]"#, vec![r"\␀", r"\u0000"]),
        ] {
            let read: Vec<Vec<u8>> = of_json(json).unwrap().into_iter().map(|(name, _)| name).collect();
            assert_eq!(read, names.iter().map(|name| name.as_bytes().to_vec()).collect::<Vec<_>>(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn every_list_comes_back(headers in vec((vec(any::<u8>(), 0..20), proptest::option::of(vec(any::<u8>(), 0..20))), 0..6)) {
            prop_assert_eq!(of_json(&to_json(&headers).unwrap()).unwrap(), headers);
        }
    }
}

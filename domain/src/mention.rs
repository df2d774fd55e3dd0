//! Finds a customer's address in bytes that others wrote: in any case, and also where JSON or a form escaped it. It
//! finds the whole address only, so that nobody else's is taken for it. Called where a customer is forgotten.

use crate::Email;

/// How often bytes are unescaped: a form may hold JSON that holds JSON.
const LAYERS_MAX: usize = 4;

/// A customer's address, to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    folded: String,
}

impl Mention {
    /// Looks for this address.
    #[must_use]
    pub fn of(email: &Email) -> Mention {
        Mention { folded: email.as_str().to_lowercase() }
    }

    /// Whether `email` is this address, whatever the case of its letters.
    #[must_use]
    pub fn is(&self, email: &str) -> bool {
        email.to_lowercase() == self.folded
    }

    /// Whether the address stands in these bytes: as text, with JSON's or a form's escapes, up to [`LAYERS_MAX`] layers
    /// of them, or as UTF-16. What is compressed or in base64 is not seen.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let mut layer = bytes.to_vec();
        for _ in 0..LAYERS_MAX {
            if self.stands_in(&layer) {
                return true;
            }
            let next = unescaped(&layer);
            if next == layer {
                return false;
            }
            layer = next;
        }
        self.stands_in(&layer)
    }

    fn stands_in(&self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        text.match_indices(&self.folded).any(|(start, found)| {
            let (before, after) = (text.get(..start), text.get(start + found.len()..));
            !before.unwrap_or_default().ends_with(belongs_to_local) && !goes_on(after.unwrap_or_default())
        })
    }
}

/// Whether an address that ends with this character before `name@` is a longer one.
fn belongs_to_local(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '_' | '-')
}

/// Whether the host goes on in what stands behind it; a full stop may be the sentence's.
fn goes_on(after: &str) -> bool {
    let after = after.strip_prefix('.').unwrap_or(after);
    after.starts_with(|character: char| character.is_alphanumeric() || character == '-')
}

/// Without one layer of escapes, and without zero bytes.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match (byte, behind) {
            (0, _) => {}
            (b'%', [high, low, behind @ ..]) if hex(&[*high, *low]).is_some() => {
                text.extend(hex(&[*high, *low]).and_then(|number| u8::try_from(number).ok()));
                rest = behind;
            }
            (b'\\', [b'u', a, b, c, d, behind @ ..]) if hex(&[*a, *b, *c, *d]).is_some() => {
                // Half of a character beyond the first 65,536 stands in no address that a shop accepts.
                let character = hex(&[*a, *b, *c, *d]).and_then(char::from_u32).unwrap_or('\u{FFFD}');
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = behind;
            }
            (b'\\', [b'b' | b'f' | b'n' | b'r' | b't', behind @ ..]) => {
                text.push(b' ');
                rest = behind;
            }
            (b'\\', [escaped @ (b'"' | b'/' | b'\\'), behind @ ..]) => {
                text.push(*escaped);
                rest = behind;
            }
            _ => text.push(byte),
        }
    }
    text
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

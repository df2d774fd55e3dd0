//! Just enough of Rust's syntax to know a path from a comment: code without comments and texts, the texts, the paths.

/// A Rust file taken apart.
pub(super) struct RustText {
    /// The code, its comments and the content of its literals left out.
    pub(super) code: String,
    /// The content of every text literal, as it stands between the quotes.
    pub(super) literals: Vec<String>,
}

/// Takes a Rust file apart.
pub(super) fn rust_text(text: &str) -> RustText {
    let mut code = String::new();
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let in_word = code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = after_block_comment(rest);
        } else if let Some(hashes) = raw_hashes(rest).filter(|_| !in_word) {
            let begin = rest.find('"').map_or(rest.len(), |quote| quote + 1);
            let end = format!("\"{}", "#".repeat(hashes));
            let length = rest[begin..].find(&end).unwrap_or(rest.len() - begin);
            literals.push(rest[begin..begin + length].to_owned());
            code.push_str("\"\"");
            rest = rest.get(begin + length + end.len()..).unwrap_or_default();
        } else if first == '"' {
            let length = quoted_length(&rest[1..], '"');
            literals.push(rest[1..=length].to_owned());
            code.push_str("\"\"");
            rest = rest.get(length + 2..).unwrap_or_default();
        } else if first == '\'' && is_char(rest) {
            code.push_str("' '");
            rest = rest.get(quoted_length(&rest[1..], '\'') + 2..).unwrap_or_default();
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    RustText { code, literals }
}

fn after_block_comment(text: &str) -> &str {
    let mut depth = 0;
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("/*") {
            depth += 1;
            rest = inner;
        } else if let Some(outer) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = outer;
            if depth == 0 {
                break;
            }
        } else {
            rest = rest.strip_prefix(|_: char| true).unwrap_or_default();
        }
    }
    rest
}

/// How many `#` a raw text has that begins here.
fn raw_hashes(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let unhashed = after.trim_start_matches('#');
    unhashed.starts_with('"').then(|| after.len() - unhashed.len())
}

/// The length up to the closing quote.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether the quote begins a character, not a lifetime.
fn is_char(text: &str) -> bool {
    let mut letters = text.chars().skip(1);
    let first = letters.next();
    first == Some('\\') || letters.next() == Some('\'')
}

/// Every path of two or more segments in code; groups are spread out, so `use a::{b, c::d}` gives `a::b` and `a::c::d`.
pub(super) fn paths(code: &str) -> Vec<Vec<String>> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = path(&tokens, at, &[], &mut found).max(at + 1);
    }
    found.retain(|path: &Vec<String>| path.len() > 1);
    found
}

/// Reads one path or group that begins at `at`; gives the place after it.
fn path(tokens: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut segments = before.to_vec();
    while let Some(token) = tokens.get(at) {
        if token == "{" && !segments.is_empty() {
            at += 1;
            while tokens.get(at).is_some_and(|token| token != "}") {
                at = path(tokens, at, &segments, found).max(at + 1);
            }
            return at + 1;
        }
        if !is_word(token) && token != "*" {
            return at;
        }
        segments.push(token.clone());
        at += 1;
        if tokens.get(at).is_none_or(|token| token != "::") {
            break;
        }
        at += 1;
    }
    found.push(segments);
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut is_in_word = false;
    for letter in code.chars() {
        let is_part = letter.is_alphanumeric() || letter == '_';
        match tokens.last_mut() {
            Some(word) if is_part && is_in_word => word.push(letter),
            Some(colon) if letter == ':' && colon == ":" => colon.push(':'),
            _ if !letter.is_whitespace() => tokens.push(letter.to_string()),
            _ => {}
        }
        is_in_word = is_part;
    }
    tokens
}

#[test]
fn comments_and_texts_are_no_code() {
    let text = r###"a::b /* c::d /* e::f */ g::h */ "i::j \" k::l" // m::n
        r#"o::"p"#, 'q', '\'', &'r str, br"s" "###;
    let found = rust_text(text);
    assert_eq!(found.literals, [r#"i::j \" k::l"#, r#"o::"p"#, "s"]);
    assert_eq!(paths(&found.code), [["a", "b"]]);
}

#[test]
fn groups_are_spread_out() {
    let found: Vec<String> =
        paths("use a::{b, c::{self, d}, e::*};\nfn f() { g::h(i, j::<k>()) } match l { m::N => {} }")
            .iter()
            .map(|path| path.join("::"))
            .collect();
    assert_eq!(found, ["a::b", "a::c::self", "a::c::d", "a::e::*", "g::h", "m::N"]);
}

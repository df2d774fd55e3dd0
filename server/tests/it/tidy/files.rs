//! What holds for each file: small, with a front door, and lints are expected, never allowed.

use super::rust_text::rust_text;
use super::sources::Source;

/// A file that needs more is two files.
const LINES_MAX: usize = 300;
/// The width of the code. rustfmt keeps it for code alone.
const COMMENT_CHARS_MAX: usize = 120;

pub(super) fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for Source { path, text } in sources {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            problems.push(format!("{path}: {lines} lines, more than {LINES_MAX}"));
        }
        if !path.ends_with(".rs") {
            continue;
        }
        if !text.starts_with("//!") {
            problems.push(format!("{path}: does not begin with //! and what it does, never does, and who calls it"));
        }
        let is_wide = |line: &str| line.trim_start().starts_with("//") && line.chars().count() > COMMENT_CHARS_MAX;
        if let Some(index) = text.lines().position(is_wide) {
            problems.push(format!("{path}:{}: a comment wider than {COMMENT_CHARS_MAX} characters", index + 1));
        }
        let code: String = rust_text(text).code.split_whitespace().collect();
        if code.contains("#[allow(") || code.contains("#![allow(") {
            problems.push(format!("{path}: #[allow]; write #[expect(lint, reason = \"…\")]"));
        }
    }
    problems
}

#[test]
fn a_large_nameless_or_lenient_file_is_reported() {
    use super::sample;
    for (path, text) in [
        ("a.rs", "fn f() {}\n".to_owned()),
        ("a.rs", "//! A.\n#[allow(dead_code)]\nfn f() {}\n".to_owned()),
        ("a.rs", "//! A.\n#![ allow(dead_code)]\n".to_owned()),
        ("a.rs", format!("//! A.\n{}", "\n".repeat(300))),
        ("a.rs", format!("//! A.\n    // {}\n", "b".repeat(114))),
        ("style/main.css", "\n".repeat(301)),
    ] {
        assert_eq!(problems(&sample(path, &text)).len(), 1, "{path}: {text}");
    }
    let right = "//! A.\n// Never #[allow(dead_code)].\n#[expect(dead_code, reason = \"b\")]\nfn f() {}\n";
    assert!(problems(&sample("a.rs", right)).is_empty());
    assert!(problems(&sample("a.rs", &format!("//! A.\n    // {}\n", "ß".repeat(113)))).is_empty());
    assert!(problems(&sample("run", &"\n".repeat(300))).is_empty());
}

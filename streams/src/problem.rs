//! What is wrong with a declaration: the file, the line and the words, in one line for whoever starts the shop.

/// A declaration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {words}")]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The line in it, from 1 on.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub words: String,
}

/// What is wrong at a byte of the text. [`Found::in_file`] makes it a [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) at: usize,
    pub(crate) words: String,
}

impl Found {
    pub(crate) fn new(at: usize, words: impl Into<String>) -> Found {
        Found { at, words: words.into() }
    }

    pub(crate) fn in_file(self, file: &str, text: &str) -> Problem {
        let before = text.as_bytes().iter().take(self.at);
        Problem {
            file: file.to_owned(),
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            words: self.words.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

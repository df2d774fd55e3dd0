//! What `docs/ADD-A-STREAM.md` tells a reader to type, word for word, for the tests that do it.

pub(crate) const DOCUMENT: &str = include_str!("../../../../docs/ADD-A-STREAM.md");

/// The block of this language.
pub(crate) fn block(language: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("no {language}"));
    rest.split("```").next().unwrap()
}

/// The value of `INGEST_TOKENS`: a name and its token.
pub(crate) fn tokens() -> &'static str {
    DOCUMENT.split_once("INGEST_TOKENS=").unwrap().1.split(' ').next().unwrap()
}

/// The token in it.
pub(crate) fn token() -> &'static str {
    tokens().split(':').nth(1).unwrap()
}

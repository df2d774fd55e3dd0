//! The file of an `sqlite://` address, and the address of a file: one escapes what the other reads. The lock, the
//! folder and the connections must mean the same file, whatever letters its name has. Called by the configuration and
//! the store.

use crate::StoreError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// The address of the database in this file. `?`, `#`, `%`, `:` or a blank in its path would mean something else in an
/// address.
#[must_use]
pub fn sqlite_url(path: &Path) -> String {
    let path = path.to_string_lossy();
    // A path that began with two slashes would be taken for a relative one.
    let (root, rest) = if path.starts_with('/') { ("/", path.trim_start_matches('/')) } else { ("", &*path) };
    format!("sqlite://{root}{}", utf8_percent_encode(rest, ESCAPED))
}

/// The file of an `sqlite://path` address; `None` where its name is no text.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    Some(PathBuf::from(&*percent_decode_str(path).decode_utf8().ok()?))
}

/// The file of an address that the store was given.
pub(crate) fn file_of(url: &str) -> Result<PathBuf, StoreError> {
    sqlite_path(url)
        .ok_or_else(|| StoreError::Open("the database's file has a name that is not valid UTF-8".to_owned()))
}

/// Like [`file_of`], of a database that must be there; `advice`: what to do where it is not.
pub(crate) fn existing_file_of(url: &str, advice: &str) -> Result<PathBuf, StoreError> {
    let path = file_of(url)?;
    if path.is_file() {
        return Ok(path);
    }
    let advice = if advice.is_empty() { String::new() } else { format!("; {advice}") };
    Err(StoreError::Open(format!("there is no database {}{advice}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, DatabaseOptions, Store};
    use tokio::sync::mpsc;

    #[test]
    fn an_address_leads_to_its_file() {
        for (path, url) in [
            ("data/pantry.db", "sqlite://data/pantry.db"),
            ("/srv/my shop/a?b#c%41:d.db", "sqlite:///srv/my%20shop/a%3Fb%23c%2541%3Ad.db"),
            ("Läden/pantry.db", "sqlite://L%C3%A4den/pantry.db"),
        ] {
            assert_eq!(sqlite_url(Path::new(path)), url);
            assert_eq!(sqlite_path(url).as_deref(), Some(Path::new(path)));
        }
        assert_eq!(sqlite_url(Path::new("//srv/pantry.db")), "sqlite:///srv/pantry.db");
        assert_eq!(sqlite_path("sqlite:////srv/pantry.db").as_deref(), Some(Path::new("/srv/pantry.db")));
        assert_eq!(sqlite_path("sqlite://%ff"), None);
    }

    #[tokio::test]
    async fn a_database_is_in_the_file_that_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my shop?mode=memory#%41:b").join("pantry.db");
        let options = DatabaseOptions::at(sqlite_url(&path));
        let store = Store::open(&options, Clock::default(), mpsc::channel(1).0).await.unwrap();
        assert!(path.is_file() && path.with_added_extension("lock").is_file());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        store.close().await;
    }
}

//! A PostgreSQL of a test's own, which it may crash and start again.

use super::script::run_script;
use tempfile::TempDir;

/// A PostgreSQL; it ends when it is dropped.
pub(crate) struct Postgres {
    folder: TempDir,
    pub(crate) url: String,
}

impl Postgres {
    /// One that runs; `None`, and a line that says why, where it is not installed.
    pub(crate) fn start() -> Option<Postgres> {
        Postgres::start_with(&[])
    }

    /// The same with further options of the script.
    pub(crate) fn start_with(options: &[&str]) -> Option<Postgres> {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [&["start", "--fast-unsafe"], options].concat();
        let url = run_script("postgres", &arguments, folder.path())?;
        Some(Postgres { folder, url })
    }

    /// Ends it as a crash does: every connection breaks, and what was committed stays.
    pub(crate) fn crash(&self) {
        run_script("postgres", &["stop", "--immediate"], self.folder.path());
    }

    /// Starts it again, where it was.
    pub(crate) fn start_again(&self) {
        run_script("postgres", &["start", "--fast-unsafe"], self.folder.path());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}

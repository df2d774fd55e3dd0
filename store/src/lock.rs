//! One server per SQLite file: an advisory lock on a file beside the database, which names who holds it.
//! The operating system releases it when the process ends, however it ends.

use crate::{StoreError, private};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// What a server that finds the database in use is to do.
pub(crate) const OR_ANOTHER: &str = "stop it first, or give this one its own DATA_DIR and DATABASE_URL";

/// The lock; held until it is dropped.
#[derive(Debug)]
pub(crate) struct DatabaseLock {
    _file: File,
}

impl DatabaseLock {
    /// Takes the lock of the database at `path`, or says which process holds it, and `advice`.
    pub(crate) fn take(path: &Path, advice: &str) -> Result<DatabaseLock, StoreError> {
        let lock_path = path.with_added_extension("lock");
        let failed = |error: std::io::Error| StoreError::Open(format!("cannot lock {}: {error}", lock_path.display()));
        let mut options = private::private_options();
        let mut file = options.read(true).create(true).truncate(false).open(&lock_path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(failed)?;
                return Err(StoreError::Open(format!(
                    "{} is in use by another Pantry server, process {}; {advice}",
                    path.display(),
                    if holder.is_empty() { "unknown" } else { holder.trim() },
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(DatabaseLock { _file: file })
    }
}

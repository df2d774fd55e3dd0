//! One server per SQLite file, and one per data folder: an advisory lock on a file beside them, which names who holds
//! it. The operating system releases it when the process ends, however it ends.

use crate::{StoreError, private};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a lock is tried that somebody holds.
const HELD_WITHIN: Duration = Duration::from_secs(1);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What a server that finds the database in use is to do.
pub(crate) const OR_ANOTHER: &str = "stop it first, or give this one its own DATA_DIR and DATABASE_URL";

/// The lock of a database; held until it is dropped.
#[derive(Debug)]
pub(crate) struct DatabaseLock {
    _file: File,
}

impl DatabaseLock {
    /// Takes the lock of the database at `path`, or says which process holds it, and `advice`.
    pub(crate) fn take(path: &Path, advice: &str) -> Result<DatabaseLock, StoreError> {
        let locked = take(&path.with_added_extension("lock"))?;
        let file = locked.map_err(|holder| {
            StoreError::Open(format!(
                "{} is in use by another Pantry server, process {holder}; {advice}",
                path.display()
            ))
        })?;
        Ok(DatabaseLock { _file: file })
    }
}

/// The lock of a data folder, in which one server writes files; held until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of this folder, which it makes if need be.
    ///
    /// # Errors
    /// [`StoreError::Open`], which says which process holds it, or why the folder cannot be used.
    pub fn take(folder: &Path) -> Result<FolderLock, StoreError> {
        private::create_private_folder(folder)
            .map_err(|error| StoreError::Open(format!("cannot create the folder {}: {error}", folder.display())))?;
        let file = take(&folder.join("server.lock"))?.map_err(|holder| {
            StoreError::Open(format!(
                "DATA_DIR: {} is in use by another Pantry server, process {holder}; stop it first, or give this one its own DATA_DIR",
                folder.display(),
            ))
        })?;
        Ok(FolderLock { _file: file })
    }
}

/// The locked file; `Err` within: who holds it.
fn take(lock_path: &Path) -> Result<Result<File, String>, StoreError> {
    let failed = |error: std::io::Error| StoreError::Open(format!("cannot lock {}: {error}", lock_path.display()));
    let mut options = private::private_options();
    let mut file = options.read(true).create(true).truncate(false).open(lock_path).map_err(failed)?;
    match try_for_a_moment(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(failed)?;
            let holder = holder.trim();
            return Ok(Err(if holder.is_empty() { "unknown".to_owned() } else { holder.to_owned() }));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0).map_err(failed)?;
    file.rewind().map_err(failed)?;
    writeln!(file, "{}", std::process::id()).map_err(failed)?;
    Ok(Ok(file))
}

/// A server that has just ended may leave its lock to a child that it began to start, until that one is another
/// program.
#[expect(
    clippy::disallowed_methods,
    reason = "it is a wait for a condition, with a deadline, at the start of a process"
)]
fn try_for_a_moment(file: &File) -> Result<(), TryLockError> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if began.elapsed() < HELD_WITHIN => std::thread::sleep(TRY_AGAIN_AFTER),
            tried => return tried,
        }
    }
}

//! `server backup`: a copy of the SQLite database as it was at one instant, beside a server that goes on selling.
//!
//! `vacuum into` reads in one transaction, which in write-ahead mode holds up no writer: the copy is whole in one file,
//! without the space of deleted rows. SQLite's other way, the online backup, copies page by page and begins again
//! whenever another process writes; under constant orders it may never end. The copy has another name until it is
//! checked and on the disk.

use super::{Contents, Draft, absolute_path, at_path, check, is_same_file, sqlite_file};
use crate::dialect::Dialect;
use crate::private::{BESIDE, beside, folder_of, sync_folder_of};
use crate::{StoreError, pool, sqlite_url};
use sqlx::Row;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub contents: Contents,
}

/// Copies the SQLite database at `url` to `target`, which gets mode 0600. Only with `is_forced` it replaces a file.
///
/// # Errors
/// [`StoreError::Open`], in words: there is no such database, `target` is not to be replaced or not to be written, the
/// copy is not whole. [`StoreError::DiskFull`]. Then `target` is as it was.
pub async fn back_up(url: &str, target: &Path, is_forced: bool) -> Result<Backup, StoreError> {
    sqlx::any::install_default_drivers();
    let (database, target) = (sqlite_file(url)?, absolute_path(target)?);
    if !database.is_file() {
        return Err(StoreError::Open(format!("there is no database {}", database.display())));
    }
    check_target(&database, &target, is_forced)?;
    let _alone = lock_folder_of(&target)?;
    let draft = Draft::create(&target)?;
    copy(&database, &draft.path).await?;
    draft.sync()?;
    let contents = check(&draft.path).await?;
    if is_forced {
        draft.replace(&target)?;
    } else {
        give_new_name(&draft, &target)?;
    }
    Ok(Backup { path: target, contents })
}

fn check_target(database: &Path, target: &Path, is_forced: bool) -> Result<(), StoreError> {
    let refuse = |why: &str| Err(StoreError::Open(format!("{} {why}", target.display())));
    if target.file_name().is_none() || target.is_dir() {
        return refuse("is a folder; name a file in it");
    }
    let is_beside = BESIDE.iter().any(|end| is_same_place(&beside(database, end), target));
    if is_same_file(database, target) || is_beside {
        return refuse("belongs to the database itself; choose another name");
    }
    if !is_forced && target.symlink_metadata().is_ok() {
        return refuse("is there already; choose another name, or replace it with --force");
    }
    Ok(())
}

/// Whether two files, which need not be there, have the same name in the same folder.
fn is_same_place(one: &Path, other: &Path) -> bool {
    one.file_name() == other.file_name() && is_same_file(folder_of(one), folder_of(other))
}

/// Two backups in one folder at once might share a draft. Where a folder cannot be locked, it is up to the operator.
fn lock_folder_of(target: &Path) -> Result<File, StoreError> {
    let folder = folder_of(target);
    let file = File::open(folder).map_err(|error| at_path("open the folder", folder, &error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StoreError::Open(format!(
            "another backup is being written in {}; wait until it has ended",
            folder.display()
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Fills the empty file `draft`.
async fn copy(database: &Path, draft: &Path) -> Result<(), StoreError> {
    let Some(name) = draft.to_str() else {
        return Err(StoreError::Open(format!("{} is a name that is not valid UTF-8", draft.display())));
    };
    let url = format!("{}?mode=ro", sqlite_url(database));
    let mut conn = pool::connect_to_read(&url, Dialect::Sqlite).await?;
    // Whatever else the file is, it is not copied as if it were a shop.
    let shop = sqlx::query("select count(*) from shop").fetch_one(&mut conn).await;
    if !matches!(shop.and_then(|row| row.try_get::<i64, _>(0)), Ok(1)) {
        return Err(StoreError::Open(format!("{} holds no shop", database.display())));
    }
    sqlx::query("vacuum into $1").bind(name.to_owned()).execute(&mut conn).await?;
    conn.close().await;
    Ok(())
}

/// Gives the draft a name that nothing has; a file that came meanwhile stays.
fn give_new_name(draft: &Draft, target: &Path) -> Result<(), StoreError> {
    std::fs::hard_link(&draft.path, target).map_err(|error| at_path("make", target, &error))?;
    sync_folder_of(target).map_err(|error| at_path("sync the folder of", target, &error))
}

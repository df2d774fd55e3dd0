//! `server restore`: a backup takes the place of the SQLite database, and begins a new life.
//!
//! At every instant there is a whole database under the shop's name, the old one or the new one. The backup is copied
//! under another name, checked, upgraded and given its new life there. The old database gets a second name before the
//! new one takes its first. A write-ahead log of the old one must be gone by then: SQLite would apply it to the new
//! one.

use super::new_life::{STOP_FIRST, begin_in};
use super::{Contents, Draft, NewLife, absolute_path, at_path, check, is_same_file, sqlite_file};
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::lock::DatabaseLock;
use crate::private::{beside, create_folder_of, folder_of, give_to_owner_of, private_options, sync_folder_of, tighten};
use crate::{Clock, DatabaseOptions, StoreError, migrate, pool, sqlite_url};
use domain::Timestamp;
use sqlx::Row;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Databases that are kept of one second.
const KEPT_MAX: u32 = 100;

/// A database that was brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where it is.
    pub path: PathBuf,
    /// What the backup holds.
    pub contents: Contents,
    /// Its new life.
    pub life: NewLife,
    /// Where the database is that it replaced, if there was one.
    pub kept: Option<PathBuf>,
}

/// Brings `backup` back as the SQLite database at `url`. Only with `is_forced` it replaces a database, which is kept
/// beside it. A `-wal` beside `backup` is taken as a part of it.
///
/// # Errors
/// [`StoreError::Open`], in words: a server runs, `backup` is not whole or of a newer version, a database is there.
/// [`StoreError::DiskFull`]. Then the database is as it was.
pub async fn restore(url: &str, backup: &Path, is_forced: bool, clock: &Clock) -> Result<Restored, StoreError> {
    sqlx::any::install_default_drivers();
    let (database, backup) = (sqlite_file(url)?, absolute_path(backup)?);
    if !backup.is_file() {
        return Err(StoreError::Open(format!("there is no file {}", backup.display())));
    }
    if is_same_file(&backup, &database) {
        return Err(StoreError::Open(format!("{} is the database itself", backup.display())));
    }
    // A link stays one, and the files beside the database are where SQLite looks for them.
    let database = database.canonicalize().unwrap_or(database);
    create_folder_of(&database)?;
    let _lock = DatabaseLock::take(&sqlite_file(url)?, STOP_FIRST)?;
    let is_there = database.try_exists().map_err(|error| at_path("read", &database, &error))?;
    if is_there && !is_forced {
        return Err(StoreError::Open(format!(
            "there is a database {} already; with --force it is replaced, and kept under another name",
            database.display()
        )));
    }
    give_to_servers_user(&beside(&sqlite_file(url)?, ".lock"), &database)?;
    let draft = Draft::create(&database)?;
    copy_whole(&backup, &draft.path)?;
    let mut conn = open_alone(&draft.path).await.map_err(|error| in_backup(&backup, error))?;
    fold_log(&mut conn).await.map_err(|error| in_backup(&backup, error))?;
    conn.close().await;
    let contents = check(&draft.path).await.map_err(|error| in_backup(&backup, error))?;
    let options = DatabaseOptions::at(format!("{}?mode=rw", sqlite_url(&draft.path)));
    migrate::migrate(&options, Dialect::Sqlite, clock).await.map_err(|error| in_backup(&backup, error))?;
    let mut conn = open_alone(&draft.path).await?;
    conn.at_once(Dialect::Sqlite.begin()).await?;
    let life = begin_in(&mut conn).await?;
    if is_there {
        go_on_after(&mut conn, &database).await?;
    }
    conn.commit().await?;
    fold_log(&mut conn).await?;
    conn.close().await;
    draft.sync()?;
    give_to_servers_user(&draft.path, &database)?;
    let kept = if is_there { Some(keep(&database, clock.now()).await?) } else { None };
    // Also without a database they may be there, of one that was deleted.
    for end in ["-wal", "-shm", "-journal"] {
        remove_if_there(&beside(&database, end))?;
    }
    sync_folder_of(&database).map_err(|error| at_path("sync the folder of", &database, &error))?;
    draft.replace(&database)?;
    Ok(Restored { path: database, contents, life, kept })
}

/// The server's user is the one who owns the database that is there, else its folder.
fn give_to_servers_user(file: &Path, database: &Path) -> Result<(), StoreError> {
    let like = if database.exists() { database } else { folder_of(database) };
    let given = give_to_owner_of(file, like);
    given.map_err(|error| {
        StoreError::Open(format!(
            "cannot give {} to the user who owns {} ({error}); run this as that user",
            file.display(),
            like.display()
        ))
    })
}

/// An error of the copy, told of the backup that it is a copy of.
fn in_backup(backup: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        error => StoreError::Open(format!("cannot use {}: {}", backup.display(), super::one_line(&error.to_string()))),
    }
}

/// Copies a backup and, where somebody copied the files of a stopped server, its write-ahead log.
fn copy_whole(backup: &Path, draft: &Path) -> Result<(), StoreError> {
    for end in ["", "-wal"] {
        let (from, to) = (beside(backup, end), beside(draft, end));
        let mut from_file = match File::open(&from) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !end.is_empty() => continue,
            Err(error) => return Err(at_path("read", &from, &error)),
        };
        let copied = private_options()
            .create(true)
            .truncate(true)
            .open(&to)
            .and_then(|mut to| io::copy(&mut from_file, &mut to));
        copied.map_err(|error| at_path("copy", &from, &error))?;
    }
    Ok(())
}

async fn open_alone(path: &Path) -> Result<Conn, StoreError> {
    let options = DatabaseOptions::at(format!("{}?mode=rw", sqlite_url(path)));
    Ok(pool::connect(&options, Dialect::Sqlite).await?)
}

/// Brings everything into the one file.
async fn fold_log(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("pragma journal_mode = delete").execute(conn).await?;
    Ok(())
}

/// Numbers go on behind those of the database that is replaced, so that no customer gets the number of an order that
/// somebody else holds a receipt of. Of one that cannot be read nothing is known.
async fn go_on_after(conn: &mut Conn, replaced: &Path) -> Result<(), StoreError> {
    let Ok(issued) = issued(replaced).await else { return Ok(()) };
    for (table, highest) in issued {
        sqlx::query("update sqlite_sequence set seq = max(seq, $1) where name = $2")
            .bind(highest)
            .bind(table.as_str())
            .execute(&mut *conn)
            .await?;
        sqlx::query(
            "insert into sqlite_sequence (name, seq)
             select $1, $2
              where not exists (select 1 from sqlite_sequence where name = $1)
                and exists (select 1 from sqlite_master where name = $1)",
        )
        .bind(table.as_str())
        .bind(highest)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The highest number that each table ever gave out.
async fn issued(database: &Path) -> Result<Vec<(String, i64)>, StoreError> {
    let mut conn = pool::connect_to_read(&format!("{}?mode=rw", sqlite_url(database)), Dialect::Sqlite).await?;
    let sql = "select name, cast(seq as bigint) from sqlite_sequence";
    let rows = sqlx::query(sql).fetch_all(&mut conn).await?;
    let issued = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()?;
    conn.close().await;
    Ok(issued)
}

/// Gives the database that is replaced a second name, `….before-restore-<time>`, with its write-ahead log if it has
/// one. A whole one has none: closed by its last connection, SQLite folds it in.
async fn keep(database: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    if let Ok(mut conn) = open_alone(database).await {
        let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut conn).await;
        conn.close().await;
    }
    // 20261122T120000
    let time: String =
        now.to_string().chars().take_while(|char| *char != '.').filter(char::is_ascii_alphanumeric).collect();
    for number in 0..KEPT_MAX {
        let suffix = if number == 0 { String::new() } else { format!(".{number}") };
        let kept = beside(database, &format!(".before-restore-{time}{suffix}"));
        match fs::hard_link(database, &kept) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(at_path("keep the database as", &kept, &error)),
        }
        match fs::hard_link(beside(database, "-wal"), beside(&kept, "-wal")) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at_path("keep the write-ahead log beside", &kept, &error)),
        }
        tighten(&kept);
        return Ok(kept);
    }
    let full =
        io::Error::new(io::ErrorKind::AlreadyExists, format!("{KEPT_MAX} databases of this second are kept already"));
    Err(at_path("keep", database, &full))
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at_path("remove", path, &error)),
        _ => Ok(()),
    }
}

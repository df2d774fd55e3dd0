//! Backups of a SQLite database, and bringing one back. On PostgreSQL `pg_dump` and `pg_restore` do this; what both
//! have in common is the new life that a database begins after it was brought back (`new_life`).

mod copy;
mod new_life;
mod restore;

pub use copy::{Backup, back_up};
pub use new_life::{NewLife, begin_new_life};
pub use restore::{Restored, restore};

use crate::dialect::Dialect;
use crate::{StoreError, pool, private, sqlite_path, sqlite_url};
use domain::{Minute, Timestamp};
use sqlx::Row;
use std::io;
use std::path::{Path, PathBuf, absolute};

/// What a database holds, for a person who compares a backup with the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its size.
    pub bytes: u64,
    /// Orders in it.
    pub orders: i64,
    /// When the newest of them was made.
    pub newest_order: Option<Timestamp>,
    /// Events that wait to be counted.
    pub waiting_events: i64,
    /// Figures are complete up to the start of this minute.
    pub closed_until: Minute,
}

/// The file of a SQLite address; an error for another database.
fn sqlite_file(url: &str) -> Result<PathBuf, StoreError> {
    match Dialect::of_known_url(url)? {
        Dialect::Sqlite => absolute_path(&sqlite_path::file_of(url)?),
        Dialect::Postgres => Err(StoreError::Open("the database is a PostgreSQL one, not a file".to_owned())),
    }
}

/// SQLite would take a name that begins with `file:` for an address; an absolute one never does.
fn absolute_path(path: &Path) -> Result<PathBuf, StoreError> {
    absolute(path).map_err(|error| at_path("find", path, &error))
}

fn at_path(tried: &str, path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull => StoreError::DiskFull,
        _ => StoreError::Open(format!("cannot {tried} {}: {error}", path.display())),
    }
}

/// Whether two names lead to one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// A file that is being made; it, and what SQLite keeps beside it, is removed unless it was given its name.
struct Draft {
    path: PathBuf,
}

impl Draft {
    /// An empty file with mode 0600 beside `target`, in the place of what an earlier one that was cut off has left.
    fn create(target: &Path) -> Result<Draft, StoreError> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let draft = Draft { path: target.with_file_name(format!(".{name}.new")) };
        draft.remove();
        let made = private::private_options().create_new(true).open(&draft.path);
        made.map_err(|error| at_path("create", &draft.path, &error))?;
        Ok(draft)
    }

    fn remove(&self) {
        // Where it cannot be removed, the next one cannot be made, and says so.
        let _ = std::fs::remove_file(&self.path);
        for end in private::BESIDE {
            let _ = std::fs::remove_file(private::beside(&self.path, end));
        }
    }

    /// Makes its content durable.
    fn sync(&self) -> Result<(), StoreError> {
        let synced = std::fs::File::open(&self.path).and_then(|file| file.sync_all());
        synced.map_err(|error| at_path("sync", &self.path, &error))
    }

    /// Gives it its name, durably. What had the name before is gone.
    fn replace(self, target: &Path) -> Result<(), StoreError> {
        std::fs::rename(&self.path, target).map_err(|error| at_path("replace", target, &error))?;
        private::sync_folder_of(target).map_err(|error| at_path("sync the folder of", target, &error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Checks a database that nobody changes, page by page, and tells what it holds.
async fn check(path: &Path) -> Result<Contents, StoreError> {
    let bytes = std::fs::metadata(path).map_err(|error| at_path("read", path, &error))?.len();
    let unusable =
        |why: String| StoreError::Open(format!("{} is no database of Pantry that is whole: {why}", path.display()));
    // Immutable: SQLite makes no other file beside it.
    let url = format!("{}?mode=ro&immutable=true", sqlite_url(path));
    let mut conn = pool::connect_to_read(&url, Dialect::Sqlite).await.map_err(|error| unusable(error.to_string()))?;
    let problems = sqlx::query("pragma integrity_check(1)").fetch_all(&mut conn).await;
    let problem = problems.and_then(|rows| rows.first().map(|row| row.try_get::<String, _>(0)).transpose());
    match problem {
        Ok(Some(said)) if said == "ok" => {}
        Ok(said) => return Err(unusable(one_line(&said.unwrap_or_default()))),
        Err(error) => return Err(unusable(one_line(&error.to_string()))),
    }
    let row = sqlx::query(
        "select (select count(*) from orders), (select max(event_time) from orders), (select count(*) from outbox),
                closed_until
           from shop",
    )
    .fetch_optional(&mut conn)
    .await
    .map_err(|error| unusable(one_line(&error.to_string())))?;
    let row = row.ok_or_else(|| unusable("it holds no shop".to_owned()))?;
    let contents = Contents {
        bytes,
        orders: row.try_get(0)?,
        newest_order: row.try_get::<Option<i64>, _>(1)?.map(Timestamp::from_micros),
        waiting_events: row.try_get(2)?,
        closed_until: Minute::from_number(row.try_get(3)?),
    };
    conn.close().await;
    Ok(contents)
}

fn one_line(text: &str) -> String {
    text.replace('\n', "; ")
}

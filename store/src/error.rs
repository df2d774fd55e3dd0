//! Why the database did not do what was asked, one variant for each thing that a caller does differently.

/// A failed call. Nothing of it was committed, unless it was the answer to a commit that was lost.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the database, or it is too slow; trying again helps.
    #[error("the database is busy")]
    Busy,
    /// The disk is full; trying again helps once there is room.
    #[error("the disk is full")]
    DiskFull,
    /// A partition's position is not where this batch began: another consumer was faster, or the log changed.
    #[error("the position of {topic} {partition} has moved")]
    PositionMoved {
        /// The topic.
        topic: &'static str,
        /// The partition.
        partition: i32,
    },
    /// The database cannot be opened; the sentence says why and what to do.
    #[error("{0}")]
    Open(String),
    /// A row does not hold what was written into it.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// The shop is shutting down.
    #[error("the shop is shutting down")]
    Closed,
    /// Anything else that the database says.
    #[error("database: {0}")]
    Sql(sqlx::Error),
}

impl StoreError {
    /// Whether the same work, done alone, may succeed: the fault lies in the data of one job, not in the database.
    pub(crate) fn is_about_one_job(&self) -> bool {
        match self {
            StoreError::PositionMoved { .. } | StoreError::Corrupt(_) => true,
            StoreError::Sql(error) => error.as_database_error().is_some() && !is_io(error),
            StoreError::Busy | StoreError::DiskFull | StoreError::Open(_) | StoreError::Closed => false,
        }
    }
}

/// The primary code of an SQLite error; extended codes carry it in their low byte (sqlite.org/rescode.html).
fn sqlite_code(error: &sqlx::Error) -> Option<i64> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i64>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff)
}

/// SQLITE_IOERR.
fn is_io(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(10)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL; PostgreSQL's codes have five characters.
        match sqlite_code(&error) {
            Some(5 | 6) => return StoreError::Busy,
            Some(13) => return StoreError::DiskFull,
            _ => {}
        }
        let code = error.as_database_error().and_then(|db| db.code().map(|code| code.into_owned()));
        match code.as_deref() {
            Some("53100") => StoreError::DiskFull,
            Some("55P03" | "57014" | "53300") => StoreError::Busy,
            _ if matches!(error, sqlx::Error::PoolTimedOut) => StoreError::Busy,
            _ => StoreError::Sql(error),
        }
    }
}

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
    /// The database does not answer, or is shutting down; trying again helps once it is back.
    #[error("the database cannot be reached: {0}")]
    Unreachable(sqlx::Error),
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
            StoreError::Busy
            | StoreError::DiskFull
            | StoreError::Unreachable(_)
            | StoreError::Open(_)
            | StoreError::Closed => false,
        }
    }

    /// Whether two transactions waited for one another, or could not be put in an order: one of them is tried again.
    pub(crate) fn is_deadlock(&self) -> bool {
        matches!(self, StoreError::Sql(error) if matches!(code_of(error).as_deref(), Some("40P01" | "40001")))
    }
}

/// The primary code of an SQLite error; extended codes carry it in their low byte (sqlite.org/rescode.html).
fn sqlite_code(error: &sqlx::Error) -> Option<i64> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i64>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff)
}

fn code_of(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
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
        match (code_of(&error).as_deref(), &error) {
            (Some("53100"), _) => StoreError::DiskFull,
            // lock_not_available, query_canceled (a time-out), too_many_connections.
            (Some("55P03" | "57014" | "53300"), _) | (None, sqlx::Error::PoolTimedOut) => StoreError::Busy,
            (None, sqlx::Error::PoolClosed) => StoreError::Closed,
            // Connection exceptions, operator intervention, and a session that waited too long inside a transaction.
            (Some(code), _) if code.starts_with("08") || code.starts_with("57P") || code == "25P03" => {
                StoreError::Unreachable(error)
            }
            (None, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)) => {
                StoreError::Unreachable(error)
            }
            _ => StoreError::Sql(error),
        }
    }
}

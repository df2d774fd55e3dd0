//! Which database, and how it is used.

use std::fmt;
use std::time::Duration;
use streams::Streams;

/// The database of a shop.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseOptions {
    /// `sqlite://path` or `postgres://…`; the latter's `sslmode` and `sslrootcert` say how it is encrypted. May hold a
    /// password, and is not shown by `Debug`.
    pub url: String,
    /// Connections that only read. The writer has one more, and so has a check of the figures while it runs.
    pub read_connections_max: u16,
    /// How long PostgreSQL may work on a statement, and a transaction may idle; on SQLite, how long a statement waits
    /// while another process holds the file.
    pub statement_timeout: Duration,
    /// The streams whose events it counts.
    pub streams: Streams,
    /// Whether the shop sends mails: then an order puts its receipt on its way.
    pub sends_mail: bool,
}

impl DatabaseOptions {
    /// Connections that only read, unless told otherwise.
    pub const READ_CONNECTIONS_MAX: u16 = 8;
    /// The limit of a statement unless told otherwise, in seconds.
    pub const STATEMENT_TIMEOUT_SECONDS: u16 = 5;

    /// This database with the shop's own streams, and all else as it is unless told otherwise.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        DatabaseOptions {
            url: url.into(),
            read_connections_max: Self::READ_CONNECTIONS_MAX,
            statement_timeout: Duration::from_secs(Self::STATEMENT_TIMEOUT_SECONDS.into()),
            streams: Streams::own(),
            sends_mail: false,
        }
    }
}

impl fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseOptions")
            .field("read_connections_max", &self.read_connections_max)
            .field("statement_timeout", &self.statement_timeout)
            .field("sends_mail", &self.sends_mail)
            .finish_non_exhaustive()
    }
}

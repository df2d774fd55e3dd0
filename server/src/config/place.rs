//! Where the shop listens, where its static files are, and where its data is kept.

use super::ConfigError;
use super::vars::Vars;
use domain::Secret;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use store::{DatabaseOptions, sqlite_path, sqlite_url};
use streams::Streams;
use url::Url;

/// The shop's address and static files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteConfig {
    /// `LEPTOS_SITE_ADDR`: where the shop listens. Port 0 takes a free one.
    pub addr: SocketAddr,
    /// `LEPTOS_SITE_ROOT`: the folder of wasm, styles and pictures that the release build makes.
    pub root: PathBuf,
    /// `LEPTOS_WATCH`, `LEPTOS_RELOAD_PORT`: the port where open pages hear that they should reload; `None` but under
    /// `cargo leptos watch`, which sets both.
    pub reload_port: Option<u16>,
}

impl SiteConfig {
    pub(super) fn from_vars(vars: &Vars) -> Result<Self, ConfigError> {
        Ok(SiteConfig {
            addr: vars.socket_addr("LEPTOS_SITE_ADDR", "127.0.0.1:3000")?,
            root: vars.path("LEPTOS_SITE_ROOT", "target/site")?.into(),
            reload_port: match vars.get("LEPTOS_WATCH")? {
                Some(_) => Some(vars.number("LEPTOS_RELOAD_PORT", 3001, 1..=u16::MAX)?),
                None => None,
            },
        })
    }

    /// Whether the static files are there; asked at the start, when a message helps, not at the first request.
    ///
    /// # Errors
    /// The folder is missing or holds no wasm.
    pub fn check_root(&self) -> Result<(), ConfigError> {
        if self.root.join("pkg/pantry.wasm").is_file() {
            return Ok(());
        }
        let root = self.root.display();
        Err(ConfigError::new(
            "LEPTOS_SITE_ROOT",
            format!("there is no built site in {root}; start the shop with ./run, which builds it"),
        ))
    }
}

/// Where data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataConfig {
    /// `DATA_DIR`: the folder of the CSV files and, unless told otherwise, of the database.
    pub dir: PathBuf,
    /// `STREAMS_DIR`: the folder with the declarations of further streams; `None`: `streams` in `DATA_DIR`, if it is
    /// there.
    pub streams_dir: Option<PathBuf>,
    /// `DATABASE_URL`: the application's database.
    pub database: Database,
    /// `DATABASE_READ_CONNECTIONS_MAX`: how many connections read at once.
    pub read_connections_max: u16,
    /// `DATABASE_STATEMENT_TIMEOUT_SECONDS`: how long a statement may take.
    pub statement_timeout: Duration,
    /// `DEAD_LETTERS_KEEP_DAYS`: how long dead letters are kept after they were sent back or discarded.
    pub dead_letters_keep_days: u16,
    /// `ORDERS_EMAIL_KEEP_DAYS`: how long the e-mail address of an order is kept; `None`: for ever.
    pub orders_email_keep_days: Option<u16>,
    /// `PAGE_VIEWS_WAITING_MAX`: page views that may wait in the database to be counted; further ones are dropped, so
    /// that orders have room.
    pub page_views_waiting_max: u32,
}

/// How many these are unless told otherwise: a gigabyte at most, and 40 minutes of 2,000 a second.
const PAGE_VIEWS_WAITING_MAX: u32 = 5_000_000;

/// How many days something may be told to be kept.
const KEEP_DAYS: RangeInclusive<u16> = 1..=3_650;

/// A database, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// `sqlite://path`, relative to the working folder; `sqlite:///path` is absolute. `%20` is a blank.
    Sqlite(PathBuf),
    /// `postgres://user@host/name`; may carry a password, and options such as `?sslmode=verify-full`.
    Postgres(Secret),
}

impl DataConfig {
    /// Reads and checks these variables alone, for commands that need no others.
    ///
    /// # Errors
    /// The first variable that is malformed.
    pub fn from_env(vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        DataConfig::from_vars(&Vars::new(vars))
    }

    pub(super) fn from_vars(vars: &Vars) -> Result<Self, ConfigError> {
        let dir = PathBuf::from(vars.path("DATA_DIR", "data")?);
        let database = match vars.get("DATABASE_URL")? {
            Some(url) => Database::parse(url)?,
            None => Database::Sqlite(dir.join("pantry.db")),
        };
        let (connections, seconds) =
            (DatabaseOptions::READ_CONNECTIONS_MAX, DatabaseOptions::STATEMENT_TIMEOUT_SECONDS);
        let connections = vars.number("DATABASE_READ_CONNECTIONS_MAX", connections, 1..=100)?;
        let seconds = vars.number("DATABASE_STATEMENT_TIMEOUT_SECONDS", seconds, 1..=60)?;
        let waiting_max = vars.number("PAGE_VIEWS_WAITING_MAX", PAGE_VIEWS_WAITING_MAX, 1_000..=1_000_000_000)?;
        let streams_dir = match vars.get("STREAMS_DIR")? {
            Some(_) => Some(vars.path("STREAMS_DIR", "data/streams")?.into()),
            None => None,
        };
        Ok(DataConfig {
            dir,
            streams_dir,
            database,
            read_connections_max: connections,
            statement_timeout: Duration::from_secs(seconds.into()),
            dead_letters_keep_days: vars.number("DEAD_LETTERS_KEEP_DAYS", 90, KEEP_DAYS)?,
            orders_email_keep_days: match vars.get("ORDERS_EMAIL_KEEP_DAYS")? {
                Some(_) => Some(vars.number("ORDERS_EMAIL_KEEP_DAYS", 0, KEEP_DAYS)?),
                None => None,
            },
            page_views_waiting_max: waiting_max,
        })
    }

    /// The shop's own streams, and those that are declared in the folder. Reads its files.
    ///
    /// # Errors
    /// The first thing that is wrong, with its file and line.
    pub fn streams(&self) -> Result<Streams, ConfigError> {
        let default = self.dir.join("streams");
        let folder = match &self.streams_dir {
            Some(folder) => folder,
            None if !default.is_dir() => return Ok(Streams::own()),
            None => &default,
        };
        Streams::load(folder).map_err(|error| ConfigError::new("STREAMS_DIR", error.to_string()))
    }

    /// As the store takes it, for a command: with the shop's own streams, and no mail put on its way.
    #[must_use]
    pub fn database_options(&self) -> DatabaseOptions {
        DatabaseOptions {
            url: self.database.url(),
            read_connections_max: self.read_connections_max,
            statement_timeout: self.statement_timeout,
            streams: Streams::own(),
            sends_mail: false,
        }
    }
}

impl Database {
    /// As the store takes it.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Database::Sqlite(path) => sqlite_url(path),
            Database::Postgres(url) => url.reveal().to_owned(),
        }
    }

    /// Never repeats the address in its message: it may carry a password.
    fn parse(url: &str) -> Result<Self, ConfigError> {
        let refuse = |problem: &str| Err(ConfigError::new("DATABASE_URL", problem));
        let Some((scheme, path)) = url.split_once("://") else {
            return refuse("is not an address such as sqlite://data/pantry.db");
        };
        match scheme {
            "sqlite" if path.is_empty() || path.ends_with('/') => {
                refuse("names no file; write sqlite://data/pantry.db")
            }
            "sqlite" if path.contains('?') => refuse("takes no options after \"?\"; write sqlite://data/pantry.db"),
            "sqlite" => match sqlite_path(url) {
                None => refuse("names a file in letters that are not valid UTF-8"),
                // SQLite itself takes this name for no file at all.
                Some(path) if path.as_os_str() == ":memory:" => refuse("orders must survive a restart; name a file"),
                Some(path) => Ok(Database::Sqlite(path)),
            },
            "postgres" | "postgresql" => match Url::parse(url) {
                Ok(parsed) if parsed.host_str().is_none_or(str::is_empty) => {
                    refuse("names no host; write postgres://user@host/database")
                }
                Ok(parsed) if parsed.path().trim_matches('/').is_empty() => {
                    refuse("names no database; write postgres://user@host/database")
                }
                Ok(_) => Ok(Database::Postgres(Secret::new(url))),
                Err(_) => refuse("is not an address such as postgres://user@host/database"),
            },
            _ => refuse("is neither sqlite://… nor postgres://…"),
        }
    }
}

//! The owner's sessions. Only hashes of their tokens are stored. A session belongs to a generation of the owner's
//! password: one statement that moves the generation ends it on every server.

use crate::proof::{Proof, prove};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;
use sqlx::Row;

/// Sessions that are kept; the oldest gives way.
const SESSIONS_MAX: i64 = 1_000;
/// Sessions in the owner's list, the last used first.
const SESSIONS_LISTED_MAX: i64 = 50;
/// The first digits of a session's hash, by which the list names it.
const ID_CHARS: usize = 16;
/// A session's last use is written at most this often.
const USE_NOTED_EVERY_MICROS: i64 = 60 * 1_000_000;

/// A session as the owner's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names it in a form; not enough to use it.
    pub id: String,
    /// When the owner signed in.
    pub created_at: Timestamp,
    /// When it was last used, within a minute.
    pub last_used_at: Timestamp,
    /// The browser in words.
    pub browser: String,
}

/// A sign-in whose password was right.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The hexadecimal SHA-256 of the cookie's token.
    pub token_hash: String,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// The browser in words.
    pub browser: String,
    /// The owner's generation under which the password was compared.
    pub generation: i64,
    /// What proves the second factor.
    pub proof: Proof,
}

impl Session {
    /// The name by which the list knows the session of this token's hash.
    #[must_use]
    pub fn id_of(token_hash: &str) -> &str {
        token_hash.get(..ID_CHARS).unwrap_or(token_hash)
    }
}

impl Store {
    /// Starts a session. `false`: the password or the second factor was changed meanwhile, or the code was used before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<bool, StoreError> {
        self.writer.run_in_time(StartSession(sign_in, self.now())).await
    }

    /// Whether the session exists, was not ended and has not run out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_is_valid(&self, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.session_last_used(token_hash, now).await?.is_some())
    }

    /// When the session was last used; `None` when it is not valid.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_last_used(&self, token_hash: &str, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let found = sqlx::query(
            "select sessions.last_used_at
               from sessions
               join owner on owner.generation = sessions.generation
              where sessions.token_hash = $1 and sessions.expires_at > $2",
        )
        .bind(token_hash)
        .bind(now.micros())
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.map(|row| row.try_get(0)).transpose()?.map(Timestamp::from_micros))
    }

    /// Whether a use is to be noted: the last one that was is a minute old, or the clock was set back.
    #[must_use]
    pub fn is_use_worth_noting(now: Timestamp, last_used_at: Timestamp) -> bool {
        !(0..USE_NOTED_EVERY_MICROS).contains(&now.micros_since(last_used_at))
    }

    /// Notes that the session is used now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_use(&self, token_hash: String) -> Result<(), StoreError> {
        let now = self.now();
        self.writer.run_in_time(NoteUse { token_hash, now }).await
    }

    /// The valid sessions, the last used first, at most 50; and how many there are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sessions(&self) -> Result<(Vec<Session>, i64), StoreError> {
        let now = self.now().micros();
        let rows = sqlx::query(
            "select sessions.token_hash, sessions.created_at, sessions.last_used_at, sessions.browser
               from sessions
               join owner on owner.generation = sessions.generation
              where sessions.expires_at > $1
              order by sessions.last_used_at desc, sessions.token_hash
              limit $2",
        )
        .bind(now)
        .bind(SESSIONS_LISTED_MAX)
        .fetch_all(&self.readers)
        .await?;
        let number = sqlx::query(
            "select count(*)
               from sessions
               join owner on owner.generation = sessions.generation
              where sessions.expires_at > $1",
        )
        .bind(now)
        .fetch_one(&self.readers)
        .await?;
        let session = |row: &sqlx::any::AnyRow| {
            Ok(Session {
                id: Session::id_of(&row.try_get::<String, _>(0)?).to_owned(),
                created_at: Timestamp::from_micros(row.try_get(1)?),
                last_used_at: Timestamp::from_micros(row.try_get(2)?),
                browser: row.try_get(3)?,
            })
        };
        let sessions = rows.iter().map(session).collect::<Result<_, StoreError>>()?;
        Ok((sessions, number.try_get(0)?))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revoke_session(&self, token_hash: String) -> Result<(), StoreError> {
        self.end_sessions(Ended::This(token_hash)).await
    }

    /// Ends sessions.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_sessions(&self, ended: Ended) -> Result<(), StoreError> {
        self.writer.run_in_time(EndSessions(ended)).await
    }
}

/// Which sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The one of this token's hash.
    This(String),
    /// The one that the list names so.
    Listed(String),
    /// All but the one of this token's hash.
    Others(String),
    /// All.
    All,
}

struct StartSession(SignIn, Timestamp);

impl Work for StartSession {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let StartSession(sign_in, now) = self;
        if !prove(tx.conn, sign_in.generation, &sign_in.proof).await? {
            return Ok(false);
        }
        sqlx::query(
            "delete from sessions
              where expires_at <= $1
                 or token_hash in (select token_hash from sessions order by created_at desc limit 1000000 offset $2)",
        )
        .bind(now.micros())
        .bind(SESSIONS_MAX - 1)
        .execute(&mut *tx.conn)
        .await?;
        sqlx::query(
            "insert into sessions (token_hash, created_at, expires_at, last_used_at, browser, generation)
             values ($1, $2, $3, $2, $4, $5)",
        )
        .bind(sign_in.token_hash.as_str())
        .bind(now.micros())
        .bind(sign_in.expires_at.micros())
        .bind(sign_in.browser.as_str())
        .bind(sign_in.generation)
        .execute(&mut *tx.conn)
        .await?;
        Ok(true)
    }
}

struct NoteUse {
    token_hash: String,
    now: Timestamp,
}

impl Work for NoteUse {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("update sessions set last_used_at = $1 where token_hash = $2")
            .bind(self.now.micros())
            .bind(self.token_hash.as_str())
            .execute(&mut *tx.conn)
            .await?;
        Ok(())
    }
}

struct EndSessions(Ended);

impl Work for EndSessions {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (sql, value) = match &self.0 {
            Ended::This(hash) => ("delete from sessions where token_hash = $1", hash.as_str()),
            Ended::Listed(id) => ("delete from sessions where substr(token_hash, 1, 16) = $1", id.as_str()),
            Ended::Others(hash) => ("delete from sessions where token_hash <> $1", hash.as_str()),
            // Every token's hash differs from the empty text.
            Ended::All => ("delete from sessions where token_hash <> $1", ""),
        };
        sqlx::query(sql).bind(value).execute(&mut *tx.conn).await?;
        Ok(())
    }
}

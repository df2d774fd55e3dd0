//! Forgets one customer, from the command line, on a connection of its own beside running servers. It reads every order
//! and every dead letter, a page at a time, and writes in small transactions, so that no order waits for it. Whatever
//! it had done when it was interrupted stays done, and the next run does the rest.

use super::{ADDRESSES_PER_STEP_MAX, Erased, erase, log, waiting_comments, waiting_mails};
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{Clock, StoreError, beside, dead_letters, latest, subscribers};
use domain::{Email, Mention};
use sqlx::Row;

/// How often a transaction is tried that met a server's in the wrong order.
const DEADLOCK_TRIES_MAX: u32 = 5;
/// How often it asks for the write-ahead log to be emptied, while servers read and write.
const LOG_TRIES_MAX: u32 = 40;
/// Fails on a database of another version.
const PROBE: &str = "select is_comment_erased, erased_at, email_key, delivery, texts from feedback, dead_letters, subscribers, mails, latest_events limit 1";

/// A connection to a shop's database that may forget customers, and nothing else.
#[derive(Debug)]
pub struct ErasureDesk {
    conn: Conn,
    dialect: Dialect,
    clock: Clock,
}

/// A page of orders, and what of it is the customer's.
#[derive(Default)]
struct Page {
    /// Orders under the address.
    orders: Vec<i64>,
    /// Orders whose comment is the customer's, or holds the address.
    commented: Vec<i64>,
    last: Option<i64>,
}

impl ErasureDesk {
    /// Opens the database at `url`. It makes none, and changes no tables.
    ///
    /// # Errors
    /// [`StoreError::Open`] when there is no such database, or it is not one of this version.
    pub async fn open(url: &str, clock: Clock) -> Result<ErasureDesk, StoreError> {
        let (conn, dialect) = beside::open(url, PROBE).await?;
        Ok(ErasureDesk { conn, dialect, clock })
    }

    /// Where the customer would be forgotten. Changes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn find(&mut self, email: &Email) -> Result<Erased, StoreError> {
        self.walk(email, false).await
    }

    /// Deletes the address of the customer's orders, what the customer said of them, the customer's subscription, mails
    /// that wait, and every dead letter that holds the address. Whatever the case of its letters; what servers write
    /// meanwhile is not seen.
    ///
    /// # Errors
    /// What the database says. What was done until then stays done; forget the customer again.
    pub async fn forget(&mut self, email: &Email) -> Result<Erased, StoreError> {
        self.walk(email, true).await
    }

    /// Takes the deleted bytes out of SQLite's write-ahead log. False when servers read and wrote all the time, so that
    /// they may be in there until it is written over. PostgreSQL has no such file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn clean_log(&mut self) -> Result<bool, StoreError> {
        match self.dialect {
            Dialect::Sqlite => log::empty(&mut self.conn, LOG_TRIES_MAX).await,
            Dialect::Postgres => Ok(true),
        }
    }

    /// Rewrites SQLite's file, so that nothing stays in the free space of its pages either: not what was deleted before
    /// deleted values were overwritten, and no copy of a row that was moved. Orders wait meanwhile. PostgreSQL has its
    /// own `vacuum`, and this does nothing there.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when a server was writing all the time; else what the database says.
    pub async fn compact(&mut self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            sqlx::query("vacuum").execute(&mut self.conn).await?;
        }
        Ok(())
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.conn.close().await;
    }

    async fn walk(&mut self, email: &Email, is_erasing: bool) -> Result<Erased, StoreError> {
        let mention = Mention::of(email);
        let mut all = Erased::default();
        let mut after = 0;
        loop {
            let page = self.orders_after(&mention, after).await?;
            let Some(last) = page.last else { break };
            after = last;
            if page.orders.is_empty() && page.commented.is_empty() {
                continue;
            }
            let done = if is_erasing {
                let dialect = self.dialect;
                self.in_transaction(async |conn| erase(conn, dialect, &page.orders, &page.commented).await).await?
            } else {
                Erased {
                    orders: page.orders.len() as i64,
                    comments: page.commented.len() as i64,
                    events: waiting_comments(&mut self.conn, self.dialect, &page.commented).await?,
                    mails: waiting_mails(&mut self.conn, self.dialect, &page.orders).await?,
                    ..Erased::default()
                }
            };
            all.orders += done.orders;
            all.comments += done.comments;
            all.events += done.events;
            all.mails += done.mails;
        }
        let (subscriptions, mails) = if is_erasing {
            self.in_transaction(async |conn| subscribers::forget(conn, email).await).await?
        } else {
            subscribers::known(&mut self.conn, email).await?
        };
        all.subscriptions = subscriptions;
        all.mails += mails;
        all.latest = if is_erasing {
            self.in_transaction(async |conn| latest::forget(conn, &mention).await).await?
        } else {
            latest::naming(&mut self.conn, &mention).await?.len() as i64
        };
        all.letters = self.walk_letters(&mention, is_erasing).await?;
        Ok(all)
    }

    async fn walk_letters(&mut self, mention: &Mention, is_erasing: bool) -> Result<i64, StoreError> {
        let (mut letters, mut after) = (0, 0);
        loop {
            let found = dead_letters::holding(&mut self.conn, mention, after).await?;
            let Some(last) = found.last else { return Ok(letters) };
            after = last;
            if found.letters.is_empty() && found.words.is_empty() {
                continue;
            }
            letters += if is_erasing {
                let (dialect, now) = (self.dialect, self.clock.now());
                let clear = async |conn: &mut Conn| dead_letters::clear(conn, dialect, &found, mention, now).await;
                self.in_transaction(clear).await?
            } else {
                found.changed()
            };
        }
    }

    /// Looks at a page of orders. All of them are read, whatever their address: a long run without one must not make a
    /// statement take long.
    async fn orders_after(&mut self, mention: &Mention, after: i64) -> Result<Page, StoreError> {
        let rows = sqlx::query(
            "select orders.id, orders.email, feedback.comment
               from orders
               left join feedback on feedback.order_id = orders.id
              where orders.id > $1
              order by orders.id
              limit $2",
        )
        .bind(after)
        .bind(ADDRESSES_PER_STEP_MAX)
        .fetch_all(&mut self.conn)
        .await?;
        let mut page = Page::default();
        for row in &rows {
            let id = row.try_get(0)?;
            page.last = Some(id);
            let is_theirs = mention.is(&row.try_get::<String, _>(1)?);
            if is_theirs {
                page.orders.push(id);
            }
            let comment: Option<String> = row.try_get(2)?;
            if comment.is_some_and(|comment| is_theirs || mention.is_in(comment.as_bytes())) {
                page.commented.push(id);
            }
        }
        Ok(page)
    }

    async fn in_transaction<T>(
        &mut self,
        work: impl AsyncFn(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut deadlocks = 0;
        loop {
            self.conn.at_once(self.dialect.begin()).await?;
            let error = match work(&mut self.conn).await {
                Ok(done) => {
                    self.conn.commit().await?;
                    return Ok(done);
                }
                Err(error) => error,
            };
            let is_rolled_back = self.conn.at_once("rollback").await.is_ok();
            if !is_rolled_back || !error.is_deadlock() || deadlocks == DEADLOCK_TRIES_MAX {
                return Err(error);
            }
            deadlocks += 1;
        }
    }
}

//! Clears the dead letters that hold a customer's address. Topic, offset and reason stay, so that the letter is not
//! kept anew and the owner sees what became of it. Called where a customer is forgotten.

use super::headers;
use crate::StoreError;
use crate::connection::Conn;
use crate::dialect::Dialect;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Mention, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Letters that are in memory at once; each may be some megabytes.
const LETTERS_PER_PAGE: i64 = 20;
/// What stands in place of words that held the address.
const WORDS_ERASED: &str = "(deleted: it held the address of a customer who was forgotten)";

/// A page of letters, and which of them hold the address.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// Letters whose key, value, headers or correction hold it.
    pub(crate) letters: Vec<i64>,
    /// Letters whose reason, or the owner's reason for discarding them, holds it.
    pub(crate) words: Vec<i64>,
    /// The last letter of the page; `None` when there are no more.
    pub(crate) last: Option<i64>,
}

impl Holding {
    /// How many letters hold it, in whatever place.
    pub(crate) fn changed(&self) -> i64 {
        let words_alone = self.words.iter().filter(|id| !self.letters.contains(id)).count();
        (self.letters.len() + words_alone) as i64
    }
}

/// Looks at the letters behind number `after`, a page of them.
pub(crate) async fn holding(conn: &mut Conn, mention: &Mention, after: i64) -> Result<Holding, StoreError> {
    let rows = sqlx::query(
        "select id, reason, discard_reason, record_headers, record_key, record_value, corrected_value
           from dead_letters
          where id > $1
          order by id
          limit $2",
    )
    .bind(after)
    .bind(LETTERS_PER_PAGE)
    .fetch_all(conn)
    .await?;
    let mut found = Holding::default();
    for row in &rows {
        let id = row.try_get(0)?;
        found.last = Some(id);
        if record_holds(row, mention)? {
            found.letters.push(id);
        }
        if text(row, 1)?.is_some_and(|words| mention.is_in(words.as_bytes()))
            || text(row, 2)?.is_some_and(|words| mention.is_in(words.as_bytes()))
        {
            found.words.push(id);
        }
    }
    Ok(found)
}

fn record_holds(row: &AnyRow, mention: &Mention) -> Result<bool, StoreError> {
    let json = text(row, 3)?.unwrap_or_default();
    let in_headers = match headers::of_json(&json) {
        Ok(headers) => headers
            .iter()
            .any(|(name, value)| mention.is_in(name) || value.as_ref().is_some_and(|value| mention.is_in(value))),
        // One that cannot be read must not keep the customer from being forgotten.
        Err(_) => mention.is_in(json.as_bytes()),
    };
    if in_headers {
        return Ok(true);
    }
    for column in 4..=6 {
        if let Some(base64) = text(row, column)?
            && STANDARD.decode(&base64).map_or_else(|_| mention.is_in(base64.as_bytes()), |bytes| mention.is_in(&bytes))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn text(row: &AnyRow, column: usize) -> Result<Option<String>, StoreError> {
    Ok(row.try_get(column)?)
}

/// Clears what was found, in the transaction that is open. Answers how many letters were changed.
pub(crate) async fn clear(
    conn: &mut Conn,
    dialect: Dialect,
    found: &Holding,
    mention: &Mention,
    now: Timestamp,
) -> Result<i64, StoreError> {
    // That a correction was sent back stays known, not what it was.
    let sql = dialect.with_rows(
        "update dead_letters
            set record_key = null, record_value = null, record_headers = '[]',
                corrected_value = case when corrected_value is null then null else '' end,
                key_bytes = null, value_bytes = null, kept_bytes = 0, erased_at = coalesce(erased_at, $2)
          where id in (select cast(value ->> 0 as bigint) from {rows})",
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(crate::erasure::json_rows(&found.letters)?)
        .bind(now.micros())
        .execute(&mut *conn)
        .await?;
    for id in &found.words {
        erase_words(conn, *id, mention).await?;
    }
    Ok(found.changed())
}

async fn erase_words(conn: &mut Conn, id: i64, mention: &Mention) -> Result<(), StoreError> {
    let sql = "select reason, discard_reason from dead_letters where id = $1";
    let Some(row) = sqlx::query(sql).bind(id).fetch_optional(&mut *conn).await? else { return Ok(()) };
    let without = |words: Option<String>| {
        words.map(|words| if mention.is_in(words.as_bytes()) { WORDS_ERASED.to_owned() } else { words })
    };
    sqlx::query("update dead_letters set reason = $2, discard_reason = $3 where id = $1")
        .bind(id)
        .bind(without(text(&row, 0)?))
        .bind(without(text(&row, 1)?))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

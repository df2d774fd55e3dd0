//! Orders: made in one transaction with their lines and their outbox row, found by token or by submission key.

use crate::connection::Conn;
use crate::mails::{self, About};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError, catalog, erasure, feedback, outbox};
use domain::{
    Email, EventBody, Field, FieldError, Good, Money, NewOrder, OrderToken, Problem, Receipt, ReceiptLine,
    SubmissionKey, Timestamp,
};
use sqlx::Row;

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The order was made.
    New(OrderToken),
    /// The same form made this order before; nothing new was made.
    Repeated(OrderToken),
    /// The form's key made an order of other content; nothing was made.
    SubmissionKeyReused,
    /// A good vanished or changed its price; nothing was made.
    Rejected(Vec<FieldError>),
}

impl Store {
    /// Makes an order: the order, its lines and its outbox row in one transaction. The submission key is looked up
    /// first; prices come from the database.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::DiskFull`] when trying again later, with the same key, helps; else what
    /// the database says.
    pub async fn place_order(&self, order: NewOrder) -> Result<Placed, StoreError> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|error| StoreError::Open(format!("no random bits: {error}")))?;
        let token = OrderToken::from_random(u128::from_be_bytes(bits));
        let sends_receipt = self.options.sends_mail;
        self.writer.run_in_time(PlaceOrder { order, token, sends_receipt }).await
    }

    /// The order with this token.
    ///
    /// # Errors
    /// What the database says.
    pub async fn receipt(&self, token: &OrderToken) -> Result<Option<Receipt>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        receipt(&mut conn, "token", token.as_str()).await
    }

    /// The orders with these tokens, in their order; a token that names none is passed over.
    ///
    /// # Errors
    /// What the database says.
    pub async fn receipts(&self, tokens: &[OrderToken]) -> Result<Vec<Receipt>, StoreError> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = self.readers.acquire().await?;
        let mut receipts = Vec::with_capacity(tokens.len());
        for token in tokens {
            receipts.extend(receipt(&mut conn, "token", token.as_str()).await?);
        }
        Ok(receipts)
    }

    /// The order that this form made.
    ///
    /// # Errors
    /// What the database says.
    pub async fn receipt_of_submission(&self, key: &SubmissionKey) -> Result<Option<Receipt>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        receipt(&mut conn, "submission_key", key.as_str()).await
    }
}

/// The job of making one order.
struct PlaceOrder {
    order: NewOrder,
    token: OrderToken,
    sends_receipt: bool,
}

impl Work for PlaceOrder {
    type Output = Placed;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Placed, StoreError> {
        let key = self.order.submission_key.as_str();
        if let Some(first) = receipt(tx.conn, "submission_key", key).await? {
            let is_same = first.has_content_of(&self.order);
            return Ok(if is_same { Placed::Repeated(first.token) } else { Placed::SubmissionKeyReused });
        }
        let lines = match priced_lines(&self.order, &catalog::goods(tx.conn).await?) {
            Ok(lines) => lines,
            Err(errors) => return Ok(Placed::Rejected(errors)),
        };
        let amount = lines.iter().map(|line| line.quantity).sum();
        // At most 500 goods, at prices that the catalog holds: far from the end of i64.
        let total = Money::from_cents(lines.iter().map(|line| line.total.cents()).sum());
        let event_time = tx.event_time();
        let order_id = self.insert(tx, amount, total, event_time).await?;
        insert_lines(tx, order_id, &lines).await?;
        tx.rollups.add_goods(event_time, &lines);
        let body =
            EventBody::Order { order_id, order_amount: amount, order_total_price: total, is_paid: self.order.is_paid };
        outbox::insert(tx, event_time, &body).await?;
        if self.sends_receipt {
            mails::put(tx, About::Receipt { order_id }).await?;
        }
        Ok(Placed::New(self.token.clone()))
    }
}

impl PlaceOrder {
    async fn insert(&self, tx: &mut Tx<'_>, amount: i64, total: Money, at: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "insert into orders (token, submission_key, email, is_paid, amount, total_price, event_time)
             values ($1, $2, $3, $4, $5, $6, $7)
             returning id",
        )
        .bind(self.token.as_str())
        .bind(self.order.submission_key.as_str())
        .bind(self.order.email.as_str())
        .bind(i64::from(self.order.is_paid))
        .bind(amount)
        .bind(total.cents())
        .bind(at.micros())
        .fetch_one(&mut *tx.conn)
        .await?;
        Ok(row.try_get(0)?)
    }
}

/// Prices every line from the catalog; a good that vanished or changed its price since it was shown is an error.
fn priced_lines(order: &NewOrder, goods: &[Good]) -> Result<Vec<ReceiptLine>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut lines = Vec::new();
    for line in &order.lines {
        let mut reject = |problem| errors.push(FieldError::new(Field::Quantity(line.slug.clone()), problem));
        let Some(good) = goods.iter().find(|good| good.slug == line.slug) else {
            reject(Problem::GoodVanished);
            continue;
        };
        if good.price != line.shown_price {
            reject(Problem::PriceChanged(good.price));
            continue;
        }
        lines.push(ReceiptLine {
            slug: good.slug.clone(),
            name: good.name.clone(),
            unit: good.unit.clone(),
            quantity: line.quantity,
            price: good.price,
            total: Money::from_cents(good.price.cents() * line.quantity),
        });
    }
    if errors.is_empty() { Ok(lines) } else { Err(errors) }
}

async fn insert_lines(tx: &mut Tx<'_>, order_id: i64, lines: &[ReceiptLine]) -> Result<(), StoreError> {
    let rows: Vec<_> =
        lines.iter().map(|line| (&line.slug, &line.name, &line.unit, line.quantity, line.price.cents())).collect();
    let sql = tx.dialect.with_rows(
        "insert into order_lines (order_id, slug, name, unit, quantity, price)
         select cast($2 as bigint), value ->> 0, value ->> 1, value ->> 2,
                cast(value ->> 3 as bigint), cast(value ->> 4 as bigint)
           from {rows}",
    );
    let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json).bind(order_id).execute(&mut *tx.conn).await?;
    Ok(())
}

/// The order of this number.
pub(crate) async fn receipt_of(conn: &mut Conn, order_id: i64) -> Result<Option<Receipt>, StoreError> {
    let sql = "select token from orders where id = $1";
    match sqlx::query(sql).bind(order_id).fetch_optional(&mut *conn).await? {
        Some(row) => receipt(conn, "token", &row.try_get::<String, _>(0)?).await,
        None => Ok(None),
    }
}

/// The order whose `column`, one of the two unique ones, holds `value`.
async fn receipt(conn: &mut Conn, column: &'static str, value: &str) -> Result<Option<Receipt>, StoreError> {
    let sql = format!(
        "select orders.id, token, email, is_paid, orders.event_time, amount, total_price, {}
               from orders
               left join feedback on feedback.order_id = orders.id
              where {column} = $1",
        feedback::COLUMNS,
    );
    let Some(order) = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let order_id: i64 = order.try_get(0)?;
    let unreadable = |what: &str| StoreError::Corrupt(format!("{what} of order {order_id}"));
    let token: String = order.try_get(1)?;
    let email: String = order.try_get(2)?;
    Ok(Some(Receipt {
        order_id,
        token: OrderToken::parse(&token).ok_or_else(|| unreadable("token"))?,
        email: match email.as_str() {
            erasure::NO_ADDRESS => None,
            email => Some(Email::parse(email).map_err(|_| unreadable("email"))?),
        },
        is_paid: order.try_get::<i64, _>(3)? != 0,
        event_time: Timestamp::from_micros(order.try_get(4)?),
        lines: receipt_lines(conn, order_id).await?,
        amount: order.try_get(5)?,
        total: Money::from_cents(order.try_get(6)?),
        feedback: match order.try_get::<Option<i64>, _>(7)? {
            Some(_) => Some(feedback::feedback(&order, 7)?),
            None => None,
        },
    }))
}

async fn receipt_lines(conn: &mut Conn, order_id: i64) -> Result<Vec<ReceiptLine>, StoreError> {
    let sql = "select slug, name, unit, quantity, price from order_lines where order_id = $1 order by slug";
    let rows = sqlx::query(sql).bind(order_id).fetch_all(&mut *conn).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (quantity, price): (i64, i64) = (row.try_get(3)?, row.try_get(4)?);
        lines.push(ReceiptLine {
            slug: row.try_get(0)?,
            name: row.try_get(1)?,
            unit: row.try_get(2)?,
            quantity,
            price: Money::from_cents(price),
            total: Money::from_cents(price * quantity),
        });
    }
    Ok(lines)
}

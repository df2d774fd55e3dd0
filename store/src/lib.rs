//! The only SQL: orders, outbox, minutes, positions, sessions. Knows no leptos, no Kafka, no files.
#![expect(
    missing_docs,
    clippy::todo,
    unused_variables,
    clippy::unused_async,
    reason = "signatures only, for now"
)]

use domain::{
    FieldError, Good, NewOrder, OrderToken, PagePath, Receipt, SubmissionKey, Timestamp, ViewKind,
};

/// The database of one shop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {}

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

/// Why the database did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the database, or it is too slow; trying again helps.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Anything else.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// A page view on its way to the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageView {
    pub path: PagePath,
    pub kind: ViewKind,
}

impl Store {
    /// Every good that is sold, in the order in which the shop shows them.
    pub async fn goods(&self) -> Result<Vec<Good>, StoreError> {
        todo!()
    }
    /// The order with this token.
    pub async fn receipt(&self, token: &OrderToken) -> Result<Option<Receipt>, StoreError> {
        todo!()
    }
    /// The order that this form made.
    pub async fn receipt_of_submission(
        &self,
        key: &SubmissionKey,
    ) -> Result<Option<Receipt>, StoreError> {
        todo!()
    }
    /// Makes an order: order, lines and outbox row in one transaction; looks the submission key up first.
    pub async fn place_order(&self, order: NewOrder) -> Result<Placed, StoreError> {
        todo!()
    }
    /// Starts a session; `token_hash` is the hexadecimal SHA-256 of the cookie's token.
    pub async fn start_session(
        &self,
        token_hash: String,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// Whether the session exists, is not revoked and has not run out.
    pub async fn session_is_valid(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        todo!()
    }
    /// Ends a session.
    pub async fn revoke_session(&self, token_hash: String) -> Result<(), StoreError> {
        todo!()
    }
    /// The owner's password as an argon2 hash in PHC form; `None` before the first start.
    pub async fn owner_password_hash(&self) -> Result<Option<String>, StoreError> {
        todo!()
    }
    /// Sets the owner's password hash and ends all sessions.
    pub async fn set_owner_password_hash(&self, hash: String) -> Result<(), StoreError> {
        todo!()
    }
    /// The clock that stamps everything.
    pub fn now(&self) -> Timestamp {
        todo!()
    }
}

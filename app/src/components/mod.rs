//! Views of what the domain knows. They never call the server and never read the address; pages do.

pub mod error_summary;
pub mod good_card;
pub mod notice;
pub mod order_failure;
pub mod order_line;
pub mod receipt;
pub mod site_frame;

pub use error_summary::ErrorSummary;
pub use good_card::GoodCard;
pub use notice::Notice;
pub use order_failure::OrderFailure;
pub use order_line::{FieldMessage, OrderLine, OrderLineField, message_of};
pub use receipt::ReceiptView;
pub use site_frame::{SiteFooter, SiteHeader};

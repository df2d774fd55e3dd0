//! Views of what the domain knows. They never call the server and never read the address; pages do.

pub mod axis;
pub mod chart;
pub mod closed_minutes;
pub mod connection;
pub mod error_summary;
pub mod good_card;
pub mod hour;
pub mod last_hour;
pub mod minute_table;
pub mod notice;
pub mod number;
pub mod order_failure;
pub mod order_line;
pub mod pipeline;
pub mod receipt;
pub mod site_frame;
pub mod tiles;
pub mod verification;

pub use chart::Chart;
pub use closed_minutes::ClosedMinutes;
pub use connection::{Connection, ConnectionBadge};
pub use error_summary::ErrorSummary;
pub use good_card::GoodCard;
pub use last_hour::LastHour;
pub use minute_table::MinuteTable;
pub use notice::Notice;
pub use order_failure::OrderFailure;
pub use order_line::{FieldMessage, OrderLine, OrderLineField, message_of};
pub use pipeline::PipelineState;
pub use receipt::ReceiptView;
pub use site_frame::{SiteFooter, SiteHeader};
pub use tiles::{OpenMinute, Today};
pub use verification::VerificationState;

//! The only place that touches what the browser itself has: addresses and history, time, streams. Islands
//! call it, and change their own elements; the server compiles it, and never runs it.

pub mod address;
pub mod elements;
pub mod event_stream;
pub mod motion;
pub mod pointer;

pub use address::{go_to, load_again, load_again_once_there, present_query, present_topic, show_query};
pub use event_stream::{Follower, follow};
pub use motion::{may_move, rise};
pub use pointer::slot_at;

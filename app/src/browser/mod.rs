//! The only place that touches the browser's own objects. Pages call it from effects and event handlers, which never
//! run on the server.

pub mod caller;
pub mod document;
pub mod event_stream;
pub mod history;
pub mod hydrated_mark;
pub mod motion;
pub mod navigation_beacon;
pub mod pointer;
#[cfg(not(feature = "ssr"))]
pub mod randomness;
pub mod theme;

pub use caller::Caller;
pub use document::{focus, is_ticked, load_again_once_there, post_form, print_page, type_into, typed_in};
pub use event_stream::{Follower, Following, follow};
pub use history::{Journey, listen_to_history, present_address, scroll_to, show_address};
pub use hydrated_mark::HydratedMark;
pub use motion::{may_move, rise};
pub use navigation_beacon::NavigationBeacon;
pub use pointer::slot_at;
#[cfg(not(feature = "ssr"))]
pub use randomness::random_bits;
pub use theme::show_theme;

//! The way from an address to a page, and from page to page without loading the shop again.
//!
//! It is as small as a dozen fixed addresses allow, since every page of the shop carries it. A page has a [`Location`]
//! of its own: while the next one is prepared, the one that is still shown sees no change. `table` is the route table,
//! `journey` goes to another page, `browser::history` listens to clicks and to the browser's own buttons.

mod address;
pub mod journey;
mod location;
mod table;

pub use address::{Address, ParamsMap};
pub use journey::{Preparation, Router, Shown, provide_router, use_navigate};
pub use location::{Location, use_location, use_params_map, use_query_map};
pub use table::{Page, ROUTES};

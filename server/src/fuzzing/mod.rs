//! What must hold of every parser that meets strangers, whatever it is given: one function for each fuzz target.
//!
//! Each takes the bytes of one input and panics when a property does not hold. The fuzzer finds inputs; the committed
//! ones run with the tests. Not part of any build of the shop itself. Called by `fuzz/` and by the test below.

mod environment;
mod fields;
mod files;
mod letters;
mod owner;
mod records;
#[cfg(test)]
mod replay;

pub use crate::http::fuzzing::{addresses, cookies, order_form};
pub use environment::environment;
pub use fields::fields;
pub use files::files;
pub use letters::letters;
pub use owner::{reports, rules};
pub use records::records;

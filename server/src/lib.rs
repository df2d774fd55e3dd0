//! The shop's server: what `main` starts and the tests start in one piece.

pub mod http;

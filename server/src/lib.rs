//! The shop's binary as a library, so that tests can start a whole shop.

pub mod cli;
pub mod config;

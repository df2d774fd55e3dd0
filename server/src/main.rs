//! The shop's binary.
fn main() {}

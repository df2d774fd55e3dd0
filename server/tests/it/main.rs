//! The server's integration tests: one binary, so that it links once.

#[cfg(test)]
mod harness;
#[cfg(test)]
mod journey;
mod tidy;

//! Why a shop does not start, for a person.

use crate::config::ConfigError;
use crate::password::PasswordError;
use std::io;
use std::net::SocketAddr;
use store::StoreError;

/// Why the shop does not start; each in one line for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// An address that cannot be listened on.
    #[error("{variable}: cannot listen on {addr}: {error}")]
    Listen {
        /// The variable that named it.
        variable: &'static str,
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The owner's password.
    #[error("ADMIN_PASSWORD: {0}")]
    Password(#[from] PasswordError),
    /// The system.
    #[error("cannot start: {0}")]
    Io(#[from] io::Error),
}

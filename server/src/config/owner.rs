//! The owner's password, and how secrets are carried: nothing that prints a configuration prints one.

use super::ConfigError;
use super::vars::Vars;
use crate::password::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use std::fmt;

/// A value that must not appear in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(super) fn new(value: &str) -> Self {
        Secret(value.to_owned())
    }

    /// The value itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

pub(super) fn admin_password(vars: &Vars) -> Result<Option<Secret>, ConfigError> {
    let name = "ADMIN_PASSWORD";
    match vars.get(name)? {
        None => Ok(None),
        Some(password) if password.chars().count() < PASSWORD_CHARS_MIN => {
            Err(ConfigError::new(name, format!("is too short: at least {PASSWORD_CHARS_MIN} characters, or unset it")))
        }
        Some(password) if password.len() > PASSWORD_BYTES_MAX => {
            Err(ConfigError::new(name, format!("is too long: at most {PASSWORD_BYTES_MAX} bytes")))
        }
        Some(password) => Ok(Some(Secret::new(password))),
    }
}

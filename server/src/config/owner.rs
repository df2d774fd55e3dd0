//! The owner's password.

use super::ConfigError;
use super::vars::Vars;
use crate::password::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use domain::Secret;

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

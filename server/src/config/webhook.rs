//! Where alerts are sent. The whole address is a secret: many receivers know their senders by its path.

use super::ConfigError;
use super::vars::Vars;
use domain::Secret;
use sinks::webhook::WebhookConfig;
use url::Url;

const URL: &str = "ALERT_WEBHOOK_URL";
const SECRET: &str = "ALERT_WEBHOOK_SECRET";

/// The shortest secret that is accepted, in characters: 16 random bytes in hexadecimal.
const SECRET_CHARS_MIN: usize = 32;
/// The longest one, in bytes.
const SECRET_BYTES_MAX: usize = 1_024;
/// The longest address, in bytes.
const URL_BYTES_MAX: usize = 2_048;

pub(super) fn from_vars(vars: &Vars) -> Result<Option<WebhookConfig>, ConfigError> {
    let (url, secret) = (vars.get(URL)?, vars.get(SECRET)?);
    let Some(url) = url else {
        return match secret {
            None => Ok(None),
            Some(_) => Err(ConfigError::new(SECRET, format!("needs {URL}, or unset it"))),
        };
    };
    // The value is never repeated: it may be a secret.
    let refused = |problem: &str| ConfigError::new(URL, problem);
    if url.len() > URL_BYTES_MAX {
        return Err(refused(&format!("is too long: at most {URL_BYTES_MAX} bytes")));
    }
    let parsed = Url::parse(url).map_err(|_| refused("is not an address such as https://hooks.example.com/pantry"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(refused("is neither http:// nor https://"));
    }
    let Some(host) = parsed.host_str() else { return Err(refused("names no host")) };
    let port = parsed.port().map_or(String::new(), |port| format!(":{port}"));
    let host = format!("{}://{host}{port}", parsed.scheme());
    Ok(Some(WebhookConfig { url: Secret::new(parsed.as_str()), host, secret: signing_secret(secret)? }))
}

fn signing_secret(secret: Option<&str>) -> Result<Secret, ConfigError> {
    match secret {
        None => Err(ConfigError::new(SECRET, format!("is missing: {URL} is set, and messages are signed with it"))),
        Some(secret) if secret.chars().count() < SECRET_CHARS_MIN => {
            Err(ConfigError::new(SECRET, format!("is too short: at least {SECRET_CHARS_MIN} characters")))
        }
        Some(secret) if secret.len() > SECRET_BYTES_MAX => {
            Err(ConfigError::new(SECRET, format!("is too long: at most {SECRET_BYTES_MAX} bytes")))
        }
        Some(secret) => Ok(Secret::new(secret)),
    }
}

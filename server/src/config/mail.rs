//! The mail server that customers' mails go out by, and the shop's address in them. `SMTP_URL` is read as the crate
//! `lettre` reads it; it may hold a password, so that nothing of it is repeated but the host.

use super::ConfigError;
use super::vars::Vars;
use domain::Secret;
use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use sinks::mailer::{Encryption, MailConfig};
use url::{Host, Url};

const URL: &str = "SMTP_URL";
const FROM: &str = "MAIL_FROM";
const PUBLIC_URL: &str = "PUBLIC_URL";

/// The longest address, in bytes.
const URL_BYTES_MAX: usize = 2_048;
/// The longest address of the shop: links in mails stay in a line of 998 bytes (RFC 5322, 2.1.1).
const PUBLIC_URL_BYTES_MAX: usize = 256;

pub(super) fn from_vars(vars: &Vars) -> Result<Option<MailConfig>, ConfigError> {
    let public_url = vars.get(PUBLIC_URL)?.map(public_url).transpose()?;
    let Some(url) = vars.get(URL)? else {
        return match vars.get(FROM)? {
            None => Ok(None),
            Some(_) => Err(ConfigError::new(FROM, format!("needs {URL}, or unset it"))),
        };
    };
    let missing = |name: &str, why: &str| ConfigError::new(name, format!("is missing: {URL} is set, and {why}"));
    let from = vars.get(FROM)?.ok_or_else(|| missing(FROM, "mails must say whom they are from"))?;
    let from = from
        .parse::<Mailbox>()
        .map_err(|_| ConfigError::new(FROM, format!("{from:?} is not an address such as Pantry <shop@example.com>")))?;
    let public_url = public_url.ok_or_else(|| missing(PUBLIC_URL, "mails have links to the shop"))?;
    with_server(url, from, public_url).map(Some)
}

fn with_server(url: &str, from: Mailbox, public_url: String) -> Result<MailConfig, ConfigError> {
    let refused = |problem: &str| ConfigError::new(URL, problem);
    if url.len() > URL_BYTES_MAX {
        return Err(refused(&format!("is too long: at most {URL_BYTES_MAX} bytes")));
    }
    let parsed = Url::parse(url)
        .map_err(|_| refused("is not an address such as smtp://user:password@mail.example.com:587?tls=required"))?;
    let tls: Vec<_> = parsed.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let tls: Vec<_> = tls.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (encryption, port) = match (parsed.scheme(), &tls[..]) {
        ("smtp", []) => (Encryption::None, 25),
        ("smtp", [("tls", "opportunistic")]) => (Encryption::Opportunistic, 587),
        ("smtp", [("tls", "required")]) => (Encryption::Required, 587),
        ("smtps", []) => (Encryption::Whole, 465),
        ("smtp" | "smtps", _) => {
            return Err(refused(
                "has an unknown option; smtp:// takes ?tls=required or ?tls=opportunistic, smtps:// none",
            ));
        }
        _ => return Err(refused("is neither smtp:// nor smtps://")),
    };
    let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or_else(|| refused("names no host"))?;
    let decode = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8().map_err(|_| refused("is not valid UTF-8"))?;
        Ok::<_, ConfigError>(decoded.into_owned())
    };
    let credentials = match (parsed.username(), parsed.password()) {
        ("", None) => None,
        (user, Some(password)) => Some((decode(user)?, Secret::new(&decode(password)?))),
        (_, None) => return Err(refused("names a user without a password")),
    };
    let hello_name = match decode(parsed.path().trim_matches('/'))?.as_str() {
        "" => host_of(&public_url),
        name if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte)) => name.to_owned(),
        _ => return Err(refused("has a path that is no name to greet the mail server by")),
    };
    Ok(MailConfig {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: parsed.port().unwrap_or(port),
        encryption,
        credentials,
        hello_name,
        from,
        public_url,
    })
}

/// Scheme, host and port of the shop; nothing else is at its address.
fn public_url(text: &str) -> Result<String, ConfigError> {
    let refused = || {
        let problem = format!("{text:?} is not an address such as https://shop.example.com, without a path");
        ConfigError::new(PUBLIC_URL, problem)
    };
    let parsed = Url::parse(text).map_err(|_| refused())?;
    let is_origin = matches!(parsed.scheme(), "http" | "https")
        && parsed.has_host()
        && parsed.path() == "/"
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    let origin = parsed.origin().ascii_serialization();
    if is_origin && origin.len() <= PUBLIC_URL_BYTES_MAX { Ok(origin) } else { Err(refused()) }
}

/// The host of a shop's address, as a mail server is greeted with it.
fn host_of(public_url: &str) -> String {
    let parsed = Url::parse(public_url).ok();
    match parsed.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(ip)) => format!("[{ip}]"),
        Some(Host::Ipv6(ip)) => format!("[IPv6:{ip}]"),
        None => "localhost".to_owned(),
    }
}

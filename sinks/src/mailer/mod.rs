//! The way to the mail server: writes a mail and hands it over, once, on a connection of its own. Waits no longer than
//! its time-out, whatever the server does. Made at start; called by the pipeline's `mails`.

use domain::{Mail, Secret, Timestamp};
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

/// How long the mail server may take for one mail; shorter than the sender's claim.
const SENT_WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to say good-bye, once it has the mail.
const QUIT_WITHIN: Duration = Duration::from_secs(1);

/// How mails go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfig {
    /// `SMTP_URL`: the mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is encrypted.
    pub encryption: Encryption,
    /// Who the shop is there, where that is asked: user and password.
    pub credentials: Option<(String, Secret)>,
    /// The name by which the shop greets it.
    pub hello_name: String,
    /// `MAIL_FROM`: whom mails are from.
    pub from: Mailbox,
    /// `PUBLIC_URL`: where customers reach the shop, without a slash at the end.
    pub public_url: String,
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// `smtp://`: not at all.
    None,
    /// `smtp://…?tls=opportunistic`: by STARTTLS where the server has it.
    Opportunistic,
    /// `smtp://…?tls=required`: by STARTTLS, or no mail is sent.
    Required,
    /// `smtps://`: from the first byte on.
    Whole,
}

impl MailConfig {
    /// Whether a password would travel unencrypted, over a network.
    #[must_use]
    pub fn shows_password(&self) -> bool {
        let is_here =
            self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let is_open = matches!(self.encryption, Encryption::None | Encryption::Opportunistic);
        self.credentials.is_some() && is_open && !is_here
    }
}

/// Where mails go out.
pub struct Mailer {
    config: MailConfig,
    /// Who the server must prove to be, where the way to it may be encrypted.
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Mails since this process was started, and those that wait in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Mails that the mail server took.
    pub delivered: u64,
    /// Tries that failed.
    pub failed: u64,
    /// Mails that were given up.
    pub given_up: u64,
    /// Mails that wait.
    pub waiting: i64,
}

/// Why a mail did not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSent {
    /// In words, without an address.
    pub why: String,
    /// No other try can do better.
    pub is_final: bool,
}

impl NotSent {
    fn for_now(why: impl Into<String>) -> NotSent {
        NotSent { why: without_addresses(&why.into()), is_final: false }
    }

    fn for_good(why: impl Into<String>) -> NotSent {
        NotSent { why: without_addresses(&why.into()), is_final: true }
    }
}

impl Mailer {
    /// The way to this mail server.
    ///
    /// # Errors
    /// In words, why certificates cannot be checked.
    pub fn new(config: MailConfig) -> Result<Mailer, String> {
        let tls = match config.encryption {
            Encryption::None => None,
            Encryption::Opportunistic | Encryption::Required | Encryption::Whole => Some(
                TlsParameters::new(config.host.clone())
                    .map_err(|error| format!("certificates cannot be checked: {}", in_words(&error)))?,
            ),
        };
        if config.shows_password() {
            tracing::warn!(
                "SMTP_URL: the password may travel unencrypted to {}; use smtps:// or ?tls=required",
                config.host
            );
        }
        let credentials = config
            .credentials
            .as_ref()
            .map(|(user, secret)| Credentials::new(user.clone(), secret.reveal().to_owned()));
        Ok(Mailer { config, tls, credentials })
    }

    /// Hands a mail over; `delivery` and `made_at` are the same on every try.
    pub async fn send(&self, delivery: &str, made_at: Timestamp, mail: &Mail) -> Result<(), NotSent> {
        let message = self.message(delivery, made_at, mail)?;
        let mut connection = match tokio::time::timeout(SENT_WITHIN, self.hand_over(&message)).await {
            Ok(handed_over) => handed_over?,
            Err(_) => return Err(NotSent::for_now(format!("no answer within {} seconds", SENT_WITHIN.as_secs()))),
        };
        // It has the mail; that it is slow to part is no reason to send it again.
        let _ = tokio::time::timeout(QUIT_WITHIN, connection.abort()).await;
        Ok(())
    }

    /// The mail as it travels. Every value is one that lettre parsed: none can end its header's line.
    fn message(&self, delivery: &str, made_at: Timestamp, mail: &Mail) -> Result<Message, NotSent> {
        let unwritable = |error: &dyn fmt::Display| NotSent::for_good(format!("the mail cannot be written: {error}"));
        let to = mail.recipient().ok_or_else(|| NotSent::for_good("the mail has nobody to go to"))?;
        let to: Address =
            to.as_str().parse().map_err(|_| NotSent::for_good("no mail can be sent to such an address"))?;
        let text = mail.written(&self.config.public_url);
        let since_1970 = Duration::from_micros(u64::try_from(made_at.micros()).unwrap_or(0));
        let mut builder = Message::builder()
            .from(self.config.from.clone())
            .to(Mailbox::new(None, to))
            .subject(text.subject)
            .date(SystemTime::UNIX_EPOCH + since_1970)
            .message_id(Some(format!("<{delivery}@{}>", self.config.from.email.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(leave) = text.leave_address {
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{leave}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        builder.header(ContentType::TEXT_PLAIN).body(text.body).map_err(|error| unwritable(&error))
    }

    async fn hand_over(&self, message: &Message) -> Result<AsyncSmtpConnection, NotSent> {
        let not_taken = |error: lettre::transport::smtp::Error| NotSent::for_now(in_words(&error));
        let config = &self.config;
        let server = (config.host.as_str(), config.port);
        let name = ClientId::Domain(config.hello_name.clone());
        let (at_once, later) = match config.encryption {
            Encryption::Whole => (self.tls.clone(), None),
            Encryption::None | Encryption::Opportunistic | Encryption::Required => (None, self.tls.clone()),
        };
        let connected = AsyncSmtpConnection::connect_tokio1(server, Some(SENT_WITHIN), &name, at_once, None);
        let mut connection = connected.await.map_err(not_taken)?;
        if let Some(tls) = later
            && (config.encryption == Encryption::Required || connection.can_starttls())
        {
            connection.starttls(tls, &name).await.map_err(not_taken)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(not_taken)?;
        }
        connection.send(message.envelope(), &message.formatted()).await.map_err(not_taken)?;
        Ok(connection)
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// What the server answered, or else the last cause, which says what happened.
fn in_words(error: &lettre::transport::smtp::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    match error.status() {
        Some(code) => format!("answered {code}: {last}"),
        None => last.to_string(),
    }
}

/// A server's answer may repeat whom the mail was to, which belongs into no log and no table.
fn without_addresses(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.map(|word| if word.contains('@') { "(address)" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

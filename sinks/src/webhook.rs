//! The receiver of alerts: signs a message and posts it, once. Follows no redirect, waits no longer than its time-out,
//! reads no answer but its status. Made at start; called by the pipeline's `deliveries`.

use domain::{Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use sha2::Sha256;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How long a receiver may take for its answer; shorter than the sender's claim.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const SIGNATURE: &str = "Pantry-Signature";
const DELIVERY: &str = "Pantry-Delivery";

/// The receiver of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookConfig {
    /// `ALERT_WEBHOOK_URL`: what is posted to, over http or https.
    pub url: Secret,
    /// Its scheme and host, which may be shown.
    pub host: String,
    /// `ALERT_WEBHOOK_SECRET`: what messages are signed with.
    pub secret: Secret,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub struct Receiver {
    config: WebhookConfig,
    client: Client,
}

impl Receiver {
    /// The way to this receiver.
    ///
    /// # Errors
    /// In words, why nothing can be posted.
    pub fn new(config: WebhookConfig) -> Result<Receiver, String> {
        let mut client = Client::builder()
            .redirect(Policy::none())
            // Settings are variables of Pantry's own.
            .no_proxy()
            .user_agent(concat!("Pantry/", env!("CARGO_PKG_VERSION")))
            .timeout(ANSWER_WITHIN);
        if config.host.starts_with("https:") {
            client = with_tls(client).map_err(|error| format!("certificates cannot be checked: {error}"))?;
        }
        let client = client.build().map_err(|error| format!("cannot be posted to: {}", in_words(&error)))?;
        Ok(Receiver { config, client })
    }

    /// Posts a message, signed as of `now`; answers in words what went wrong.
    pub async fn post(&self, delivery: &str, body: &str, now: Timestamp) -> Result<(), String> {
        let request = self
            .client
            .post(self.config.url.reveal())
            .header(CONTENT_TYPE, "application/json")
            .header(DELIVERY, delivery)
            .header(SIGNATURE, signature(self.config.secret.reveal(), now.micros() / 1_000_000, body))
            .body(body.to_owned());
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) if response.status().is_redirection() => {
                Err(format!("answered {}; redirects are not followed", response.status().as_u16()))
            }
            Ok(response) => Err(format!("answered {}", response.status().as_u16())),
            Err(error) if error.is_timeout() => Err(format!("no answer within {} seconds", ANSWER_WITHIN.as_secs())),
            // Without its address, which is a secret.
            Err(error) => Err(in_words(&error.without_url())),
        }
    }
}

/// The system's certificates, and the same cryptography as the database's connections, whatever else of this process
/// has chosen.
fn with_tls(client: ClientBuilder) -> Result<ClientBuilder, rustls::Error> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(client.tls_backend_preconfigured(tls))
}

/// `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY`. The time is signed too, so that a receiver can refuse what is
/// old.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

/// An error's last cause says what happened; what stands before it says only that something did.
fn in_words(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    fn receiver(url: &str) -> Receiver {
        let host = url.trim_end_matches("/hush-hush").to_owned();
        let secret = Secret::new("0123456789abcdef0123456789abcdef");
        Receiver::new(WebhookConfig { url: Secret::new(url), host, secret }).unwrap()
    }

    #[test]
    fn a_signature_is_what_any_other_library_makes_of_it() {
        // By Python: hmac.new(b"key", b'17.{"a":1}', "sha256").hexdigest()
        let expected = "d3ba6f10f19da4394710a748dca6f7e47d0e9b749037df9a7f34f40df5063979";
        assert_eq!(signature("key", 17, r#"{"a":1}"#), format!("t=17,v1={expected}"));
    }

    #[tokio::test]
    async fn what_cannot_be_reached_is_said_without_its_address() {
        // A port that was free a moment ago.
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        for scheme in ["http", "https"] {
            let receiver = receiver(&format!("{scheme}://127.0.0.1:{port}/hush-hush"));
            let error = receiver.post("a", "{}", Timestamp::default()).await.unwrap_err();
            assert!(error.contains("refused") && !error.contains("hush-hush"), "{error}");
            assert!(!format!("{receiver:?}").contains("hush-hush"));
        }
    }

    #[tokio::test]
    async fn over_https_a_certificate_is_asked_for() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        });
        let receiver = receiver(&format!("https://127.0.0.1:{port}/"));
        let error = receiver.post("a", "{}", Timestamp::default()).await.unwrap_err();
        assert!(error.contains("InvalidContentType") || error.contains("corrupt message"), "{error}");
    }
}

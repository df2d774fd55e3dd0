//! What a mail is when it travels, and what is told of one that could not.

use super::*;
use domain::{Email, SubscriptionToken};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

const ENCRYPTIONS: [Encryption; 2] = [Encryption::Whole, Encryption::Required];

fn mailer(port: u16, encryption: Encryption) -> Mailer {
    Mailer::new(MailConfig {
        host: "127.0.0.1".to_owned(),
        port,
        encryption,
        credentials: Some(("u".to_owned(), Secret::new("hush-hush"))),
        hello_name: "shop.example.com".to_owned(),
        from: "Pantry <shop@example.com>".parse().unwrap(),
        public_url: "https://shop.example.com".to_owned(),
    })
    .unwrap()
}

fn welcome(email: &str) -> Mail {
    Mail::Welcome { email: Email::parse(email).unwrap(), leave: SubscriptionToken::from_random(7) }
}

async fn send(mailer: &Mailer, email: &str) -> Result<(), NotSent> {
    mailer.send("1-2-3", Timestamp::from_micros(1_700_000_000_000_000), &welcome(email)).await
}

#[test]
fn a_mail_has_its_headers_and_every_line_is_short_enough() {
    let mailer = mailer(25, Encryption::None);
    let made_at = Timestamp::from_micros(1_700_000_000_000_000);
    let message = mailer.message("1-2-3", made_at, &welcome("a+b@example.com")).unwrap();
    let text = String::from_utf8(message.formatted()).unwrap();
    let leave =
        format!("https://shop.example.com/newsletter/leave?token={}", SubscriptionToken::from_random(7).as_str());
    for line in [
        "From: Pantry <shop@example.com>",
        "To: a+b@example.com",
        "Subject: You get Pantry's newsletter",
        "Date: Tue, 14 Nov 2023 22:13:20 +0000",
        "Message-ID: <1-2-3@example.com>",
        "Auto-Submitted: auto-generated",
        &format!("List-Unsubscribe: <{leave}>"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(text.split("\r\n").any(|found| found == line), "{line} in {text}");
    }
    assert!(text.is_ascii() && text.split("\r\n").all(|line| line.len() < 998), "{text}");
    assert_eq!(message.formatted(), mailer.message("1-2-3", made_at, &welcome("a+b@example.com")).unwrap().formatted());
}

#[tokio::test]
async fn an_address_that_no_mail_can_go_to_is_given_up_at_once() {
    // Nothing is asked for, so nobody needs to listen.
    let mailer = mailer(9, Encryption::None);
    for email in ["a<b@example.com", "a,b@example.com", "a@exa<mple.com", "a:b@example.com", "a\"b@example.com"] {
        let not_sent = send(&mailer, email).await.unwrap_err();
        assert!(not_sent.is_final && !not_sent.why.contains("example"), "{email}: {not_sent:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_tried_again() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for encryption in ENCRYPTIONS {
        let mailer = mailer(port, encryption);
        let not_sent = send(&mailer, "a@example.com").await.unwrap_err();
        assert!(!not_sent.is_final && not_sent.why.contains("refused"), "{not_sent:?}");
        assert!(!format!("{mailer:?}").contains("hush-hush"));
    }
}

#[tokio::test]
async fn encryption_is_asked_for() {
    for (encryption, said) in ENCRYPTIONS.into_iter().zip(["corrupt message", "STARTTLS is not supported"]) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            connection.write_all(b"220 here\r\n250 no more\r\n").await.unwrap();
            std::future::pending::<()>().await;
        });
        let not_sent = send(&mailer(port, encryption), "a@example.com").await.unwrap_err();
        assert!(!not_sent.is_final, "{not_sent:?}");
        assert!(not_sent.why.contains(said) || not_sent.why.contains("InvalidContentType"), "{not_sent:?}");
        serving.abort();
    }
}

#[test]
fn no_address_is_told() {
    let told = without_addresses("answered 550: 5.1.1 <Ann@example.com>:\r\n User unknown");
    assert_eq!(told, "answered 550: 5.1.1 (address) User unknown");
}

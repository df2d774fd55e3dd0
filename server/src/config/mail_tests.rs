//! What a mail server's address may be, and how it is refused.

use super::Config;
use sinks::mailer::{Encryption, MailConfig};

const URL: &str = "smtp://mail.example.com";
const FROM: &str = "Pantry <shop@example.com>";
const SHOP: &str = "https://shop.example.com";

fn with(vars: &[(&str, &str)]) -> Result<Option<MailConfig>, String> {
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_env(vars).map(|config| config.mail).map_err(|error| error.to_string())
}

fn at(url: &str) -> Result<MailConfig, String> {
    with(&[("SMTP_URL", url), ("MAIL_FROM", FROM), ("PUBLIC_URL", SHOP)]).map(Option::unwrap)
}

#[test]
fn an_address_says_server_and_encryption() {
    for (url, host, port, encryption) in [
        (URL, "mail.example.com", 25, Encryption::None),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Encryption::None),
        ("smtp://[::1]:2525/", "::1", 2525, Encryption::None),
        ("smtp://mail.example.com?tls=required", "mail.example.com", 587, Encryption::Required),
        ("smtp://mail.example.com:2587?tls=required", "mail.example.com", 2587, Encryption::Required),
        ("smtp://mail.example.com?tls=opportunistic", "mail.example.com", 587, Encryption::Opportunistic),
        ("smtps://mail.example.com", "mail.example.com", 465, Encryption::Whole),
    ] {
        let config = at(url).unwrap();
        assert_eq!((config.host.as_str(), config.port, config.encryption), (host, port, encryption), "{url}");
        assert_eq!((config.credentials, config.hello_name.as_str()), (None, "shop.example.com"), "{url}");
    }
    assert_eq!(at("smtp://mail.example.com/box.example.com").unwrap().hello_name, "box.example.com");
}

#[test]
fn a_password_is_read_whole_and_never_shown() {
    let config = at("smtps://shop%40example.com:hush%2Fhush@mail.example.com").unwrap();
    let (user, password) = config.credentials.as_ref().unwrap();
    assert_eq!((user.as_str(), password.reveal()), ("shop@example.com", "hush/hush"));
    assert!(!format!("{config:?}").contains("hush/"), "{config:?}");
    for (url, shows) in [
        ("smtp://u:p@mail.example.com", true),
        ("smtp://u:p@mail.example.com?tls=opportunistic", true),
        ("smtp://u:p@mail.example.com?tls=required", false),
        ("smtps://u:p@mail.example.com", false),
        ("smtp://u:p@127.0.0.1", false),
        (URL, false),
    ] {
        assert_eq!(at(url).unwrap().shows_password(), shows, "{url}");
    }
}

#[test]
fn what_is_malformed_is_refused_in_one_line_without_the_password() {
    for (url, expected) in [
        ("", "is not an address such as"),
        ("mail.example.com", "is not an address such as"),
        ("http://u:p@h", "neither smtp:// nor smtps://"),
        ("smtp://", "names no host"),
        ("smtp://u@h", "a user without a password"),
        ("smtp://u:p@h?tls=maybe", "unknown option"),
        ("smtp://u:p@h?tls=required&x=1", "unknown option"),
        ("smtps://u:p@h?tls=required", "unknown option"),
        ("smtp://u:p@h:99999", "is not an address such as"),
        ("smtp://u:%ff@h", "not valid UTF-8"),
        ("smtp://u:p@h/a%0d%0ab", "no name to greet"),
        (&format!("smtp://u:p@{}", "h".repeat(2_048)), "at most 2048 bytes"),
    ] {
        let line = at(url).expect_err(url);
        assert!(line.starts_with("SMTP_URL: ") && line.contains(expected), "{url}: {line}");
        assert!(!line.contains('\n') && !line.contains("u:p@h") && !line.contains("u:%ff"), "{line}");
    }
    for (vars, expected) in [
        (&[("SMTP_URL", URL)][..], "MAIL_FROM: is missing"),
        (&[("SMTP_URL", URL), ("MAIL_FROM", FROM)], "PUBLIC_URL: is missing"),
        (&[("SMTP_URL", URL), ("MAIL_FROM", "shop"), ("PUBLIC_URL", SHOP)], "MAIL_FROM: \"shop\" is not an address"),
        (&[("SMTP_URL", URL), ("MAIL_FROM", "a@b.c\r\nBcc: d@e.f"), ("PUBLIC_URL", SHOP)], "MAIL_FROM: "),
        (&[("PUBLIC_URL", "ftp://shop.example.com")], "PUBLIC_URL: "),
        (&[("PUBLIC_URL", "https://shop.example.com/pantry")], "PUBLIC_URL: "),
        (&[("PUBLIC_URL", "https://u:p@shop.example.com")], "PUBLIC_URL: "),
        (&[("PUBLIC_URL", "https://shop.example.com/?a=b")], "PUBLIC_URL: "),
    ] {
        let line = with(vars).expect_err(expected);
        assert!(line.starts_with(expected) && !line.contains('\n'), "{line}");
    }
}

#[test]
fn without_a_mail_server_no_mail_is_sent() {
    assert_eq!(with(&[]).unwrap(), None);
    assert_eq!(with(&[("PUBLIC_URL", "https://shop.example.com/")]).unwrap(), None);
}

#[test]
fn the_shops_address_has_no_slash_at_its_end() {
    for (url, origin) in [("https://shop.example.com/", SHOP), ("http://127.0.0.1:3000", "http://127.0.0.1:3000")] {
        let config = with(&[("SMTP_URL", URL), ("MAIL_FROM", FROM), ("PUBLIC_URL", url)]).unwrap().unwrap();
        assert_eq!(config.public_url, origin);
    }
}

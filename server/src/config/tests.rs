//! Tables: what each variable may be, and the one line that refuses what it may not.

use super::{Broker, Config, Database, VARIABLES};

fn config(vars: &[(&str, &str)]) -> Result<Config, String> {
    Config::from_env(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
        .map_err(|error| error.to_string())
}

#[test]
fn nothing_set_gives_the_defaults() {
    let config = config(&[("HOME", "/root"), ("LEPTOS_WATCH", "true")]).unwrap();
    assert_eq!(config.site.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.site.root.to_str(), Some("target/site"));
    assert_eq!(config.data.dir.to_str(), Some("data"));
    assert_eq!(config.data.database, Database::Sqlite("data/pantry.db".into()));
    let database = store::DatabaseOptions::at("sqlite://data/pantry.db");
    assert_eq!(config.data.database_options(), database);
    assert_eq!(config.data.orders_email_keep_days, None);
    assert_eq!(config.kafka.broker, Broker::Embedded { port: 9092 });
    assert_eq!((config.kafka.topic_partitions, config.kafka.topic_replication), (3, 1));
    assert_eq!(config.admin_password, None);
    assert_eq!(config.metrics_addr.to_string(), "127.0.0.1:9464");
    assert_eq!(config.system_stats_every, Some(std::time::Duration::from_secs(5)));
    assert!(config.kafka.properties.is_empty());
}

#[test]
fn the_default_database_lies_in_the_data_folder() {
    let config = config(&[("DATA_DIR", "/srv/shop")]).unwrap();
    assert_eq!(config.data.database, Database::Sqlite("/srv/shop/pantry.db".into()));
}

#[test]
fn the_database_lies_there_whatever_letters_the_folder_has() {
    let default = config(&[("DATA_DIR", "/srv/shop?mode=memory")]).unwrap().data;
    assert_eq!(default.database, Database::Sqlite("/srv/shop?mode=memory/pantry.db".into()));
    assert_eq!(default.database.url(), "sqlite:///srv/shop%3Fmode%3Dmemory/pantry.db");
    let named = config(&[("DATABASE_URL", "sqlite://my%20shop/a b.db")]).unwrap().data;
    assert_eq!(named.database, Database::Sqlite("my shop/a b.db".into()));
    assert_eq!(named.database.url(), "sqlite://my%20shop/a%20b.db");
}

#[test]
fn each_variable_is_taken_over() {
    let config = config(&[
        ("LEPTOS_SITE_ADDR", "[::1]:0"),
        ("LEPTOS_SITE_ROOT", "/opt/site"),
        ("DATABASE_URL", "sqlite:///var/pantry.db"),
        ("DATABASE_READ_CONNECTIONS_MAX", "3"),
        ("DATABASE_STATEMENT_TIMEOUT_SECONDS", "60"),
        ("ORDERS_EMAIL_KEEP_DAYS", "3650"),
        ("KAFKA_BOOTSTRAP_SERVERS", "one:9092, [::1]:9093"),
        ("KAFKA_TOPIC_PARTITIONS", "12"),
        ("KAFKA_TOPIC_REPLICATION", "3"),
        ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
        ("KAFKA_SASL_PASSWORD", "hush-hush"),
        ("ADMIN_PASSWORD", "owner-owner"),
        ("METRICS_ADDR", "0.0.0.0:0"),
        ("ALERT_WEBHOOK_URL", "https://hooks.example.com:8443/T0/quiet-path?token=quiet-token"),
        ("ALERT_WEBHOOK_SECRET", "quiet-quiet-quiet-quiet-quiet-32"),
    ])
    .unwrap();
    assert_eq!(config.site.addr.to_string(), "[::1]:0");
    assert_eq!(config.data.database, Database::Sqlite("/var/pantry.db".into()));
    let options = config.data.database_options();
    assert_eq!((options.read_connections_max, options.statement_timeout.as_secs()), (3, 60));
    assert_eq!(config.data.orders_email_keep_days, Some(3_650));
    let bootstrap_servers = "one:9092,[::1]:9093".to_owned();
    assert_eq!(config.kafka.broker, Broker::Cluster { bootstrap_servers });
    assert_eq!((config.kafka.topic_partitions, config.kafka.topic_replication), (12, 3));
    assert_eq!(config.kafka.properties["security.protocol"].reveal(), "sasl_ssl");
    assert_eq!(config.metrics_addr.port(), 0);
    let webhook = config.webhook.as_ref().unwrap();
    assert_eq!(webhook.host, "https://hooks.example.com:8443");
    assert_eq!(webhook.url.reveal(), "https://hooks.example.com:8443/T0/quiet-path?token=quiet-token");
    assert_eq!(webhook.secret.reveal(), "quiet-quiet-quiet-quiet-quiet-32");

    let shown = format!("{config:?}");
    assert!(!["hush-hush", "owner-owner", "quiet"].iter().any(|secret| shown.contains(secret)), "{shown}");
}

#[test]
fn a_postgres_address_is_taken_over_whole_and_not_shown() {
    let url = "postgresql://shop:hush-hush@db.example.com:5433/pantry?sslmode=verify-full";
    let config = config(&[("DATABASE_URL", url)]).unwrap();
    assert_eq!(config.data.database.url(), url);
    assert!(!format!("{config:?}").contains("hush-hush"), "{config:?}");
}

#[test]
fn what_is_malformed_is_refused_in_one_line_that_names_the_variable() {
    let table = [
        ("LEPTOS_SITE_ADDR", "localhost", "is not an address and port"),
        ("LEPTOS_SITE_ADDR", "", "is not an address and port"),
        ("LEPTOS_SITE_ADDR", "a\nb\u{1b}[31m", r#""a\nb\u{1b}[31m" is not an address and port"#),
        ("LEPTOS_SITE_ROOT", "", "is empty"),
        ("METRICS_ADDR", "127.0.0.1:99999", "is not an address and port"),
        ("DATA_DIR", "", "is empty"),
        ("DATA_DIR", "a\u{FFFD}b", "not valid UTF-8"),
        ("DATABASE_URL", "data/pantry.db", "is not an address such as"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite://a%ff.db", "not valid UTF-8"),
        ("DATABASE_URL", "sqlite://:memory:", "name a file"),
        ("DATABASE_URL", "sqlite://%3Amemory%3a", "name a file"),
        ("DATABASE_URL", "sqlite://a.db?mode=ro", "takes no options"),
        ("DATABASE_URL", "mysql://u:p@h/d", "neither sqlite"),
        ("DATABASE_URL", "postgres:///d", "names no host"),
        ("DATABASE_URL", "postgres://u:p@h", "names no database"),
        ("DATABASE_URL", "postgres://u:p@h:port/d", "not an address"),
        ("LAKE_URL", "s3://bucket/prefix", "not supported by this version yet"),
        ("DATABASE_READ_CONNECTIONS_MAX", "0", "from 1 to 100"),
        ("DATABASE_READ_CONNECTIONS_MAX", "many", "from 1 to 100"),
        ("DATABASE_STATEMENT_TIMEOUT_SECONDS", "61", "from 1 to 60"),
        ("ORDERS_EMAIL_KEEP_DAYS", "", "from 1 to 3650"),
        ("ORDERS_EMAIL_KEEP_DAYS", "0", "from 1 to 3650"),
        ("ORDERS_EMAIL_KEEP_DAYS", "3651", "from 1 to 3650"),
        ("KAFKA_EMBEDDED_PORT", "65536", "from 0 to 65535"),
        ("KAFKA_EMBEDDED_PORT", "+1", "from 0 to 65535"),
        ("KAFKA_TOPIC_PARTITIONS", "0", "from 1 to 100"),
        ("KAFKA_TOPIC_PARTITIONS", "101", "from 1 to 100"),
        ("KAFKA_TOPIC_REPLICATION", "eleven", "from 1 to 10"),
        ("KAFKA_BOOTSTRAP_SERVERS", "", "host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", "one:9092,two", "\"two\" is not of the form host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", "one:0", "host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", ":9092", "host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", "one:+9092", "host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", "o\tne:9092", r#""o\tne:9092" is not of the form host:port"#),
        ("KAFKA_BOOTSTRAP_SERVERS", "[o ne]:9092", "host:port"),
        ("KAFKA_GROUP_ID", "mine", "set by Pantry itself"),
        ("KAFKA_ENABLE_AUTO_COMMIT", "true", "set by Pantry itself"),
        ("KAFKA_METADATA_BROKER_LIST", "one:9092", "KAFKA_BOOTSTRAP_SERVERS"),
        ("KAFKA_SECURITY_PROTOCOL", "ssl", "needs KAFKA_BOOTSTRAP_SERVERS"),
        ("KAFKA_SECURTY_PROTOCOL", "ssl", "No such configuration property"),
        ("KAFKA_FETCH_WAIT_MAX_MS", "soon", "librdkafka refuses fetch.wait.max.ms"),
        ("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "u:p@h", "it knows no such value"),
        ("KAFKA_DEBUG", "u:p@h", "it knows no such value"),
        ("TRUSTED_PROXIES", "10.0.0.1, proxy", "\"proxy\" is neither an address nor a network"),
        ("CONNECTIONS_MAX", "15", "from 16 to 60000"),
        ("CONNECTIONS_PER_ADDRESS_MAX", "0", "from 1 to 60000"),
        ("RATE_LIMIT_ORDERS_PER_MINUTE", "-1", "from 0 to 60000"),
        ("RATE_LIMIT_FEEDBACK_PER_MINUTE", "60001", "from 0 to 60000"),
        ("LOG_FORMAT", "xml", "neither text nor json"),
        ("ADMIN_PASSWORD", "short", "at least 8 characters"),
        ("ADMIN_PASSWORD", "", "at least 8 characters"),
        ("ALERT_WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef", "needs ALERT_WEBHOOK_URL"),
        ("RATE_LIMIT_NEWSLETTER_PER_MINUTE", "many", "from 0 to 60000"),
        ("MAIL_FROM", "shop@example.com", "needs SMTP_URL"),
        ("PUBLIC_URL", "shop.example.com", "is not an address such as https://shop.example.com"),
    ];
    for (variable, value, expected) in table {
        let line = config(&[(variable, value)]).expect_err(variable);
        assert!(line.starts_with(&format!("{variable}: ")), "{variable}={value}: {line}");
        assert!(line.contains(expected), "{variable}={value}: {line}");
        assert!(!line.contains('\n') && !line.contains("u:p@h"), "{line}");
    }
}

#[test]
fn a_webhook_needs_an_address_and_a_secret_and_neither_is_repeated() {
    let good = "https://hooks.example.com/pantry";
    let secret = "0123456789abcdef0123456789abcdef";
    for (url, secret, variable, expected) in [
        ("", secret, "ALERT_WEBHOOK_URL", "is not an address such as"),
        ("u:p@h", secret, "ALERT_WEBHOOK_URL", "neither http:// nor https://"),
        ("/u:p@h", secret, "ALERT_WEBHOOK_URL", "is not an address such as"),
        ("ftp://u:p@h/", secret, "ALERT_WEBHOOK_URL", "neither http:// nor https://"),
        ("https://", secret, "ALERT_WEBHOOK_URL", "is not an address such as"),
        (&format!("https://h/{}", "x".repeat(2_048)), secret, "ALERT_WEBHOOK_URL", "at most 2048 bytes"),
        (good, "", "ALERT_WEBHOOK_SECRET", "at least 32 characters"),
        (good, "u:p@h", "ALERT_WEBHOOK_SECRET", "at least 32 characters"),
        (good, &"x".repeat(1_025), "ALERT_WEBHOOK_SECRET", "at most 1024 bytes"),
    ] {
        let line = config(&[("ALERT_WEBHOOK_URL", url), ("ALERT_WEBHOOK_SECRET", secret)]).expect_err(url);
        assert!(line.starts_with(&format!("{variable}: ")) && line.contains(expected), "{line}");
        assert!(!line.contains('\n') && !line.contains("u:p@h"), "{line}");
    }
    let line = config(&[("ALERT_WEBHOOK_URL", good)]).unwrap_err();
    assert!(line.starts_with("ALERT_WEBHOOK_SECRET: is missing"), "{line}");
    assert_eq!(config(&[]).unwrap().webhook, None);
}

#[test]
fn a_name_with_control_characters_is_told_in_one_line() {
    let line = config(&[("KAFKA_GROUP\n_ID", "mine")]).unwrap_err();
    assert!(line.starts_with(r"KAFKA_GROUP\n_ID: is no property of librdkafka's"), "{line}");
}

#[test]
fn the_sample_explains_every_variable_and_sets_the_defaults() {
    let sample = include_str!("../../../.env.sample");
    for variable in VARIABLES {
        assert!(sample.contains(&format!("\n#{variable}=")), "{variable} is not in .env.sample");
    }
    // Without a default that could be written down.
    let unsupported_or_samples = [
        "LAKE_URL",
        "KAFKA_BOOTSTRAP_SERVERS",
        "STREAMS_DIR",
        "INGEST_TOKENS",
        "ORDERS_EMAIL_KEEP_DAYS",
        "ADMIN_PASSWORD",
        "TRUSTED_PROXIES",
        "SMTP_URL",
        "MAIL_FROM",
        "PUBLIC_URL",
        "RUST_LOG",
        "LEPTOS_WATCH",
        "LEPTOS_RELOAD_PORT",
        "ALERT_WEBHOOK_URL",
        "ALERT_WEBHOOK_SECRET",
    ];
    let set: Vec<(&str, &str)> = sample
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='))
        .filter(|(name, _)| VARIABLES.contains(name) && !unsupported_or_samples.contains(name))
        .collect();
    assert_eq!(config(&set), config(&[]));
}

//! The environment. An input is variables as a process gets them: `NAME=value`, each ended by a zero byte.

use crate::config::{Broker, Config, ConfigError, Database, VARIABLES};
use std::collections::BTreeMap;

/// Stands in secrets: where it turns up in a message, or in what is logged of a configuration, a secret is told.
const MARK: &str = "hush";
/// Of the variables with a name of their own, those whose value may be told.
const SECRETS: [&str; 3] = ["ADMIN_PASSWORD", "DATABASE_URL", "LAKE_URL"];
/// Missing, where another one is given.
const NEEDED_WITH_ANOTHER: [&str; 3] = ["ALERT_WEBHOOK_SECRET", "MAIL_FROM", "PUBLIC_URL"];

type Vars = BTreeMap<String, String>;

/// A configuration keeps its limits and says what it was given; a refusal names a variable that was given, in one
/// line; neither tells a secret.
pub fn environment(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
    let vars: Vars = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let config = read(&vars);
    assert_eq!(read(&vars), config);
    let is_open = |name: &str| VARIABLES.contains(&name) && !SECRETS.contains(&name);
    let is_told = vars.iter().any(|(name, value)| name.contains(MARK) || (is_open(name) && value.contains(MARK)));
    match config {
        Ok(config) => {
            check_config(&config, &vars);
            let is_path = matches!(config.data.database, Database::Sqlite(_));
            assert!(is_told || is_path || !format!("{config:?}").contains(MARK), "{config:?}");
        }
        Err(error) => {
            let line = error.to_string();
            assert!(is_told || !line.contains(MARK), "{line}");
            assert!(!line.contains(char::is_control), "{line:?}");
            let is_missing_broker = error.variable == "KAFKA_BOOTSTRAP_SERVERS" && !cfg!(feature = "embedded-broker");
            let is_needed = NEEDED_WITH_ANOTHER.contains(&error.variable.as_str());
            assert!(vars.contains_key(&error.variable) || is_missing_broker || is_needed, "{line}");
        }
    }
}

fn read(vars: &Vars) -> Result<Config, ConfigError> {
    Config::from_env(vars.clone().into_iter())
}

fn check_config(config: &Config, vars: &Vars) {
    assert!((1..=100).contains(&config.data.read_connections_max));
    assert!((1..=60).contains(&config.data.statement_timeout.as_secs()));
    assert!((1..=100).contains(&config.kafka.topic_partitions));
    assert!((1..=10).contains(&config.kafka.topic_replication));
    if let Some(password) = &config.admin_password {
        assert!(password.reveal().chars().count() >= 8 && password.reveal().len() <= 1_024);
        assert_eq!(Some(password.reveal()), vars.get("ADMIN_PASSWORD").map(String::as_str));
    }
    if let Broker::Cluster { bootstrap_servers } = &config.kafka.broker {
        for server in bootstrap_servers.split(',') {
            let (host, port) = server.rsplit_once(':').expect("host and port");
            assert!(!host.is_empty() && !server.contains(|c: char| c.is_whitespace() || c.is_control()), "{server:?}");
            assert!(port.bytes().all(|byte| byte.is_ascii_digit()), "{server:?}");
        }
    }
    match &config.data.database {
        Database::Sqlite(path) => assert_eq!(store::sqlite_path(&config.data.database.url()).as_ref(), Some(path)),
        Database::Postgres(url) => assert_eq!(Some(url.reveal()), vars.get("DATABASE_URL").map(String::as_str)),
    }
    for (property, value) in &config.kafka.properties {
        let variable = |name: &&String| name.strip_prefix("KAFKA_").is_some_and(|it| is_property(it, property));
        let given = vars.keys().filter(variable).any(|name| vars[name] == value.reveal());
        assert!(given, "{property} was not given");
    }
    // What it says of itself, read again, is the same.
    let mut said = vars.clone();
    said.insert("LEPTOS_SITE_ADDR".to_owned(), config.site.addr.to_string());
    said.insert("METRICS_ADDR".to_owned(), config.metrics_addr.to_string());
    said.insert("DATA_DIR".to_owned(), config.data.dir.display().to_string());
    said.insert("DATABASE_URL".to_owned(), config.data.database.url());
    said.insert("KAFKA_TOPIC_PARTITIONS".to_owned(), config.kafka.topic_partitions.to_string());
    if let Broker::Cluster { bootstrap_servers } = &config.kafka.broker {
        said.insert("KAFKA_BOOTSTRAP_SERVERS".to_owned(), bootstrap_servers.clone());
    }
    said.insert("NOBODY_READS_THIS".to_owned(), "1".to_owned());
    assert_eq!(read(&said).as_ref(), Ok(config));
}

fn is_property(name: &str, property: &str) -> bool {
    name.to_lowercase().replace('_', ".") == property
}

//! A real shop in a temporary folder on free ports, for benchmarks that measure it from outside.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What may go wrong in a benchmark: anything.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// The owner's password.
pub(crate) const PASSWORD: &str = "a password for the benchmark";
/// How long an answer may take.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(90);

/// A process of the binary; it ends when it is dropped.
pub(crate) struct Shop {
    process: Child,
    /// Its address, such as `http://127.0.0.1:3000`.
    pub(crate) url: String,
    folder: tempfile::TempDir,
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Shop {
    /// Starts the binary with these variables beside the usual ones.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Result<Shop, Error> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir_all(folder.path().join("site/pkg"))?;
        std::fs::write(folder.path().join("site/pkg/pantry.wasm"), b"")?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_server"))
            .env("DATA_DIR", folder.path().join("data"))
            .env("LEPTOS_SITE_ROOT", folder.path().join("site"))
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("METRICS_ADDR", "127.0.0.1:0")
            .env("SYSTEM_STATS_SECONDS", "0")
            .env("KAFKA_EMBEDDED_PORT", "0")
            .env("ADMIN_PASSWORD", PASSWORD)
            .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,rdkafka=off,librdkafka=off".to_owned()))
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        while let Some(line) = lines.next() {
            if let Some((_, url)) = line?.split_once("Shop       ") {
                let url = url.to_owned();
                // Its pipe is read to its end, or a full one would hold it up.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Shop { process, url, folder });
            }
        }
        Err("the server did not start".into())
    }

    /// Resident memory in mebibytes.
    pub(crate) fn resident_mib(&self) -> Result<u64, Error> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().next().ok_or("no figure")?.parse::<u64>()? / 1024)
    }

    /// A file of its data folder.
    pub(crate) fn data(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("data").join(name)
    }

    /// The only number that a query of its database answers.
    pub(crate) async fn number(&self, sql: &'static str) -> Result<i64, Error> {
        let options = SqliteConnectOptions::new().filename(self.data("pantry.db")).read_only(true);
        let mut database = options.connect().await?;
        let number = sqlx::query_scalar(sql).fetch_one(&mut database).await?;
        database.close().await?;
        Ok(number)
    }
}

/// A client that follows no redirect.
pub(crate) fn client() -> Result<reqwest::Client, Error> {
    let no_redirect = reqwest::redirect::Policy::none();
    Ok(reqwest::Client::builder().cookie_store(true).redirect(no_redirect).timeout(WAIT_MAX).build()?)
}

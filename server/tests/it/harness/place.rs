//! The place of one shop: its folder, its ports, its clock and its variables. A shop may be opened in it again and
//! again, as after a restart.

use super::shop::OpenShop;
use super::until;
use server::config::Config;
use server::startup;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use store::Clock;
use tempfile::TempDir;

/// Where ports for brokers are looked for: below those that the system hands out by itself, so that nobody else takes
/// one between the look and its use.
const PORT_FIRST: u16 = 20_000;
const PORTS: u16 = 10_000;

/// The time of day at which a shop's clock starts: far from midnight, a little after a minute has begun. It is noon of
/// the day before, because a broker refuses records stamped more than an hour ahead of its own clock.
const NOON_MICROS: i64 = (12 * 3_600 + 5) * 1_000_000;
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Where one shop lives.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) clock: Clock,
    vars: BTreeMap<&'static str, String>,
}

/// A port that nobody listens on, another one at each call.
pub(crate) fn unused_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let seed = (std::process::id() % u32::from(PORTS)) as u16;
    loop {
        let port = PORT_FIRST + (seed.wrapping_mul(7) % PORTS + NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

impl Place {
    /// A new folder, with an embedded broker, and a clock that shows five seconds past noon of the day before.
    pub(crate) fn new() -> Place {
        let place = Place::at_wall_clock();
        let now = place.clock.now().micros();
        place.clock.advance_micros(NOON_MICROS - DAY_MICROS - now % DAY_MICROS);
        place
    }

    /// The same with the clock on the wall, as the real binary has it.
    pub(crate) fn at_wall_clock() -> Place {
        let folder = tempfile::tempdir().unwrap();
        // What the release build makes: the binary refuses to start without it.
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("pkg/pantry.wasm"), "").unwrap();
        let vars = BTreeMap::from([
            ("LEPTOS_SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("LEPTOS_SITE_ROOT", site.display().to_string()),
            ("METRICS_ADDR", "127.0.0.1:0".to_owned()),
            ("DATA_DIR", folder.path().join("data").display().to_string()),
            ("KAFKA_EMBEDDED_PORT", unused_port().to_string()),
            ("ADMIN_PASSWORD", "a long password".to_owned()),
            ("RUST_LOG", "error,rdkafka=off,librdkafka=off".to_owned()),
        ]);
        Place { folder, clock: Clock::default(), vars }
    }

    /// Sets a variable.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Place {
        self.vars.insert(name, value.to_string());
        self
    }

    /// With a cluster outside of the shop's process.
    pub(crate) fn with_cluster(self, port: u16) -> Place {
        self.with("KAFKA_BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}"))
    }

    pub(crate) fn vars(&self) -> impl Iterator<Item = (String, String)> {
        self.vars.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Opens the shop in this process.
    pub(crate) async fn open(&self) -> OpenShop {
        let config = Config::from_env(self.vars()).unwrap();
        let running = startup::start(&config, self.clock.clone()).await.unwrap_or_else(|error| panic!("{error}"));
        OpenShop::new(running, self.clock.clone(), self.data())
    }

    /// Opens the shop and waits until it is ready: its topics exist, its consumers run.
    pub(crate) async fn open_ready(&self) -> OpenShop {
        let shop = self.open().await;
        until("the shop to be ready", async || {
            let health = shop.running.health.borrow().clone();
            if health.is_ready() { Ok(()) } else { Err(format!("{health:?}")) }
        })
        .await;
        shop
    }

    /// The folder of everything, of which `data` is a part.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

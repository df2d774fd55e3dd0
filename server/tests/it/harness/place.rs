//! The place of one shop: its folder, its ports, its clock and its variables. A shop may be opened in it again and
//! again, as after a restart.

use super::broker::OutsideCluster;
use super::cluster_pool::{self, Borrowed};
use super::database::OwnDatabase;
use super::shop::OpenShop;
use super::{Stack, until};
use server::config::Config;
use server::startup::{self, StartError};
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

/// Which cluster a place has.
enum Cluster<'a> {
    /// The stack's: on the newcomer's the one inside the shop's process.
    Stacks,
    /// One that the test starts and stops.
    Tests(&'a OutsideCluster),
}

/// Where one shop lives.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) clock: Clock,
    vars: BTreeMap<String, String>,
    /// What it has alone on the production stack.
    database: Option<OwnDatabase>,
    _cluster: Option<Borrowed>,
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
    /// A new folder, with the stack's broker, and a clock that shows five seconds past noon of the day before.
    pub(crate) fn new() -> Place {
        Place::new_at(Cluster::Stacks).at_noon()
    }

    /// The same with the clock on the wall, as the real binary has it.
    pub(crate) fn at_wall_clock() -> Place {
        Place::new_at(Cluster::Stacks)
    }

    /// Like [`Place::new`], with a cluster that the test starts and stops.
    pub(crate) fn on(cluster: &OutsideCluster) -> Place {
        Place::new_at(Cluster::Tests(cluster)).at_noon()
    }

    fn new_at(cluster: Cluster<'_>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        // What the release build makes: the binary refuses to start without it.
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("pkg/pantry.wasm"), "").unwrap();
        let data = folder.path().join("data");
        let stack = Stack::of_this_run();
        let database = (stack == Stack::Production).then(OwnDatabase::create);
        let borrowed = matches!((stack, &cluster), (Stack::Production, Cluster::Stacks)).then(cluster_pool::borrow);
        let mut place =
            Place { folder, clock: Clock::default(), vars: BTreeMap::new(), database: None, _cluster: None }
                .with("LEPTOS_SITE_ADDR", "127.0.0.1:0")
                .with("LEPTOS_SITE_ROOT", site.display())
                .with("METRICS_ADDR", "127.0.0.1:0")
                .with("DATA_DIR", data.display())
                .with("ADMIN_PASSWORD", "a long password")
                // Events that no test asked for.
                .with("SYSTEM_STATS_SECONDS", 0)
                .with("RUST_LOG", "error,rdkafka=off,librdkafka=off");
        if let Some(database) = &database {
            place = place.with("DATABASE_URL", database.url());
        }
        match (cluster, &borrowed) {
            (Cluster::Tests(cluster), _) => place.vars.extend(cluster.vars()),
            (Cluster::Stacks, Some(borrowed)) => place = place.with("KAFKA_BOOTSTRAP_SERVERS", &borrowed.bootstrap),
            (Cluster::Stacks, None) => place = place.with("KAFKA_EMBEDDED_PORT", unused_port()),
        }
        Place { database, _cluster: borrowed, ..place }
    }

    fn at_noon(self) -> Place {
        let now = self.clock.now();
        self.clock.advance_micros(NOON_MICROS - DAY_MICROS - now.micros() % DAY_MICROS);
        self
    }

    /// Sets a variable.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Place {
        self.vars.insert(name.to_owned(), value.to_string());
        self
    }

    /// Takes a variable back.
    pub(crate) fn without(mut self, name: &str) -> Place {
        self.vars.remove(name);
        self
    }

    /// The address of its database.
    pub(crate) fn database_url(&self) -> String {
        let in_data = || format!("sqlite://{}", self.data().join("pantry.db").display());
        self.vars.get("DATABASE_URL").cloned().unwrap_or_else(in_data)
    }

    /// Keeps a copy of the database of a stopped shop.
    pub(crate) async fn keep_database(&self) {
        match &self.database {
            Some(database) => database.keep().await,
            None => drop(std::fs::copy(self.data().join("pantry.db"), self.path().join("kept.db")).unwrap()),
        }
    }

    /// Brings the copy back.
    pub(crate) async fn restore_database(&self) {
        let Some(database) = &self.database else {
            for rest in ["pantry.db-wal", "pantry.db-shm"] {
                let _ = std::fs::remove_file(self.data().join(rest));
            }
            std::fs::copy(self.path().join("kept.db"), self.data().join("pantry.db")).unwrap();
            return;
        };
        database.restore().await;
    }

    /// Whether the database is a file, and not PostgreSQL's.
    pub(crate) fn has_file(&self) -> bool {
        self.database.is_none()
    }

    /// Loses the database of a stopped shop; PostgreSQL's is made anew, and empty.
    pub(crate) async fn lose_database(&self) {
        match &self.database {
            Some(database) => database.empty().await,
            None => {
                for name in ["pantry.db", "pantry.db-wal", "pantry.db-shm"] {
                    let _ = std::fs::remove_file(self.data().join(name));
                }
            }
        }
    }

    pub(crate) fn vars(&self) -> impl Iterator<Item = (String, String)> {
        self.vars.iter().map(|(name, value)| (name.clone(), value.clone()))
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Opens the shop in this process.
    pub(crate) async fn open(&self) -> OpenShop {
        self.try_open().await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Opens the shop, or says why it does not start.
    pub(crate) async fn try_open(&self) -> Result<OpenShop, StartError> {
        let config = Config::from_env(self.vars()).unwrap();
        let running = startup::start(&config, self.clock.clone()).await?;
        Ok(OpenShop::new(running, self.clock.clone(), self.data(), self.database_url()))
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

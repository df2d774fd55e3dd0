//! A cluster outside of the shop's process that a test starts, stops and wipes. On the newcomer's stack it is the
//! embedded broker on a runtime of its own, so that its end takes every connection with it as a killed broker's does;
//! on production's an Apache Kafka of the test's own.

use super::script::run_script;
use super::{Stack, unused_port};
use pipeline::kafka::embedded;
use std::process::Command;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// A cluster; it ends when it is dropped.
pub(crate) struct OutsideCluster(Kind);

enum Kind {
    Embedded { port: u16, advertised_port: u16, runtime: Option<Runtime> },
    Apache { folder: TempDir },
}

impl OutsideCluster {
    /// A cluster that runs.
    pub(crate) fn started() -> OutsideCluster {
        let mut cluster = OutsideCluster::not_started();
        cluster.start();
        cluster
    }

    /// One that is to run later, at an address that is known now.
    pub(crate) fn not_started() -> OutsideCluster {
        match Stack::of_this_run() {
            Stack::Newcomer => OutsideCluster::embedded(None),
            Stack::Production => {
                let mut cluster = OutsideCluster::apache(&[]).expect("Java and Maven");
                cluster.crash_and_forget();
                cluster
            }
        }
    }

    /// One that runs, and tells its clients this port instead of the one that it listens on.
    pub(crate) fn behind(advertised_port: u16) -> OutsideCluster {
        match Stack::of_this_run() {
            Stack::Newcomer => {
                let mut cluster = OutsideCluster::embedded(Some(advertised_port));
                cluster.start();
                cluster
            }
            Stack::Production => {
                OutsideCluster::apache(&["--advertise", &advertised_port.to_string()]).expect("Java and Maven")
            }
        }
    }

    fn embedded(advertised_port: Option<u16>) -> OutsideCluster {
        let port = unused_port();
        OutsideCluster(Kind::Embedded { port, advertised_port: advertised_port.unwrap_or(port), runtime: None })
    }

    /// An Apache Kafka that runs, on either stack; `None`, and a line that says why, where there can be none.
    pub(crate) fn apache(options: &[&str]) -> Option<OutsideCluster> {
        let cluster = OutsideCluster(Kind::Apache { folder: tempfile::tempdir().unwrap() });
        let arguments: Vec<&str> = [&["start"], options].concat();
        run_script("apache-kafka", &arguments, cluster.folder())?;
        Some(cluster)
    }

    fn folder(&self) -> &std::path::Path {
        match &self.0 {
            Kind::Embedded { .. } => panic!("the embedded broker has no folder"),
            Kind::Apache { folder } => folder.path(),
        }
    }

    /// Starts it, where it was before.
    pub(crate) fn start(&mut self) {
        match &mut self.0 {
            Kind::Embedded { port, advertised_port, runtime } => {
                let builder = &mut tokio::runtime::Builder::new_multi_thread();
                let started = builder.worker_threads(1).enable_all().build().unwrap();
                started.spawn(embedded::run(*port, *advertised_port, CancellationToken::new()));
                *runtime = Some(started);
            }
            Kind::Apache { folder } => {
                run_script("apache-kafka", &["start"], folder.path()).unwrap();
            }
        }
    }

    /// Ends it at once, and with it all that it held.
    pub(crate) fn crash_and_forget(&mut self) {
        match &mut self.0 {
            Kind::Embedded { runtime, .. } => runtime.take().into_iter().for_each(Runtime::shutdown_background),
            Kind::Apache { folder } => {
                run_script("apache-kafka", &["stop", "--kill", "--wipe"], folder.path()).unwrap();
            }
        }
    }

    /// Ends an Apache Kafka at once; its data stays.
    pub(crate) fn crash(&self) {
        run_script("apache-kafka", &["stop", "--kill"], self.folder()).unwrap();
    }

    /// Ends one broker of an Apache Kafka in good order, as an upgrade does.
    pub(crate) fn stop_one(&self, broker: u64) {
        run_script("apache-kafka", &["stop", "--broker", &broker.to_string()], self.folder()).unwrap();
    }

    /// Starts what of an Apache Kafka does not run.
    pub(crate) fn start_again(&self) {
        run_script("apache-kafka", &["start"], self.folder()).unwrap();
    }

    /// Runs one of Apache's own tools on it, with all rights: `acls`, `configs` or `topics`.
    pub(crate) fn administer(&self, tool: &str, arguments: &[&str]) {
        let arguments: Vec<&str> = [&[tool], arguments].concat();
        run_script("apache-kafka", &arguments, self.folder()).unwrap();
    }

    /// Ends one broker of an Apache Kafka at once; its data stays.
    pub(crate) fn crash_one(&self, broker: u64) {
        run_script("apache-kafka", &["stop", "--kill", "--broker", &broker.to_string()], self.folder()).unwrap();
    }

    /// Sends the only broker of an Apache Kafka a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.of_first_broker("pid");
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success(), "kill -{name} {pid}");
    }

    /// The port on which the first broker listens.
    pub(crate) fn port(&self) -> u16 {
        match &self.0 {
            Kind::Embedded { port, .. } => *port,
            Kind::Apache { .. } => self.of_first_broker("port").parse().unwrap(),
        }
    }

    /// The port that its clients are told.
    pub(crate) fn advertised_port(&self) -> u16 {
        let bootstrap = self.vars().into_iter().find(|(name, _)| name == "KAFKA_BOOTSTRAP_SERVERS").unwrap().1;
        bootstrap.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// An Apache Kafka's address for the brokers among themselves and for tools: who comes through it may do
    /// everything.
    pub(crate) fn insiders(&self) -> String {
        format!("127.0.0.1:{}", self.of_first_broker("internal-port"))
    }

    fn of_first_broker(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder().join("broker-1").join(file)).unwrap().trim().to_owned()
    }

    /// The shop's variables for it.
    pub(crate) fn vars(&self) -> Vec<(String, String)> {
        match &self.0 {
            Kind::Embedded { advertised_port, .. } => {
                vec![("KAFKA_BOOTSTRAP_SERVERS".to_owned(), format!("127.0.0.1:{advertised_port}"))]
            }
            Kind::Apache { folder } => {
                let lines = std::fs::read_to_string(folder.path().join("client.env")).unwrap();
                let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
                lines.lines().filter_map(pair).collect()
            }
        }
    }
}

impl Drop for OutsideCluster {
    fn drop(&mut self) {
        self.crash_and_forget();
    }
}

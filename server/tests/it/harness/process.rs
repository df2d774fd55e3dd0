//! The real binary as a process of its own, so that it can be killed.

use super::{Place, stack};
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the binary may take to say that it is open.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A server process.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) addr: SocketAddr,
}

/// A server that did not start: how it ended and what it said.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: ExitStatus,
    pub(crate) stderr: String,
}

impl ServerProcess {
    /// Starts the binary in this place and waits until it is open, or has ended.
    pub(crate) async fn try_start(place: &Place) -> Result<ServerProcess, Refused> {
        // A step to die at is built into debug builds only.
        let is_armed = place.vars().any(|(name, _)| name == "PANTRY_CRASH_AT");
        let other = stack::other_server().filter(|_| !is_armed);
        let mut child = Command::new(other.as_deref().unwrap_or(env!("CARGO_BIN_EXE_server")))
            .env_clear()
            .envs(place.vars())
            .current_dir(place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut stderr = child.stderr.take().unwrap();
        let opened = async {
            while let Some(line) = stdout.next_line().await.unwrap() {
                if let Some(addr) = line.split_once("Shop       http://") {
                    return addr.1.trim().parse().ok();
                }
            }
            None
        };
        let addr = tokio::time::timeout(START_WITHIN, opened).await.expect("the server neither opened nor ended");
        match addr {
            Some(addr) => {
                // Both pipes are read to their end, or a full one would hold the server up.
                tokio::spawn(async move { while let Ok(Some(_)) = stdout.next_line().await {} });
                tokio::spawn(async move { tokio::io::copy(&mut stderr, &mut tokio::io::stderr()).await });
                Ok(ServerProcess { child, addr })
            }
            None => {
                let mut said = String::new();
                stderr.read_to_string(&mut said).await.unwrap();
                Err(Refused { status: child.wait().await.unwrap(), stderr: said })
            }
        }
    }

    pub(crate) async fn start(place: &Place) -> ServerProcess {
        ServerProcess::try_start(place).await.unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM.
    pub(crate) async fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().await.unwrap();
        assert!(sent.success());
    }

    pub(crate) async fn wait(mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }
}

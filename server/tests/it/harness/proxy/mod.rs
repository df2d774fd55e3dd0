//! A TCP proxy between a shop and a service, whose way a test delays, silences or cuts. It knows no protocol, so it
//! stands before a broker as well as before a database. What is carried waits in at most one chunk a direction.

use std::future::pending;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinHandle;

#[cfg(test)]
mod tests;

/// What one direction of a connection holds.
const CHUNK_BYTES: usize = 64 * 1024;
/// Further ones wait until one of them ends.
const CONNECTIONS_MAX: usize = 256;
/// The longest pattern that is looked for.
const PATTERN_BYTES_MAX: usize = 64;

/// A proxy; it ends when it is dropped, and every connection with it.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    way: watch::Sender<Way>,
    trap: Mutex<Option<Trap>>,
    open: AtomicUsize,
}

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    to_server: Duration,
    to_client: Duration,
    is_silent: bool,
    /// Counts the beginnings and the ends of silence: a connection of another count has lost bytes.
    silences: u64,
    cuts: u64,
}

/// Waits for bytes, once.
struct Trap {
    speaker: Speaker,
    fate: Fate,
    pattern: Vec<u8>,
    sprung: oneshot::Sender<()>,
}

/// Whose bytes are waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaker {
    Client,
    Server,
}

/// What becomes of the connection before they arrive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It stays open, and carries nothing any more.
    Forgotten,
    Cut,
}

impl Proxy {
    /// Listens on this port, 0 for any, and carries everything to another one on this machine.
    pub(crate) async fn start(port: u16, server_port: u16) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared { way: watch::Sender::default(), trap: Mutex::default(), open: AtomicUsize::new(0) };
        let shared = Arc::new(shared);
        let accepting = tokio::spawn(accept(listener, server_port, Arc::clone(&shared)));
        Proxy { port, shared, accepting }
    }

    /// Holds each chunk back for so long. A chunk at a time, so that a delayed way is a slow one, too.
    pub(crate) fn delay(&self, to_server: Duration, to_client: Duration) {
        self.shared.way.send_modify(|way| (way.to_server, way.to_client) = (to_server, to_client));
    }

    /// From now on bytes vanish in both directions, and connections stay open, as behind a router that has lost its
    /// table.
    pub(crate) fn half_open(&self) {
        self.set_silent(true);
    }

    /// Carries again, at once. Connections that were open in a silence have lost bytes and stay silent until they are
    /// cut, so a client that waits for them has to find out by itself.
    pub(crate) fn restore(&self) {
        self.set_silent(false);
        self.delay(Duration::ZERO, Duration::ZERO);
    }

    fn set_silent(&self, is_silent: bool) {
        self.shared.way.send_if_modified(|way| {
            let changes = way.is_silent != is_silent;
            (way.is_silent, way.silences) = (is_silent, way.silences + u64::from(changes));
            changes
        });
    }

    /// Closes every connection; new ones are carried.
    pub(crate) fn cut(&self) {
        self.shared.way.send_modify(|way| way.cuts += 1);
    }

    /// Once: an answer of the server that holds this pattern is lost, and the connection is cut. Answers when that has
    /// happened.
    pub(crate) fn lose_answer(&self, pattern: &[u8]) -> oneshot::Receiver<()> {
        self.trap(Speaker::Server, Fate::Cut, pattern)
    }

    /// Once: an answer of the server that holds this pattern is lost, and nobody tells: its connection stays open and
    /// silent. Answers when that has happened.
    pub(crate) fn forget_answer(&self, pattern: &[u8]) -> oneshot::Receiver<()> {
        self.trap(Speaker::Server, Fate::Forgotten, pattern)
    }

    /// Once: a question of a client that holds this pattern is lost, and nobody tells: its connection stays open and
    /// silent. Answers when that has happened.
    pub(crate) fn forget_question(&self, pattern: &[u8]) -> oneshot::Receiver<()> {
        self.trap(Speaker::Client, Fate::Forgotten, pattern)
    }

    fn trap(&self, speaker: Speaker, fate: Fate, pattern: &[u8]) -> oneshot::Receiver<()> {
        assert!((1..=PATTERN_BYTES_MAX).contains(&pattern.len()), "a pattern of {} bytes", pattern.len());
        let (sprung, receiver) = oneshot::channel();
        *self.shared.trap() = Some(Trap { speaker, fate, pattern: pattern.to_owned(), sprung });
        receiver
    }

    /// How many connections are open through it.
    pub(crate) fn connections(&self) -> usize {
        self.shared.open.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

impl Shared {
    fn trap(&self) -> std::sync::MutexGuard<'_, Option<Trap>> {
        self.trap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trap, when its pattern ends in the last `fresh` bytes of those seen.
    fn spring(&self, speaker: Speaker, seen: &[u8], fresh: usize) -> Option<Trap> {
        let mut armed = self.trap();
        let length = armed.as_ref().filter(|trap| trap.speaker == speaker)?.pattern.len();
        let window = &seen[seen.len().saturating_sub(fresh + length - 1)..];
        let is_there = window.windows(length).any(|bytes| bytes == armed.as_ref().unwrap().pattern);
        is_there.then(|| armed.take()).flatten()
    }
}

async fn accept(listener: TcpListener, server_port: u16, shared: Arc<Shared>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let permit = Arc::clone(&room).acquire_owned().await.unwrap();
        let Ok((client, _)) = listener.accept().await else { continue };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            shared.open.fetch_add(1, Ordering::Relaxed);
            let mut cuts = shared.way.subscribe();
            let born = *cuts.borrow();
            tokio::select! {
                _ = cuts.wait_for(|way| way.cuts != born.cuts) => {}
                // Both ends have closed, or one broke: so does the other.
                _ = carry(client, server_port, &shared, born) => {}
            }
            shared.open.fetch_sub(1, Ordering::Relaxed);
            drop(permit);
        });
    }
}

async fn carry(client: TcpStream, server_port: u16, shared: &Shared, born: Way) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)).await?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let connection = Connection { shared, born, is_forgotten: AtomicBool::new(false) };
    tokio::try_join!(connection.forward(from_client, to_server), connection.back(from_server, to_client))?;
    Ok(())
}

struct Connection<'a> {
    shared: &'a Shared,
    born: Way,
    /// A trap was sprung on it.
    is_forgotten: AtomicBool,
}

impl Connection<'_> {
    fn way(&self) -> Way {
        *self.shared.way.borrow()
    }

    fn is_forgotten(&self) -> bool {
        let way = self.way();
        way.is_silent || way.silences != self.born.silences || self.is_forgotten.load(Ordering::Relaxed)
    }

    /// Fails when the connection is to be cut.
    fn meet_trap(&self, speaker: Speaker, seen: &[u8], fresh: usize) -> io::Result<()> {
        let Some(trap) = self.shared.spring(speaker, seen, fresh) else { return Ok(()) };
        self.is_forgotten.store(trap.fate == Fate::Forgotten, Ordering::Relaxed);
        let _ = trap.sprung.send(());
        match trap.fate {
            Fate::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
            Fate::Forgotten => Ok(()),
        }
    }

    /// From the client to the server.
    async fn forward(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let mut seen = Vec::with_capacity(PATTERN_BYTES_MAX + CHUNK_BYTES);
        loop {
            let fresh = self.next(&mut from, &mut seen).await?;
            self.meet_trap(Speaker::Client, &seen, fresh)?;
            if !self.passes(fresh, |way| way.to_server).await {
                continue;
            }
            if fresh == 0 {
                return to.shutdown().await;
            }
            to.write_all(&seen[seen.len() - fresh..]).await?;
        }
    }

    /// From the server to the client.
    async fn back(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let mut seen = Vec::with_capacity(PATTERN_BYTES_MAX + CHUNK_BYTES);
        loop {
            let fresh = self.next(&mut from, &mut seen).await?;
            self.meet_trap(Speaker::Server, &seen, fresh)?;
            if !self.passes(fresh, |way| way.to_client).await {
                continue;
            }
            if fresh == 0 {
                return to.shutdown().await;
            }
            to.write_all(&seen[seen.len() - fresh..]).await?;
        }
    }

    /// Reads the next chunk behind what is kept of the last one, and answers its length; 0 at the end. Whoever closes
    /// or breaks a forgotten connection is heard by nobody.
    async fn next(&self, from: &mut OwnedReadHalf, seen: &mut Vec<u8>) -> io::Result<usize> {
        seen.drain(..seen.len().saturating_sub(PATTERN_BYTES_MAX));
        let read = from.take(CHUNK_BYTES as u64).read_buf(seen).await;
        if self.is_forgotten() && !matches!(read, Ok(1..)) {
            return pending().await;
        }
        read
    }

    /// Waits as long as chunks are held back; false when this one vanishes.
    async fn passes(&self, fresh: usize, delay: impl FnOnce(Way) -> Duration) -> bool {
        tokio::time::sleep(delay(self.way())).await;
        if self.is_forgotten() && fresh == 0 {
            return pending().await;
        }
        !self.is_forgotten()
    }
}

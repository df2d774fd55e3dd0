//! The places for connections: so many in all, and so many for one client address.
//!
//! At a limit, the connection that has waited longest for its client gives way to the new one; a customer's request
//! waits milliseconds, so it is never theirs. While no connection waits for its client, the new one is closed.

use super::super::client_address::{Networks, network_of};
use super::descriptors;
use super::progress::Progress;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// An operator reads of the limits at most so often.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// How many connections are held.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionLimits {
    /// In all.
    pub(crate) all_max: usize,
    /// From one address, or one /64 network of IPv6. Loopback addresses and trusted proxies have no such limit: many
    /// clients come from there.
    pub(crate) per_address_max: usize,
    /// Whose connections carry other clients' requests.
    pub(crate) proxies: Networks,
}

/// The connections of one listener.
#[derive(Debug)]
pub(crate) struct Places {
    limits: ConnectionLimits,
    table: Mutex<Table>,
    evicted: AtomicU64,
    refused: AtomicU64,
    timed_out: AtomicU64,
}

#[derive(Debug, Default)]
struct Table {
    next_id: u64,
    held: HashMap<u64, Held>,
    by_address: HashMap<IpAddr, usize>,
    said_at: Option<Instant>,
}

#[derive(Debug)]
struct Held {
    /// `None`: it counts for no address.
    address: Option<IpAddr>,
    progress: Arc<Progress>,
    evicted: CancellationToken,
}

/// The place of one connection; free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    places: Arc<Places>,
    pub(super) progress: Arc<Progress>,
    /// Cancelled when the connection must give way.
    pub(super) evicted: CancellationToken,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().remove(self.id);
    }
}

impl Place {
    /// Its client was too slow.
    pub(super) fn timed_out(&self) {
        self.places.timed_out.fetch_add(1, Ordering::Relaxed);
    }
}

impl Places {
    pub(crate) fn new(limits: ConnectionLimits) -> Arc<Self> {
        let limits = ConnectionLimits { all_max: descriptors::within(limits.all_max), ..limits };
        Arc::new(Places {
            limits,
            table: Mutex::default(),
            evicted: AtomicU64::default(),
            refused: AtomicU64::default(),
            timed_out: AtomicU64::default(),
        })
    }

    /// Connections that are open now.
    pub(crate) fn open(&self) -> usize {
        self.table().held.len()
    }

    /// Connections closed since the start: to make room, at once since there was none, and because the client was slow.
    pub(crate) fn closed(&self) -> [u64; 3] {
        [&self.evicted, &self.refused, &self.timed_out].map(|count| count.load(Ordering::Relaxed))
    }

    /// A place for a connection from `peer`; `None` when there is none.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let is_many = peer.is_loopback() || self.limits.proxies.contains(peer);
        let address = (!is_many).then(|| network_of(peer));
        let mut table = self.table();
        let is_crowded = |table: &Table, address| {
            table.by_address.get(&address).is_some_and(|count| *count >= self.limits.per_address_max)
        };
        let has_room = match address {
            Some(address) if is_crowded(&table, address) => self.evict(&mut table, Some(address)),
            _ => true,
        };
        let has_room = has_room && (table.held.len() < self.limits.all_max || self.evict(&mut table, None));
        if !has_room {
            self.refused.fetch_add(1, Ordering::Relaxed);
            self.say(&mut table);
            return None;
        }
        let (progress, evicted) = (Arc::<Progress>::default(), CancellationToken::new());
        let id = table.next_id;
        table.next_id += 1;
        table.held.insert(id, Held { address, progress: Arc::clone(&progress), evicted: evicted.clone() });
        if let Some(address) = address {
            *table.by_address.entry(address).or_default() += 1;
        }
        Some(Place { id, places: Arc::clone(self), progress, evicted })
    }

    /// The system could not accept a connection: one that waits for its client makes room.
    pub(super) fn accept_failed(&self, error: &io::Error) {
        let mut table = self.table();
        self.evict(&mut table, None);
        if self.is_due(&mut table) {
            tracing::error!(%error, open = table.held.len(), "connections cannot be accepted; trying again");
        }
    }

    /// Closes the connection that has waited longest for its client, of this address or of all; `false` when none
    /// waits.
    fn evict(&self, table: &mut Table, address: Option<IpAddr>) -> bool {
        let candidates = table.held.iter().filter(|(_, held)| address.is_none() || held.address == address);
        let waiting = candidates.filter_map(|(id, held)| Some((held.progress.waits_since()?, *id)));
        let Some((_, id)) = waiting.min() else { return false };
        if let Some(held) = table.remove(id) {
            held.evicted.cancel();
        }
        self.evicted.fetch_add(1, Ordering::Relaxed);
        self.say(table);
        true
    }

    /// One line a minute, however many connections are concerned.
    fn say(&self, table: &mut Table) {
        if self.is_due(table) {
            let [evicted, refused, timed_out] = self.closed();
            tracing::warn!(
                open = table.held.len(),
                connections_max = self.limits.all_max,
                connections_per_address_max = self.limits.per_address_max,
                evicted,
                refused,
                timed_out,
                "the limit of connections is reached; those that wait longest for their client are closed"
            );
        }
    }

    fn is_due(&self, table: &mut Table) -> bool {
        let now = Instant::now();
        let is_due = table.said_at.is_none_or(|at| now.saturating_duration_since(at) >= SAID_EVERY);
        if is_due {
            table.said_at = Some(now);
        }
        is_due
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn remove(&mut self, id: u64) -> Option<Held> {
        let held = self.held.remove(&id)?;
        if let Some(address) = held.address
            && let Some(count) = self.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
        Some(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all_max: usize, per_address_max: usize) -> Arc<Places> {
        let proxies = Networks::parse("10.9.0.0/16").unwrap();
        Places::new(ConnectionLimits { all_max, per_address_max, proxies })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_wait_gives_way_and_work_does_not() {
        let places = places(3, 3);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(places.take(address("192.0.2.1")).unwrap());
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        held[0].progress.request_began(false);
        let new = places.take(address("192.0.2.2")).unwrap();
        let evicted: Vec<_> = held.iter().map(|place| place.evicted.is_cancelled()).collect();
        assert_eq!(evicted, [false, true, false]);
        held[2].progress.request_began(false);
        new.progress.request_began(false);
        assert!(places.take(address("192.0.2.3")).is_none(), "nobody waits for a client");
        assert_eq!((places.open(), places.closed()), (3, [1, 1, 0]));
        drop((held, new));
        assert_eq!(places.open(), 0);
        assert!(places.table().by_address.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_pushes_out_its_own_only() {
        let places = places(10, 2);
        let other = places.take(address("2001:db8:0:1::1")).unwrap();
        let first = places.take(address("2001:db8::1")).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let second = places.take(address("2001:db8::2")).unwrap();
        let third = places.take(address("2001:db8::3")).unwrap();
        let evicted = [&other, &first, &second, &third].map(|place| place.evicted.is_cancelled());
        assert_eq!(evicted, [false, true, false, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn many_clients_come_through_a_proxy_and_from_this_machine() {
        let places = places(10, 1);
        for peer in ["10.9.1.2", "127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let both = [places.take(address(peer)).unwrap(), places.take(address(peer)).unwrap()];
            assert!(both.iter().all(|place| !place.evicted.is_cancelled()), "{peer}");
        }
    }
}

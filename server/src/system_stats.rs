//! Looks every few seconds how busy this server and its machine are, and writes what it saw into the outbox: an event
//! like any other, of the stream `system_stats`. Started by `startup`.

use crate::http::serving::Places;
use domain::EventBody;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// While so many events wait, it writes no further ones: they must not fill the disk which orders need.
const OUTBOX_EVENTS_MAX: i64 = 1_000_000;
/// The longest name of a machine, in characters, as the stream declares it.
const NAME_CHARS_MAX: usize = 255;
const BYTES_PER_TENTH: u64 = 1024 * 1024 / 10;

/// What it looks at.
pub(crate) struct SystemStats {
    pub(crate) store: Store,
    /// The connections of the shop's address.
    pub(crate) places: Arc<Places>,
    pub(crate) every: Duration,
}

impl SystemStats {
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let (Ok(pid), Ok(mut system)) = (sysinfo::get_current_pid(), System::new()) else {
            tracing::warn!("this machine does not say how busy it is");
            return shutdown.cancelled().await;
        };
        let server = System::host_name().unwrap_or_default().chars().take(NAME_CHARS_MAX).collect::<String>();
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The share of the processors is one since the last look.
        ticks.tick().await;
        system.refresh_cpu_usage();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let waiting = match self.store.outbox_state().await {
                Ok(waiting) if waiting.events < OUTBOX_EVENTS_MAX => waiting.events,
                Ok(_) => continue,
                Err(error) => {
                    tracing::debug!(%error, "the outbox could not be looked at");
                    continue;
                }
            };
            system.refresh_cpu_usage();
            let sample = EventBody::SystemStats {
                server: server.clone(),
                cpu_tenths: tenths_of_percent(system.global_cpu_usage()),
                memory_tenths: tenths_of_mebibyte(resident(&mut system, pid)),
                connections_num: u32::try_from(self.places.open()).unwrap_or(u32::MAX),
                outbox_num: waiting,
            };
            if let Err(error) = self.store.record(sample).await {
                tracing::debug!(%error, "a sample of the machine was not kept");
            }
        }
    }
}

/// The process' resident memory, in bytes.
fn resident(system: &mut System, pid: Pid) -> u64 {
    let what = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    system.process(pid).map_or(0, sysinfo::Process::memory)
}

/// From 0 to 1,000.
fn tenths_of_percent(percent: f32) -> u16 {
    // A float is no number of events: it is measured, never added up.
    (percent.clamp(0.0, 100.0) * 10.0).round() as u16
}

fn tenths_of_mebibyte(bytes: u64) -> u32 {
    u32::try_from(bytes / BYTES_PER_TENTH).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_keeps_the_limits_that_the_stream_declares() {
        for (percent, tenths) in [(0.0, 0), (12.34, 123), (12.36, 124), (100.0, 1_000), (417.0, 1_000), (-1.0, 0)] {
            assert_eq!(tenths_of_percent(percent), tenths, "{percent}");
        }
        assert_eq!(tenths_of_percent(f32::NAN), 0);
        for (bytes, tenths) in [(0, 0), (1024 * 1024, 10), (u64::MAX, u32::MAX)] {
            assert_eq!(tenths_of_mebibyte(bytes), tenths, "{bytes}");
        }
    }

    #[test]
    fn this_very_process_has_a_size() {
        let pid = sysinfo::get_current_pid().unwrap();
        let bytes = resident(&mut System::new().unwrap(), pid);
        assert!((1 << 20..1 << 40).contains(&bytes), "{bytes}");
    }
}

//! The relay: hands committed events to the producer from memory. Whatever it cannot hand over, the sweeper does.

use crate::kafka::SendError;
use crate::link::CurrentLink;
use store::Clock;
use streams::Event;
use tokio::sync::mpsc;

/// Events that may wait for the relay; beyond it they wait in the outbox alone.
pub const QUEUE_EVENTS_MAX: usize = 16_384;
/// Events that one step takes.
const STEP_EVENTS_MAX: usize = 512;

/// Hands over what is committed, until the store is closed.
pub(crate) async fn run(mut events: mpsc::Receiver<Event>, links: CurrentLink, clock: Clock) {
    let mut taken = Vec::with_capacity(STEP_EVENTS_MAX);
    while events.recv_many(&mut taken, STEP_EVENTS_MAX).await > 0 {
        let link = links.borrow().clone();
        if let Some(link) = link {
            relay_once(&taken, |event| link.send(event, clock.now()));
        }
        taken.clear();
    }
}

/// Hands over until the producer is full; answers how many it took.
fn relay_once(events: &[Event], mut send: impl FnMut(&Event) -> Result<(), SendError>) -> usize {
    for (taken, event) in events.iter().enumerate() {
        match send(event) {
            Ok(()) => crash::step("after_hand_over"),
            Err(SendError::QueueFull) => return taken,
            // The dashboard says what is refused, and the sweeper tries again.
            Err(error) => tracing::debug!(%error, event_id = event.event_id, "an event waits in the outbox"),
        }
    }
    events.len()
}

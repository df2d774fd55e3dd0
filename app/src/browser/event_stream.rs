//! Follows a stream of server-sent events for as long as somebody can see the page. Reconnects by itself, also
//! after an answer other than 200, and stays closed while the page is hidden: six open streams block a browser's
//! whole origin. Knows nothing of what the events mean. Called by the dashboard's island.

use leptos::prelude::{TimeoutHandle, document, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

/// The first try after a break waits this long; each further one twice as long.
const RETRY_MS_MIN: u32 = 1_000;
/// No try waits longer.
const RETRY_MS_MAX: u32 = 15_000;
/// A stream that was opened must speak within this time.
const FIRST_EVENT_MS_MAX: u64 = 5_000;
/// The server speaks every 5 seconds even when nothing changes: a longer silence is a dead connection, which the
/// browser itself may notice minutes later.
const SILENCE_MS_MAX: u64 = 12_000;

/// What the follower tells the page.
pub struct Follower {
    /// An event came; its data.
    pub on_data: Box<dyn Fn(String)>,
    /// The stream broke, or could not be opened.
    pub on_break: Box<dyn Fn()>,
    /// Whether it is worth trying again.
    pub wants_retry: Box<dyn Fn() -> bool>,
}

struct Stream {
    url: &'static str,
    event: &'static str,
    follower: Follower,
    source: RefCell<Option<EventSource>>,
    on_message: Closure<dyn Fn(MessageEvent)>,
    on_error: Closure<dyn Fn(Event)>,
    failures: Cell<u32>,
    retry: Cell<Option<TimeoutHandle>>,
    watchdog: Cell<Option<TimeoutHandle>>,
    this: Weak<Stream>,
}

/// Follows the events named `event` at `url` for as long as the page lives.
pub fn follow(url: &'static str, event: &'static str, follower: Follower) {
    let stream = Rc::new_cyclic(|this: &Weak<Stream>| {
        let (message, error) = (this.clone(), this.clone());
        Stream {
            url,
            event,
            follower,
            source: RefCell::new(None),
            on_message: Closure::new(move |event: MessageEvent| {
                if let (Some(stream), Some(data)) = (message.upgrade(), event.data().as_string()) {
                    stream.heard(data);
                }
            }),
            on_error: Closure::new(move |_: Event| {
                if let Some(stream) = error.upgrade() {
                    stream.broke();
                }
            }),
            failures: Cell::new(0),
            retry: Cell::new(None),
            watchdog: Cell::new(None),
            this: this.clone(),
        }
    });
    let visible = Rc::clone(&stream);
    let on_visibility: Closure<dyn Fn(Event)> = Closure::new(move |_| {
        visible.failures.set(0);
        visible.open_if_visible();
    });
    let function = on_visibility.as_ref().unchecked_ref();
    // It fails only for a listener that is no function.
    let _ = document().add_event_listener_with_callback("visibilitychange", function);
    on_visibility.forget();
    stream.open_if_visible();
}

impl Stream {
    fn open_if_visible(&self) {
        self.close();
        if document().hidden() {
            return;
        }
        let Ok(source) = EventSource::new(self.url) else {
            self.broke();
            return;
        };
        let heard = source.add_event_listener_with_callback(self.event, self.on_message.as_ref().unchecked_ref());
        if heard.is_err() {
            source.close();
            self.broke();
            return;
        }
        source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        self.source.replace(Some(source));
        self.expect_event_within(FIRST_EVENT_MS_MAX);
    }

    fn heard(&self, data: String) {
        self.failures.set(0);
        self.expect_event_within(SILENCE_MS_MAX);
        (self.follower.on_data)(data);
    }

    /// The browser would try again by itself after some breaks and never after others, so it is never left to it.
    fn broke(&self) {
        self.close();
        (self.follower.on_break)();
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let this = self.this.clone();
        self.retry.set(timer(retry_delay_ms(failures).into(), move || {
            if let Some(stream) = this.upgrade()
                && (stream.follower.wants_retry)()
            {
                stream.open_if_visible();
            }
        }));
    }

    fn expect_event_within(&self, silence_ms: u64) {
        clear(&self.watchdog);
        let this = self.this.clone();
        self.watchdog.set(timer(silence_ms, move || {
            if let Some(stream) = this.upgrade() {
                stream.broke();
            }
        }));
    }

    fn close(&self) {
        clear(&self.retry);
        clear(&self.watchdog);
        if let Some(source) = self.source.take() {
            source.set_onerror(None);
            source.close();
        }
    }
}

fn timer(delay_ms: u64, then: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    set_timeout_with_handle(then, Duration::from_millis(delay_ms)).ok()
}

fn clear(timer: &Cell<Option<TimeoutHandle>>) {
    if let Some(timer) = timer.take() {
        timer.clear();
    }
}

/// How long to wait after this many failures in a row.
fn retry_delay_ms(failures: u32) -> u32 {
    RETRY_MS_MIN.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(RETRY_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_a_quarter_of_a_minute() {
        for (failures, delay_ms) in [
            (0, 1_000),
            (1, 2_000),
            (2, 4_000),
            (3, 8_000),
            (4, 15_000),
            (31, 15_000),
            (32, 15_000),
            (u32::MAX, 15_000),
        ] {
            assert_eq!(retry_delay_ms(failures), delay_ms, "{failures}");
        }
    }
}

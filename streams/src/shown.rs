//! An event as people read it: its declared fields as texts.

use crate::record::members;
use crate::{Stream, Topic};
use domain::Timestamp;
use std::collections::BTreeMap;

/// The longest text that is shown, in characters. A longer one is left out whole: half an address would be found by
/// nobody who looks for it.
pub const SHOWN_CHARS_MAX: usize = 200;

/// An event as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatestEvent {
    /// Of which stream.
    pub topic: Topic,
    /// When it happened.
    pub event_time: Timestamp,
    /// Whether it adds to the foreign figures: another producer's, or one that was sent back or came late.
    pub is_foreign: bool,
    /// Its fields by their names, as [`Stream::texts`] has them.
    pub texts: BTreeMap<String, String>,
}

impl Stream {
    /// The declared fields of an event by their names, but for private ones, those that are missing or `null`, and
    /// those that are too long.
    #[must_use]
    pub fn texts(&self, json: &str) -> BTreeMap<String, String> {
        let members = members(json).unwrap_or_default();
        let public = self.fields.iter().filter(|field| !field.is_private);
        let text = |name: &String| {
            let value = members.get(name)?.get();
            let text = serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned());
            let is_shown = value != "null" && text.chars().nth(SHOWN_CHARS_MAX).is_none() && !text.contains('\0');
            is_shown.then_some(text)
        };
        public.filter_map(|field| Some((field.name.clone(), text(&field.name)?))).collect()
    }
}

impl Topic {
    /// Whether the dashboard itself shows what came last of it: then nothing else keeps it.
    #[must_use]
    pub fn is_on_dashboard(self) -> bool {
        [Topic::feedback(), Topic::new_orders(), Topic::web_requests()].contains(&self)
    }
}

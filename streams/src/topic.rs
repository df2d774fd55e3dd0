//! A stream that lives as long as the process.

use crate::{Stream, Streams};
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// A stream, known by the name of its topic. Small to copy, since streams are declared once and never given up.
#[derive(Clone, Copy)]
pub struct Topic(&'static Stream);

/// The shop's own streams, which its code names.
struct Own {
    feedback: Topic,
    new_orders: Topic,
    subscriptions: Topic,
    system_stats: Topic,
    web_requests: Topic,
}

static OWN: LazyLock<Own> = LazyLock::new(|| {
    let streams = Streams::own();
    let topic = |name| streams.of(name).expect("the shop's own streams are compiled in, and tested");
    Own {
        feedback: topic("feedback"),
        new_orders: topic("new_orders"),
        subscriptions: topic("subscriptions"),
        system_stats: topic("system_stats"),
        web_requests: topic("web_requests"),
    }
});

impl Topic {
    /// Keeps a stream for as long as the process lives.
    pub(crate) fn of(stream: Stream) -> Topic {
        Topic(Box::leak(Box::new(stream)))
    }

    /// What customers say of their orders.
    #[must_use]
    pub fn feedback() -> Topic {
        OWN.feedback
    }

    /// Orders that were made.
    #[must_use]
    pub fn new_orders() -> Topic {
        OWN.new_orders
    }

    /// Who joined the newsletter, and who left it.
    #[must_use]
    pub fn subscriptions() -> Topic {
        OWN.subscriptions
    }

    /// How busy the servers and their machines are.
    #[must_use]
    pub fn system_stats() -> Topic {
        OWN.system_stats
    }

    /// Page views.
    #[must_use]
    pub fn web_requests() -> Topic {
        OWN.web_requests
    }

    /// How the stream is declared.
    #[must_use]
    pub const fn stream(self) -> &'static Stream {
        self.0
    }

    /// Its name in Kafka and in SQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.0.topic
    }

    /// The topic that keeps its unreadable records.
    #[must_use]
    pub fn dead_letter_name(self) -> &'static str {
        &self.0.dead_letter_topic
    }
}

impl PartialEq for Topic {
    fn eq(&self, other: &Topic) -> bool {
        std::ptr::eq(self.0, other.0) || self.name() == other.name()
    }
}

impl Eq for Topic {}

impl PartialOrd for Topic {
    fn partial_cmp(&self, other: &Topic) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Topic {
    fn cmp(&self, other: &Topic) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Topic {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

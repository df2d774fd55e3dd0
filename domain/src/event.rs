//! Events as they travel through Kafka: the topics, their JSON values and keys.

use crate::{Comment, ForeignRecord, Money, Stars, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;

/// A stream of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What customers say of their orders.
    Feedback,
    /// Orders that were made.
    NewOrders,
    /// Page views.
    WebRequests,
}

impl Topic {
    /// Every topic, in the order of their names.
    pub const ALL: [Topic; 3] = [Topic::Feedback, Topic::NewOrders, Topic::WebRequests];

    /// Its name in Kafka and in SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Topic::Feedback => "feedback",
            Topic::NewOrders => "new_orders",
            Topic::WebRequests => "web_requests",
        }
    }

    /// The topic that keeps its unreadable records.
    #[must_use]
    pub const fn dead_letter_name(self) -> &'static str {
        match self {
            Topic::Feedback => "feedback.dlq",
            Topic::NewOrders => "new_orders.dlq",
            Topic::WebRequests => "web_requests.dlq",
        }
    }

    /// The topic of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The pages of the shop whose views count; nothing else is ever reported as viewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PagePath {
    /// `/`
    Home,
    /// `/order-new`
    OrderNew,
    /// `/order-new-complete`
    OrderNewComplete,
    /// `/my-orders`
    MyOrders,
}

impl PagePath {
    /// Every page that counts.
    pub const ALL: [PagePath; 4] = [PagePath::Home, PagePath::OrderNew, PagePath::OrderNewComplete, PagePath::MyOrders];

    /// Its path, without query.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            PagePath::Home => "/",
            PagePath::OrderNew => "/order-new",
            PagePath::OrderNewComplete => "/order-new-complete",
            PagePath::MyOrders => "/my-orders",
        }
    }

    /// The page of exactly this path.
    #[must_use]
    pub fn parse(path: &str) -> Option<PagePath> {
        PagePath::ALL.into_iter().find(|page| page.path() == path)
    }
}

/// How a page came to be viewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewKind {
    /// Rendered by the server and answered with 200.
    Page,
    /// A change of page inside the browser, as shops before version 0.2 reported it.
    Navigation,
}

impl ViewKind {
    /// Its name in JSON and in SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ViewKind::Page => "page",
            ViewKind::Navigation => "navigation",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<ViewKind> {
        [ViewKind::Page, ViewKind::Navigation].into_iter().find(|kind| kind.name() == name)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventBody {
    /// An order was made.
    Order {
        /// The order's number.
        order_id: i64,
        /// Goods in it.
        order_amount: i64,
        /// Its price.
        order_total_price: Money,
        /// Whether it was paid at once.
        is_paid: bool,
    },
    /// A page was viewed.
    PageView {
        /// Which page.
        path: PagePath,
        /// How.
        kind: ViewKind,
    },
    /// A customer said something of an order.
    Feedback {
        /// The order's number.
        order_id: i64,
        /// How good it was.
        stars: Stars,
        /// In words, where there are any.
        comment: Option<Comment>,
    },
    /// The owner sent a dead letter back. Its event is this database's own, so that it counts once however often it is
    /// published; what it adds is another producer's.
    Redriven {
        /// Which one.
        dead_letter_id: i64,
        /// What it stands for.
        record: ForeignRecord,
    },
}

/// An own event: one row of the outbox, and the record that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id of its outbox row; never used twice.
    pub event_id: i64,
    /// When it happened, read inside the transaction that wrote it.
    pub event_time: Timestamp,
    /// What happened.
    pub body: EventBody,
}

#[derive(Serialize)]
struct OrderValue<'a> {
    order_id: i64,
    order_amount: i64,
    order_total_price: &'a RawValue,
    is_paid: bool,
    event_id: i64,
    source: &'a str,
    event_time: String,
}

#[derive(Serialize)]
struct PageViewValue<'a> {
    path: &'a str,
    kind: ViewKind,
    event_id: i64,
    source: &'a str,
    event_time: String,
}

#[derive(Serialize)]
struct FeedbackValue<'a> {
    order_id: i64,
    stars: Stars,
    comment: Option<&'a str>,
    event_id: i64,
    source: &'a str,
    event_time: String,
}

#[derive(Serialize)]
struct RequestsValue<'a> {
    requests_num: i64,
    event_id: i64,
    source: &'a str,
    event_time: String,
}

impl Event {
    /// The topic that it travels in.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self.body {
            EventBody::Order { .. } => Topic::NewOrders,
            EventBody::PageView { .. } => Topic::WebRequests,
            EventBody::Feedback { .. } => Topic::Feedback,
            EventBody::Redriven { record, .. } => record.topic(),
        }
    }

    /// The record's key: the order's id, also of feedback; requests have none.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self.body {
            EventBody::Order { order_id, .. }
            | EventBody::Feedback { order_id, .. }
            | EventBody::Redriven {
                record: ForeignRecord::Order { order_id, .. } | ForeignRecord::Feedback { order_id, .. },
                ..
            } => Some(order_id.to_string()),
            EventBody::PageView { .. } | EventBody::Redriven { .. } => None,
        }
    }

    /// The record's value, JSON in UTF-8. `source` is the uuid of the database that issued the event.
    #[must_use]
    pub fn value(&self, source: &str) -> String {
        let event_time = self.event_time.to_string();
        let event_id = self.event_id;
        let json = match &self.body {
            EventBody::Order { order_id, order_amount, order_total_price, is_paid }
            | EventBody::Redriven {
                record: ForeignRecord::Order { order_id, order_amount, order_total_price, is_paid },
                ..
            } => {
                let price = RawValue::from_string(order_total_price.to_string());
                price.and_then(|price| {
                    serde_json::to_string(&OrderValue {
                        order_id: *order_id,
                        order_amount: *order_amount,
                        order_total_price: &price,
                        is_paid: *is_paid,
                        event_id,
                        source,
                        event_time,
                    })
                })
            }
            EventBody::PageView { path, kind } => {
                serde_json::to_string(&PageViewValue { path: path.path(), kind: *kind, event_id, source, event_time })
            }
            EventBody::Feedback { order_id, stars, comment } => serde_json::to_string(&FeedbackValue {
                order_id: *order_id,
                stars: *stars,
                comment: comment.as_ref().map(Comment::as_str),
                event_id,
                source,
                event_time,
            }),
            EventBody::Redriven { record: ForeignRecord::Feedback { order_id, stars }, .. } => {
                serde_json::to_string(&FeedbackValue {
                    order_id: *order_id,
                    stars: *stars,
                    comment: None,
                    event_id,
                    source,
                    event_time,
                })
            }
            EventBody::Redriven { record: ForeignRecord::Requests { requests_num }, .. } => {
                serde_json::to_string(&RequestsValue { requests_num: *requests_num, event_id, source, event_time })
            }
        };
        json.expect("strings, numbers and booleans always serialise")
    }
}

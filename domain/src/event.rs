//! What happens in the shop and counts: orders, page views, feedback, subscriptions and samples of the machine, and
//! their JSON.

use crate::{Comment, Money, Stars, decimal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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

/// What happened in the shop. Its fields are those that the shop's own streams declare; a test of `streams` holds the
/// two against each other.
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
        /// Whether a visit began with it: it was not reached from the shop itself. `None`: written by a version that
        /// did not tell visits apart.
        is_visit: Option<bool>,
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
    /// Somebody joined the newsletter, or left it. Nothing of who.
    Subscription {
        /// Joined, and not left.
        has_joined: bool,
    },
    /// A server looked how busy it is.
    SystemStats {
        /// The machine's name.
        server: String,
        /// How much of all its processors was used since the last sample, in tenths of a percent: 0 to 1,000.
        cpu_tenths: u16,
        /// The server's resident memory, in tenths of a mebibyte.
        memory_tenths: u32,
        /// Open connections.
        connections_num: u32,
        /// Events in the outbox.
        outbox_num: i64,
    },
}

#[derive(Serialize)]
struct OrderPayload<'a> {
    order_id: i64,
    order_amount: i64,
    order_total_price: &'a RawValue,
    is_paid: bool,
}

#[derive(Serialize)]
struct PageViewPayload<'a> {
    path: &'a str,
    kind: ViewKind,
    is_visit: Option<bool>,
}

#[derive(Serialize)]
struct FeedbackPayload<'a> {
    order_id: i64,
    stars: Stars,
    comment: Option<&'a str>,
}

#[derive(Serialize)]
struct SystemStatsPayload<'a> {
    server: &'a str,
    cpu_percent: Box<RawValue>,
    memory_mib: Box<RawValue>,
    connections_num: u32,
    outbox_num: i64,
}

#[derive(Serialize)]
struct SubscriptionPayload {
    change: i64,
    has_joined: bool,
    has_left: bool,
}

impl EventBody {
    /// The record's key: the order's number, also of feedback; all others have none.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self {
            EventBody::Order { order_id, .. } | EventBody::Feedback { order_id, .. } => Some(order_id.to_string()),
            EventBody::PageView { .. } | EventBody::Subscription { .. } | EventBody::SystemStats { .. } => None,
        }
    }

    /// Its fields as a JSON object.
    #[must_use]
    pub fn payload(&self) -> String {
        let json = match self {
            EventBody::Order { order_id, order_amount, order_total_price, is_paid } => {
                RawValue::from_string(order_total_price.to_string()).and_then(|price| {
                    serde_json::to_string(&OrderPayload {
                        order_id: *order_id,
                        order_amount: *order_amount,
                        order_total_price: &price,
                        is_paid: *is_paid,
                    })
                })
            }
            EventBody::PageView { path, kind, is_visit } => {
                serde_json::to_string(&PageViewPayload { path: path.path(), kind: *kind, is_visit: *is_visit })
            }
            EventBody::Feedback { order_id, stars, comment } => serde_json::to_string(&FeedbackPayload {
                order_id: *order_id,
                stars: *stars,
                comment: comment.as_ref().map(Comment::as_str),
            }),
            EventBody::Subscription { has_joined } => serde_json::to_string(&SubscriptionPayload {
                change: if *has_joined { 1 } else { -1 },
                has_joined: *has_joined,
                has_left: !has_joined,
            }),
            EventBody::SystemStats { server, cpu_tenths, memory_tenths, connections_num, outbox_num } => {
                tenths((*cpu_tenths).into()).and_then(|cpu_percent| {
                    serde_json::to_string(&SystemStatsPayload {
                        server,
                        cpu_percent,
                        memory_mib: tenths((*memory_tenths).into())?,
                        connections_num: *connections_num,
                        outbox_num: *outbox_num,
                    })
                })
            }
        };
        json.expect("strings, numbers and booleans always serialise")
    }
}

/// A number of tenths as a decimal: `12.5`.
fn tenths(number: i64) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(decimal::show(number, 1))
}

//! Customers of a server that may die at any instant: they remember what was answered, and send an order that was not
//! again, with the same key, until it is.

use super::browser::{Browser, Form};
use super::place::Place;
use super::shop::{OpenShop, OrdersOnly};
use super::until;
use domain::{Figures, Money};
use futures::StreamExt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const CUSTOMERS: usize = 4;
/// Customers who come at a rate and are not served yet; while there are so many, nobody else comes.
const WAITING_MAX: usize = 200;
const COME_EVERY: Duration = Duration::from_millis(5);
/// Orders that are sent again at once.
const AGAIN_AT_ONCE: usize = 16;
/// A server that hangs is a server that is gone.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// An order as its customer remembers it.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    pub(crate) quantity: i64,
    pub(crate) is_paid: bool,
    /// The address of its page, once it was answered.
    pub(crate) answered: Option<String>,
}

/// What all customers remember.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// By submission key.
    pub(crate) orders: BTreeMap<String, Remembered>,
    pub(crate) views_sent: usize,
    /// When each page view was answered.
    pub(crate) views_answered: Vec<Instant>,
    /// Events of others that were sent with a time of the past; so many may have come after their minute was closed.
    pub(crate) late_max: i64,
}

pub(crate) type Remember = Arc<Mutex<Memory>>;

impl Memory {
    /// What the orders come to.
    pub(crate) fn figures(&self) -> Figures {
        let order =
            |order: &Remembered| Figures::order(order.quantity, Money::from_cents(240 * order.quantity), order.is_paid);
        self.orders.values().fold(Figures::ZERO, |sum, remembered| sum.plus(order(remembered)).unwrap())
    }

    /// An order that somebody else made and remembers.
    pub(crate) fn add(&mut self, key: &str, quantity: i64, is_paid: bool, answered: Option<String>) {
        self.orders.insert(key.to_owned(), Remembered { quantity, is_paid, answered });
    }

    fn unanswered(&self) -> Vec<String> {
        let keys = self.orders.iter().filter(|(_, order)| order.answered.is_none());
        keys.map(|(key, _)| key.clone()).collect()
    }
}

/// How many customers come, whether or not the server keeps up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) orders_per_second: f64,
    pub(crate) views_per_second: f64,
}

/// Customers who come and go until they are stopped.
pub(crate) struct Traffic {
    customers: JoinSet<()>,
    stop: CancellationToken,
}

impl Traffic {
    pub(crate) fn start(browser: &Browser, memory: &Remember) -> Traffic {
        let stop = CancellationToken::new();
        let mut customers = JoinSet::new();
        for number in 0..CUSTOMERS {
            let (browser, stranger) = (browser.clone(), browser.stranger());
            let (memory, stop) = (Arc::clone(memory), stop.clone());
            customers.spawn(async move {
                let mut visit = number as i64;
                while !stop.is_cancelled() {
                    visit += 1;
                    view(&stranger, &memory).await;
                    order(&browser, &memory, visit).await;
                }
            });
        }
        Traffic { customers, stop }
    }

    /// Customers who come at a rate, each for one thing.
    pub(crate) fn at_rate(browser: &Browser, memory: &Remember, rate: Rate) -> Traffic {
        let stop = CancellationToken::new();
        let mut customers = JoinSet::new();
        customers.spawn(come(browser.clone(), Arc::clone(memory), rate, stop.clone()));
        Traffic { customers, stop }
    }

    /// Waits until so many more orders were sent.
    pub(crate) async fn wait_orders(memory: &Remember, more: usize) {
        let sent = || memory.lock().unwrap().orders.len();
        let wanted = sent() + more;
        until("customers to order", async || {
            let sent = sent();
            if sent >= wanted { Ok(()) } else { Err(format!("{sent} orders, {wanted} wanted")) }
        })
        .await;
    }

    /// Lets every customer finish what they are at.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.customers.join_next().await {
            ended.unwrap();
        }
    }
}

async fn come(browser: Browser, memory: Remember, rate: Rate, stop: CancellationToken) {
    let opened = Instant::now();
    let stranger = browser.stranger();
    let mut waiting = JoinSet::new();
    let (mut orders, mut views) = (0, 0);
    let mut ticks = tokio::time::interval(COME_EVERY);
    while !stop.is_cancelled() {
        ticks.tick().await;
        while waiting.try_join_next().is_some() {}
        let open_for = opened.elapsed().as_secs_f64();
        while (views as f64) < open_for * rate.views_per_second && waiting.len() < WAITING_MAX {
            views += 1;
            let is_order_due = (orders as f64) < open_for * rate.orders_per_second;
            orders += i64::from(is_order_due);
            let (browser, stranger, memory) = (browser.clone(), stranger.clone(), Arc::clone(&memory));
            waiting.spawn(async move {
                view(&stranger, &memory).await;
                if is_order_due {
                    order(&browser, &memory, orders).await;
                }
            });
        }
    }
    waiting.join_all().await;
}

/// Whoever never ordered sees this page whatever becomes of the database.
async fn view(stranger: &Browser, memory: &Remember) {
    memory.lock().unwrap().views_sent += 1;
    let viewed = tokio::time::timeout(ANSWER_WITHIN, stranger.try_get("/my-orders")).await;
    if let Ok(Ok(answer)) = viewed
        && answer.status == 200
    {
        memory.lock().unwrap().views_answered.push(Instant::now());
    }
}

async fn order(browser: &Browser, memory: &Remember, visit: i64) {
    let key = uuid::Uuid::new_v4().simple().to_string();
    let remembered = Remembered { quantity: 1 + visit % 5, is_paid: visit % 2 == 0, answered: None };
    memory.lock().unwrap().orders.insert(key.clone(), remembered);
    send(browser, memory, &key).await;
}

/// Sends an order, again or for the first time. What comes back must name the same order each time.
async fn send(browser: &Browser, memory: &Remember, key: &str) {
    let order = memory.lock().unwrap().orders[key].clone();
    let mut form = Form(BTreeMap::new());
    form.set("submission_key", key);
    form.set("email", "again@example.com");
    form.set("quantity[rice]", order.quantity);
    form.set("price[rice]", 240);
    if order.is_paid {
        form.set("pay_now", "yes");
    }
    if let Ok(Ok(answer)) = tokio::time::timeout(ANSWER_WITHIN, browser.try_send(&form)).await
        && answer.status == 303
    {
        let mut memory = memory.lock().unwrap();
        let remembered = memory.orders.get_mut(key).unwrap();
        assert!(remembered.answered.is_none() || remembered.answered == answer.location, "{key} made two orders");
        remembered.answered = answer.location;
    }
}

/// Sends every order again that was not answered, and some that were.
pub(crate) async fn send_again(browser: &Browser, memory: &Remember) {
    let (unanswered, answered) = {
        let memory = memory.lock().unwrap();
        let unanswered = memory.unanswered();
        let answered: Vec<_> = memory.orders.keys().filter(|key| !unanswered.contains(key)).take(5).cloned().collect();
        (unanswered, answered)
    };
    let keys = futures::stream::iter(unanswered.iter().chain(&answered));
    keys.for_each_concurrent(AGAIN_AT_ONCE, |key| send(browser, memory, key)).await;
}

/// What remains to be said when all servers are gone: every order once, and the views that must be counted.
pub(crate) async fn assert_exact(place: &Place, memory: &Memory, views_min: usize) -> Figures {
    let shop = place.open().await;
    let figures = assert_exact_in(&shop, memory, views_min).await;
    shop.close().await;
    figures
}

/// The same in a shop that is open.
pub(crate) async fn assert_exact_in(shop: &OpenShop, memory: &Memory, views_min: usize) -> Figures {
    let figures = shop.assert_all_agree().await;
    let mut database = shop.database().await;
    let in_table = database.texts("select submission_key, token from orders order by submission_key").await;
    let remembered: Vec<Vec<Option<String>>> = memory
        .orders
        .iter()
        .map(|(key, order)| {
            let address = order.answered.as_deref().expect("every order was answered in the end");
            let token = address.rsplit('=').next().map(str::to_owned);
            vec![Some(key.clone()), token]
        })
        .collect();
    assert_eq!(in_table.len(), remembered.len(), "orders in the table, and remembered");
    assert_eq!(in_table, remembered);
    assert_eq!(figures.orders_only(), memory.figures(), "counted, and ordered");
    let (counted, sent) = (usize::try_from(figures.requests_num).unwrap(), memory.views_sent);
    assert!(counted <= sent, "{counted} page views were counted, {sent} were sent");
    assert!(counted >= views_min, "{counted} page views were counted, at least {views_min} of {sent} must be");
    let tallies = shop.running.store.tallies().await.unwrap();
    let late = tallies.late_events;
    assert!(late <= memory.late_max, "{late} events were late, at most {} can have been", memory.late_max);
    let late_alone = store::Tallies { late_events: late, ..store::Tallies::default() };
    assert_eq!(tallies, late_alone, "nothing strange happened");
    figures
}

//! One visit from the first page to the last: what a visitor means to do is drawn first, then done page by page, with
//! the pauses that people make.

use super::form::OrderForm;
use super::page::{Browser, Page};
use super::random::Random;
use super::tally::Fact;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;
use url::Url;

/// Of those who order: how many pay at once, and how many err first.
const PAY_NOW: f64 = 0.7;
const ERR_FIRST: f64 = 0.1;
/// Of those who do not order: how many fill the form and leave.
const ABANDON: f64 = 0.3;
/// Of those who order: how many say what they think of it, and what each of five stars comes to among them, in percent.
const SAY: f64 = 0.4;
const STARS: [(u64, &str, &str); 5] = [
    (45, "5", "Quick, and all of it fresh."),
    (75, "4", "Good goods, plain box."),
    (90, "3", ""),
    (97, "2", "The milk came a day late."),
    (100, "1", "The box was wet."),
];
/// How long a visitor looks at a page on average, in seconds.
const LOOK_SECS: f64 = 2.0;
/// The longest look, in seconds.
const LOOK_SECS_MAX: f64 = 10.0;
/// How often an order without answer is sent again; it stays the same order.
const RESENDS_MAX: usize = 3;
const RESEND_PAUSE: Duration = Duration::from_secs(2);
const GOODS_MAX: u64 = 4;
const QUANTITY_MAX: u64 = 5;

/// What a visitor means to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Read the first page.
    Look,
    /// Fill the form and leave.
    Abandon,
    /// Order.
    Order {
        /// Pay at once, or on credit.
        pay_now: bool,
        /// Forget the e-mail address at first.
        err_first: bool,
    },
}

impl Plan {
    /// `ordering` is the share of visitors who order.
    pub(super) fn draw(ordering: f64, random: &mut Random) -> Plan {
        if random.chance(ordering) {
            Plan::Order { pay_now: random.chance(PAY_NOW), err_first: random.chance(ERR_FIRST) }
        } else if random.chance(ABANDON) {
            Plan::Abandon
        } else {
            Plan::Look
        }
    }
}

/// Makes the visit and tells what happened; ends early where the shop does not answer as it should.
pub(super) async fn visit(shop: Url, plan: Plan, random: Random, facts: Sender<Fact>) {
    // The tally outlives every visitor but at the very end, when nobody counts any more.
    let _ = facts.send(Fact::Came).await;
    let done = match Browser::new(shop) {
        Ok(browser) => Visitor { browser, random, facts: facts.clone() }.act(plan).await,
        Err(error) => Err(Fact::Failed(in_words(&error))),
    };
    if let Err(fact) = done {
        let _ = facts.send(fact).await;
    }
}

struct Visitor {
    browser: Browser,
    random: Random,
    facts: Sender<Fact>,
}

impl Visitor {
    async fn act(mut self, plan: Plan) -> Result<(), Fact> {
        self.view("/").await?;
        self.look().await;
        let (pay_now, err_first) = match plan {
            Plan::Look => return Ok(()),
            Plan::Abandon => {
                self.view("/order-new").await?;
                self.look().await;
                self.tell(Fact::Abandoned).await;
                return Ok(());
            }
            Plan::Order { pay_now, err_first } => (pay_now, err_first),
        };
        let page = self.view("/order-new").await?;
        let mut form = form_of(&page)?;
        let quantities = self.choose(form.goods_offered());
        self.look().await;
        if err_first {
            form = self.err(&form, &quantities).await?;
            self.look().await;
        }
        let email = format!("customer-{}@example.com", self.random.between(1, 9_999));
        let receipt = self.order(&form.fill(&email, pay_now, &quantities)).await?;
        let (goods, cents) = form.total(&quantities);
        self.tell(Fact::Ordered { goods, cents }).await;
        self.view(&receipt).await?;
        if self.random.chance(SAY) {
            self.look().await;
            self.say(&receipt).await?;
        }
        Ok(())
    }

    /// Gives stars on the receipt, and says something.
    async fn say(&mut self, receipt: &str) -> Result<(), Fact> {
        let drawn = self.random.between(1, 100);
        let (_, stars, comment) = STARS.into_iter().find(|(until, ..)| drawn <= *until).unwrap_or(STARS[0]);
        let fields = [("stars", stars), ("comment", comment)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.browser.post(receipt, &fields).await.map_err(|error| Fact::Failed(in_words(&error)))?;
        match answer.status {
            StatusCode::SEE_OTHER => Ok(()),
            status => Err(Fact::Failed(format!("feedback was answered with {status}"))),
        }
    }

    /// Posts the form without e-mail address, and takes the form that comes back.
    async fn err(&mut self, form: &OrderForm, quantities: &BTreeMap<usize, u64>) -> Result<OrderForm, Fact> {
        let posted = self.browser.post("/order-new", &form.fill("", false, quantities)).await;
        let page = posted.map_err(|error| Fact::Failed(in_words(&error)))?;
        if page.status != StatusCode::UNPROCESSABLE_ENTITY {
            return Err(Fact::Failed(format!("an order without e-mail address was answered with {}", page.status)));
        }
        self.tell(Fact::MistakeShown).await;
        form_of(&page)
    }

    /// Posts an order until it is answered; gives the receipt's address.
    async fn order(&mut self, fields: &[(String, String)]) -> Result<String, Fact> {
        let mut answer = self.browser.post("/order-new", fields).await;
        for _ in 0..RESENDS_MAX {
            if answer.is_ok() {
                break;
            }
            sleep(RESEND_PAUSE).await;
            answer = self.browser.post("/order-new", fields).await;
        }
        match answer {
            Err(_) => Err(Fact::Lost),
            Ok(Page { status: StatusCode::SEE_OTHER, location: Some(receipt), .. })
                if receipt.starts_with("/order-new-complete?order=") =>
            {
                Ok(receipt)
            }
            Ok(Page { status: StatusCode::UNPROCESSABLE_ENTITY, .. }) => Err(Fact::Rejected),
            Ok(page) => Err(Fact::Failed(format!("an order was answered with {}", page.status))),
        }
    }

    async fn view(&self, path: &str) -> Result<Page, Fact> {
        let page = self.browser.get(path).await.map_err(|error| Fact::Failed(in_words(&error)))?;
        if page.status != StatusCode::OK {
            return Err(Fact::Failed(format!("{} was answered with {}", without_query(path), page.status)));
        }
        self.tell(Fact::PageViewed).await;
        Ok(page)
    }

    fn choose(&mut self, offered: usize) -> BTreeMap<usize, u64> {
        let kinds = self.random.between(1, GOODS_MAX);
        let last = offered as u64 - 1;
        (0..kinds).map(|_| (self.random.between(0, last) as usize, self.random.between(1, QUANTITY_MAX))).collect()
    }

    async fn look(&mut self) {
        sleep(Duration::from_secs_f64((self.random.wait() * LOOK_SECS).min(LOOK_SECS_MAX))).await;
    }

    async fn tell(&self, fact: Fact) {
        let _ = self.facts.send(fact).await;
    }
}

fn form_of(page: &Page) -> Result<OrderForm, Fact> {
    OrderForm::find(&page.html).ok_or_else(|| Fact::Failed("the page has no whole order form".to_owned()))
}

/// Tokens do not belong into what is printed.
fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// An error with its innermost cause, without the address.
fn in_words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_come_in_the_shares_asked_for() {
        let mut random = Random::new(11);
        let plans: Vec<Plan> = (0..20_000).map(|_| Plan::draw(0.25, &mut random)).collect();
        let share = |of: fn(&Plan) -> bool| plans.iter().filter(|plan| of(plan)).count() as f64 / plans.len() as f64;
        let near = |share: f64, expected: f64| assert!((share - expected).abs() < 0.02, "{share} is not {expected}");
        near(share(|plan| matches!(plan, Plan::Order { .. })), 0.25);
        near(share(|plan| matches!(plan, Plan::Order { pay_now: true, .. })), 0.25 * PAY_NOW);
        near(share(|plan| *plan == Plan::Abandon), 0.75 * ABANDON);
    }
}

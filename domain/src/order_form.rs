//! The order form as it is posted: text in every field, any of them missing. Nothing is believed here.

use crate::order::{NewOrderLine, Quantity};
use crate::{Money, Problem, SubmissionKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a browser sends: `submission_key`, `email`, `pay_now`, and for each good `quantity[slug]` and `price[slug]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    /// 32 hexadecimal digits, see [`SubmissionKey`].
    pub submission_key: Option<String>,
    /// What was typed as e-mail address.
    pub email: Option<String>,
    /// Present when the box was ticked.
    pub pay_now: Option<String>,
    /// What was typed as quantity, by slug.
    pub quantity: BTreeMap<String, String>,
    /// The price in cents at which each good was shown, by slug.
    pub price: BTreeMap<String, String>,
}

impl OrderForm {
    /// The key, when it has the form of one.
    #[must_use]
    pub fn submission_key(&self) -> Option<SubmissionKey> {
        self.submission_key.as_deref().and_then(SubmissionKey::parse)
    }

    /// Whether "pay now" was ticked.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.pay_now.is_some()
    }

    /// What was typed for this good, or nothing.
    #[must_use]
    pub fn quantity_of(&self, slug: &str) -> &str {
        self.quantity.get(slug).map_or("", String::as_str)
    }

    /// Every good that the post names, in the order of their slugs.
    pub(crate) fn slugs(&self) -> impl Iterator<Item = &str> {
        let without_quantity = self.price.keys().filter(|slug| !self.quantity.contains_key(*slug));
        let mut slugs: Vec<&str> = self.quantity.keys().chain(without_quantity).map(String::as_str).collect();
        slugs.sort_unstable();
        slugs.into_iter()
    }

    /// One good of the post: `None` when none of it is wanted.
    pub(crate) fn line(&self, slug: &str) -> Result<Option<NewOrderLine>, Problem> {
        let typed = self.quantity.get(slug).ok_or(Problem::QuantityMissing)?;
        let quantity = Quantity::parse(typed)?.get();
        if quantity == 0 {
            return Ok(None);
        }
        let shown_cents = self.price.get(slug).and_then(|cents| cents.parse().ok()).ok_or(Problem::PriceMissing)?;
        Ok(Some(NewOrderLine { slug: slug.to_owned(), quantity, shown_price: Money::from_cents(shown_cents) }))
    }
}

//! The goods that the shop sells.

use crate::Money;
use serde::{Deserialize, Serialize};

/// One good of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// Its name in forms and addresses, such as `rice`: lower-case letters, digits and hyphens.
    pub slug: String,
    /// What a customer calls it.
    pub name: String,
    /// One line about it.
    pub description: String,
    /// What one of it is, such as `1 kg bag`.
    pub unit: String,
    /// The price of one.
    pub price: Money,
}

impl Good {
    /// The address of its picture.
    #[must_use]
    pub fn picture(&self) -> String {
        picture_of(&self.slug)
    }
}

/// The address of the picture of the good with this slug.
pub(crate) fn picture_of(slug: &str) -> String {
    format!("/goods/{slug}.svg")
}

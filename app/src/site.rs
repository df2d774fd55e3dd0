//! Which build of scripts, module and styles a page goes with. Their addresses carry it, so that a browser keeps them
//! for good and asks for them again only when there is another build; and an open dashboard knows by it that the shop
//! was renewed.

use leptos::prelude::use_context;
use std::sync::Arc;

/// The version of the files; empty where they may change while the shop runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteVersion(pub Arc<str>);

impl SiteVersion {
    /// That of the shop which answers this request.
    #[must_use]
    pub fn of_request() -> SiteVersion {
        use_context().unwrap_or_default()
    }

    /// The address of a file of the build, such as `pantry.css`.
    #[must_use]
    pub fn address_of(&self, file: &str) -> String {
        if self.0.is_empty() { format!("/pkg/{file}") } else { format!("/pkg/{file}?{}", self.query()) }
    }

    /// What stands behind the question mark of such an address.
    #[must_use]
    pub fn query(&self) -> String {
        format!("v={}", self.0)
    }
}

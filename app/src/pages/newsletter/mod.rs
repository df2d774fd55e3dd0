//! The newsletter's pages. `/newsletter` has the form; `asked` and `joined` are what follows the form and the
//! confirmation; `confirm` and `leave` are where links lead. None has an island, and opening one changes nothing.

pub mod asked;
pub mod confirm;
pub mod form;
pub mod joined;
pub mod leave;
mod linked;

pub use crate::components::newsletter::EMAIL_NAME;
pub use asked::NewsletterAskedPage;
pub use confirm::NewsletterConfirmPage;
pub use form::NewsletterPage;
pub use joined::NewsletterJoinedPage;
pub use leave::{NewsletterLeavePage, NewsletterLeftPage};

use domain::SubscriptionToken;
use leptos::prelude::ReadUntracked;
use leptos_router::hooks::use_query_map;

/// The token in the page's address; `None` where there is none, or what is no token.
fn token() -> Option<SubscriptionToken> {
    SubscriptionToken::parse(&use_query_map().read_untracked().get("token").unwrap_or_default())
}

//! One file per address. A page loads its data from the store, shows it with `components`, and sets its own status.

pub mod admin_account;
pub mod admin_alerts;
pub mod admin_dead_letter;
pub mod admin_dead_letters;
pub mod admin_login;
pub mod admin_metrics;
pub mod admin_stream;
pub mod admin_time_zone;
pub mod home;
pub mod my_orders;
pub mod newsletter;
pub mod not_found;
pub mod order_new;
pub mod order_new_complete;
mod shown;

pub use admin_account::AdminAccountPage;
pub use admin_alerts::AdminAlertsPage;
pub use admin_dead_letter::AdminDeadLetterPage;
pub use admin_dead_letters::AdminDeadLettersPage;
pub use admin_login::{AdminLoginPage, CodeAsked, LoginFailure};
pub use admin_metrics::AdminMetricsPage;
pub use admin_stream::AdminStreamPage;
pub use admin_time_zone::AdminTimeZonePage;
pub use home::HomePage;
pub use my_orders::MyOrdersPage;
pub use newsletter::{
    NewsletterAskedPage, NewsletterConfirmPage, NewsletterJoinedPage, NewsletterLeavePage, NewsletterLeftPage,
    NewsletterPage,
};
pub use not_found::NotFoundPage;
pub use order_new::OrderNewPage;
pub use order_new_complete::OrderNewCompletePage;

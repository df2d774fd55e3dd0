//! Alerts, for the owner. Reading only: what changes them are plain forms that post to the server's own routes.

#[cfg(feature = "ssr")]
use super::admin::owners_shop;
use super::json::Json;
use crate::ShopError;
use crate::browser::Caller;
use domain::AlertsPage;
use leptos::prelude::*;

/// Rules, history, and how the webhook stands.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/alerts", output = Json, client = Caller)]
pub async fn alerts(
    /// So many of the alerts that ended last are left out.
    skip: i64,
) -> Result<AlertsPage, ShopError> {
    let shop = owners_shop().await?;
    super::answer(crate::make_alerts_page(&shop, skip.max(0)).await)
}

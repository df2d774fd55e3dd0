//! The owner's reports, and the time zones to choose from. Reading only.

#[cfg(feature = "ssr")]
use super::admin::owners_shop;
use super::json::Json;
use crate::ShopError;
use crate::browser::Caller;
use domain::report::Answer;
use leptos::prelude::*;

/// The report that the query of an address asks for, or what is wrong with it.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/report", output = Json, client = Caller)]
pub async fn owners_report(
    /// What stands after the question mark.
    query: String,
) -> Result<Answer, ShopError> {
    let shop = owners_shop().await?;
    match domain::ReportQuery::parse(&query) {
        Ok(query) => {
            super::answer(crate::make_report(&shop.store, query).await).map(|report| Answer::Report(Box::new(report)))
        }
        Err(problem) => Ok(Answer::Problem(problem)),
    }
}

/// The owner's time zone first, then the names of all.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/time-zones", output = Json, client = Caller)]
pub async fn time_zones() -> Result<Vec<String>, ShopError> {
    let shop = owners_shop().await?;
    let chosen = super::answer(shop.store.time_zone().await)?;
    Ok(std::iter::once(chosen.name().to_owned()).chain(store::Zone::names()).collect())
}

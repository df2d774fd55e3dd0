//! The owner's reports, for the dashboard's island. Reading only.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::ReportParts;
use crate::ShopError;

/// The report that the query of an address asks for, or what is wrong with it; the shop's or a stream's.
///
/// # Errors
/// [`ShopError::LoginRequired`] with status 401 without a valid session; another with 503 when that cannot be told, or
/// the figures cannot be read.
#[server(endpoint = "admin/report", input = Json)]
pub async fn owners_report(
    /// What stands after the question mark.
    query: String,
    /// The stream whose report it is; `None`: the dashboard's own.
    topic: Option<String>,
) -> Result<ReportParts, ShopError> {
    use crate::dashboard::{answer_of, report_parts};
    use crate::stream_report::{stream_answer, stream_parts};
    let shop = super::owners_shop().await?;
    let Some(topic) = topic else {
        return Ok(report_parts(&super::answer(answer_of(&shop.store, &query).await)?));
    };
    // One that is declared no more: the page says so when it is loaded again.
    let topic = shop.store.streams().of(&topic).ok_or(ShopError::Malformed)?;
    Ok(stream_parts(&super::answer(stream_answer(&shop.store, topic, &query).await)?))
}

//! Ordering, for the hydrated form. Without JavaScript the form posts to its own page instead, and the server calls
//! the same `submit_order`.

use domain::OrderForm;
use leptos::prelude::*;

use super::compact::Compact;
use crate::browser::Caller;
use crate::{ShopError, Submission};

/// Makes at most one order of `form`; broken rules come back as an answer, not as an error.
///
/// # Errors
/// When the database does not answer as it should; sending the same form again is then safe.
#[server(endpoint = "orders", input = Compact, output = Compact, client = Caller)]
pub async fn place_order(
    /// What stands in the form.
    form: OrderForm,
) -> Result<Submission, ShopError> {
    let shop = crate::Shop::of_request()?;
    let submission = crate::api::answer(crate::submit_order(&shop.store, &form).await)?;
    if let Submission::Ordered(token) = &submission {
        crate::my_orders::remember(token, &shop.store).await;
    }
    Ok(submission)
}

//! Ordering, for the form's island. Without it the form posts to its own page instead, and the server calls the same
//! `submit_order`.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::ShopError;
use crate::submission::Submission;

/// Makes at most one order of `form`; broken rules come back as an answer, not as an error.
///
/// # Errors
/// When the database does not answer as it should; sending the same form again is then safe.
#[server(endpoint = "orders", input = Json)]
pub async fn place_order(
    /// What stands in the form, as a browser posts it.
    form: String,
) -> Result<Submission, ShopError> {
    use crate::{Submitted, my_orders, posted_order::posted_order, rejection, submit_order};
    let store = crate::Shop::of_request()?.store;
    match super::answer(submit_order(&store, &posted_order(form.as_bytes())).await)? {
        Submitted::Ordered(token) => {
            my_orders::remember(&token, &store).await;
            Ok(Submission::Ordered(token))
        }
        Submitted::Rejected { errors, submission_key } => {
            let goods = super::answer(store.goods().await)?;
            Ok(Submission::Rejected(rejection::rejection(&errors, goods, submission_key)))
        }
    }
}

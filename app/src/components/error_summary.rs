//! Above a form that was rejected: which fields to look at. The messages themselves stand beside the fields.

use domain::{Field, FieldError, Good};
use leptos::prelude::*;

use crate::form_state::{EMAIL_ID, GOODS_ID, quantity_id};

/// Links to the fields that something is wrong with; nothing while nothing is.
#[component]
pub fn ErrorSummary(
    /// What is wrong, in the order in which the fields stand on the page.
    errors: Vec<FieldError>,
    /// The goods of the form, for their names.
    goods: Vec<Good>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items: Vec<_> = errors.iter().map(|error| item(error, &goods)).collect();
        view! {
            <div class="error-summary" data-testid="error-summary">
                <p class="error-summary-title">"Nothing was ordered yet. Please check:"</p>
                <ul>{items}</ul>
            </div>
        }
    })
}

/// A link to the field. A good that is not on the form any more has no field, so its message stands here.
fn item(error: &FieldError, goods: &[Good]) -> AnyView {
    let slug = match &error.field {
        Field::Email => return link(EMAIL_ID, "E-mail address"),
        Field::Order => return link(GOODS_ID, "The goods"),
        Field::Quantity(slug) => slug,
    };
    match goods.iter().find(|good| good.slug == *slug) {
        Some(good) => link(&quantity_id(slug), &good.name),
        None => view! {
            <li data-testid=format!("error-quantity-{slug}")>
                {slug.clone()} ": " {error.problem.to_string()}
            </li>
        }
        .into_any(),
    }
}

fn link(id: &str, text: &str) -> AnyView {
    view! {
        <li>
            <a href=format!("#{id}")>{text.to_owned()}</a>
        </li>
    }
    .into_any()
}

//! Above a form that was rejected: which fields to look at. The messages themselves stand beside the fields.

use domain::{Field, FieldError};
use leptos::prelude::*;

use super::OrderLine;

/// Links to the fields that something is wrong with; nothing while nothing is.
#[component]
pub fn ErrorSummary(
    /// What is wrong.
    errors: RwSignal<Vec<FieldError>>,
    /// The goods of the form, for their names.
    lines: StoredValue<Vec<OrderLine>>,
) -> impl IntoView {
    view! { {move || summary(lines.with_value(|lines| as_on_page(errors.get(), lines)), lines)} }
}

fn summary(errors: Vec<FieldError>, lines: StoredValue<Vec<OrderLine>>) -> AnyView {
    if errors.is_empty() {
        return ().into_any();
    }
    let items: Vec<_> = errors.into_iter().map(|error| item(error, lines)).collect();
    view! {
        <div class="error-summary" role="alert" data-testid="error-summary">
            <p class="error-summary-title">"Nothing was ordered yet. Please check:"</p>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

/// In the order in which their fields stand on the page. The few there are need no more than insertion; the library's
/// sort is a lot of code.
fn as_on_page(errors: Vec<FieldError>, lines: &[OrderLine]) -> Vec<FieldError> {
    let mut sorted: Vec<FieldError> = Vec::new();
    for error in errors {
        let place = place_on_page(&error.field, lines);
        let next = sorted.iter().position(|other| place_on_page(&other.field, lines) > place);
        sorted.insert(next.unwrap_or(sorted.len()), error);
    }
    sorted
}

/// Where a field stands among the others.
fn place_on_page(field: &Field, lines: &[OrderLine]) -> usize {
    match field {
        Field::Order => 0,
        Field::Quantity(slug) => 1 + lines.iter().take_while(|line| line.good.slug != *slug).count(),
        Field::Email => usize::MAX,
    }
}

/// A link to the field. A good that is not on the form any more has no field, so its message stands here.
fn item(error: FieldError, lines: StoredValue<Vec<OrderLine>>) -> AnyView {
    let slug = match error.field {
        Field::Email => return link("#email".to_owned(), "E-mail address".to_owned()),
        Field::Order => return link("#goods".to_owned(), "The goods".to_owned()),
        Field::Quantity(slug) => slug,
    };
    let shown = lines.with_value(|lines| {
        lines
            .iter()
            .find(|line| line.good.slug == slug)
            .map(|line| (format!("#{}", line.field_id()), line.good.name.clone()))
    });
    match shown {
        Some((address, name)) => link(address, name),
        None => view! {
            <li data-testid=format!("error-quantity-{slug}")>
                {slug.clone()} ": " {error.problem.to_string()}
            </li>
        }
        .into_any(),
    }
}

/// `external`: the browser itself moves the focus, the router would only scroll.
fn link(address: String, text: String) -> AnyView {
    view! {
        <li>
            <a href=address rel="external">
                {text}
            </a>
        </li>
    }
    .into_any()
}

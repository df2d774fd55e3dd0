//! What stands in the form: the goods' rows with their sums, what the form would order, and what is wrong with it.

use domain::order::QUANTITY_MAX;
use domain::{Money, Quantity};
use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, UrlSearchParams};

use super::FORM_ID;
use crate::browser::elements::{all, by_id, input, mark, set_class, show, tell, within, write};
use crate::submission::Rejection;

const KEY_ID: &str = "submission-key";
/// What stands for something typed into a number field that is no number: the browser keeps the text to itself.
const UNREADABLE: &str = "?";

/// The row of a good.
struct Row {
    element: Element,
    slug: String,
    quantity: HtmlInputElement,
    price: HtmlInputElement,
}

impl Row {
    fn of(element: Element) -> Option<Row> {
        let slug = element.get_attribute("data-good")?;
        let field = |selector| within(&element, selector)?.dyn_into::<HtmlInputElement>().ok();
        let (quantity, price) = (field(".quantity")?, field("[type=hidden]")?);
        Some(Row { element, slug, quantity, price })
    }

    fn all() -> impl Iterator<Item = Row> {
        all("[data-good]").into_iter().filter_map(Row::of)
    }

    /// Never nothing where a customer sees something.
    fn typed(&self) -> String {
        if self.quantity.validity().bad_input() { UNREADABLE.to_owned() } else { self.quantity.value() }
    }

    fn amount(&self) -> i64 {
        Quantity::parse(&self.typed()).map_or(0, Quantity::get)
    }

    fn sum(&self) -> Money {
        let price = Money::from_cents(self.price.value().parse().unwrap_or_default());
        price.times(self.amount()).unwrap_or_default()
    }
}

/// Brings sums, summary, total and button to what is typed.
pub(super) fn show_sums() {
    let (mut amount, mut total) = (0, Money::ZERO);
    for (row, chosen) in Row::all().zip(all("[data-chosen]")) {
        let (of_row, sum) = (row.amount(), row.sum());
        let words = sum.euros();
        amount += of_row;
        total = total.plus(sum).unwrap_or_default();
        write(within(&row.element, "[data-sum]"), if of_row == 0 { "" } else { &words });
        set_class(&row.element, "is-chosen", of_row != 0);
        write(within(&chosen, "[data-amount]"), &of_row.to_string());
        write(within(&chosen, "[data-sum]"), &words);
        show(Some(chosen), of_row != 0);
    }
    let goods = if amount == 1 { "good" } else { "goods" };
    write(by_id("order-amount"), &format!("{amount} {goods}"));
    show(by_id("order-empty"), amount == 0);
    let total_words = total.euros();
    let price = if total == Money::ZERO { String::new() } else { format!(" · {total_words}") };
    write(by_id("order-total"), &total_words);
    write(by_id("order-price"), &price);
}

/// One more or one less of a good, where the click is on one of its buttons.
pub(super) fn step(event: &MouseEvent) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("[data-step]").ok()?);
    let Some(button) = button else { return };
    let by = button.get_attribute("data-step").and_then(|by| by.parse().ok()).unwrap_or_default();
    if let Some(row) = button.closest("[data-good]").ok().flatten().and_then(Row::of) {
        row.quantity.set_value(&stepped(&row.typed(), by));
        show_sums();
    }
}

/// One more or one less than what is typed; where that is no quantity, counting begins at zero.
fn stepped(typed: &str, by: i64) -> String {
    let quantity = Quantity::parse(typed).map_or(0, Quantity::get);
    (quantity + by).clamp(0, i64::from(QUANTITY_MAX)).to_string()
}

/// What the form posts. A browser posts nothing in place of what it cannot read as a number; here it is named.
pub(super) fn posted() -> String {
    let form = by_id(FORM_ID).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return String::new() };
    for row in Row::all().filter(|row| row.quantity.validity().bad_input()) {
        // It has a field of this name.
        let _ = data.set_with_str(&row.quantity.name(), UNREADABLE);
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data);
    body.map(|body| body.to_string().into()).unwrap_or_default()
}

/// Shows what is wrong, then puts the cursor where to begin: a screen reader reads the field with its message.
pub(super) fn show_rejection(rejection: &Rejection) {
    if let Some(summary) = by_id("error-summary") {
        summary.set_inner_html(&rejection.summary);
    }
    for problem in all(".order-form .field-error[id]") {
        let id = problem.id();
        let field = id.strip_prefix("error-").unwrap_or_default();
        let message = rejection.messages.iter().find(|message| message.field == field);
        tell(Some(problem), message.map(|message| &*message.text));
        if let Some(field) = input(field) {
            mark(&field, "aria-invalid", message.map(|_| "true"));
        }
    }
    for row in Row::all() {
        if let Some(new) = rejection.prices.iter().find(|new| new.slug == row.slug) {
            row.price.set_value(&new.price.cents().to_string());
            write(within(&row.element, "[data-price]"), &new.price.euros());
        }
    }
    if let Some(key) = &rejection.submission_key
        && let Some(field) = input(KEY_ID)
    {
        field.set_value(key.as_str());
    }
    show_sums();
    let first = rejection.first.as_deref().and_then(by_id).and_then(|field| field.dyn_into::<HtmlElement>().ok());
    if let Some(first) = first {
        // Where it cannot take the cursor, its message is shown all the same.
        let _ = first.focus();
    }
}

/// Says why an order was not confirmed, or nothing.
pub(super) fn show_failure(words: Option<&str>) {
    tell(by_id("order-failure"), words);
}

#[cfg(test)]
mod tests {
    use super::stepped;

    #[test]
    fn steps_stay_between_none_and_the_most() {
        let cases = [("", 1, "1"), ("", -1, "0"), ("7", -1, "6"), ("99", 1, "99"), ("abc", 1, "1")];
        for (typed, by, expected) in cases {
            assert_eq!(stepped(typed, by), expected, "{typed} {by}");
        }
    }
}

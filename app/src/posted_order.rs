//! An order form as a browser posts it, with and without JavaScript.

use domain::OrderForm;
use url::form_urlencoded;

/// Reads it. It cannot fail: a field that is missing or unreadable is missing in the form, and a field that
/// comes twice has its last value; the domain says what is wrong with that.
#[must_use]
pub fn posted_order(body: &[u8]) -> OrderForm {
    let mut form = OrderForm::default();
    for (name, value) in form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "submission_key" => form.submission_key = Some(value),
            "email" => form.email = Some(value),
            "pay_now" => form.pay_now = Some(value),
            name => {
                if let Some(slug) = slug_in(name, "quantity[") {
                    form.quantity.insert(slug, value);
                } else if let Some(slug) = slug_in(name, "price[") {
                    form.price.insert(slug, value);
                }
            }
        }
    }
    form
}

fn slug_in(name: &str, prefix: &str) -> Option<String> {
    Some(name.strip_prefix(prefix)?.strip_suffix(']')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::posted_order;

    #[test]
    fn a_browsers_post_is_read_whole() {
        let form = posted_order(
            b"submission_key=0123&quantity%5Brice%5D=2&price%5Brice%5D=240&quantity[tea]=+1&email=a%40b.example&pay_now=yes",
        );
        assert_eq!(form.submission_key.as_deref(), Some("0123"));
        assert_eq!(form.email.as_deref(), Some("a@b.example"));
        assert!(form.is_paid());
        assert_eq!(form.quantity_of("rice"), "2");
        assert_eq!(form.quantity_of("tea"), " 1");
        assert_eq!(form.price.get("rice").map(String::as_str), Some("240"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_no_crash() {
        let form = posted_order(b"quantity=3&quantity[=4&nonsense&%ff=%ff&email=1&email=2");
        assert!(form.quantity.is_empty());
        assert_eq!(form.email.as_deref(), Some("2"));
        assert_eq!(form.submission_key, None);
    }
}

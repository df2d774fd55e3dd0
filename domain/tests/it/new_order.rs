//! The order form: every rule, all errors at once, and any field missing.

use domain::Field::{Email as EmailField, Order, Quantity as QuantityOf};
use domain::order::FORM_LINES_MAX;
use domain::{Field, FieldError, Money, NewOrder, OrderForm, Problem};
use proptest::prelude::*;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A form with these quantities, everything else right, each good at a price of 1.99.
fn form(quantities: &[(&str, &str)]) -> OrderForm {
    let pairs = |of: fn(&(&str, &str)) -> (String, String)| quantities.iter().map(of).collect();
    OrderForm {
        submission_key: Some(KEY.to_owned()),
        email: Some("name@example.com".to_owned()),
        pay_now: None,
        quantity: pairs(|(slug, typed)| ((*slug).to_owned(), (*typed).to_owned())),
        price: pairs(|(slug, _)| ((*slug).to_owned(), "199".to_owned())),
    }
}

fn quantity(slug: &str) -> Field {
    QuantityOf(slug.to_owned())
}

#[track_caller]
fn assert_errors(form: &OrderForm, expected: &[(Field, Problem)]) {
    let errors = NewOrder::parse(form).expect_err("a broken rule");
    let expected: Vec<_> =
        expected.iter().map(|(field, problem)| FieldError::new(field.clone(), problem.clone())).collect();
    assert_eq!(errors, expected);
}

#[test]
fn a_right_form_becomes_an_order() {
    let mut form = form(&[("soap", "2"), ("rice", " 1 "), ("salt", "0"), ("oil", "")]);
    let order = NewOrder::parse(&form).unwrap();
    let lines: Vec<_> = order.lines.iter().map(|line| (line.slug.as_str(), line.quantity, line.shown_price)).collect();
    let price = Money::from_cents(199);
    assert_eq!(lines, [("rice", 1, price), ("soap", 2, price)], "in the order of their slugs, zeros left out");
    assert_eq!(order.email.as_str(), "name@example.com");
    assert_eq!(order.submission_key.as_str(), KEY);
    assert!(!order.is_paid);
    form.pay_now = Some(String::new());
    assert!(NewOrder::parse(&form).unwrap().is_paid, "a ticked box counts, whatever its value");
}

#[test]
fn each_rule_has_its_message() {
    type Change = fn(&mut OrderForm);
    let good = form(&[("rice", "1")]);
    let with = |change: Change| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    let rice = || quantity("rice");
    let table: [(Change, Field, Problem); 13] = [
        (|form| form.email = None, EmailField, Problem::EmailMissing),
        (|form| form.email = Some(" ".to_owned()), EmailField, Problem::EmailMissing),
        (|form| form.email = Some("name".to_owned()), EmailField, Problem::EmailMalformed),
        (|form| form.email = Some("x".repeat(255)), EmailField, Problem::EmailTooLong),
        (|form| drop(form.quantity.insert("rice".to_owned(), "x".to_owned())), rice(), Problem::QuantityOutOfRange),
        (|form| drop(form.quantity.insert("rice".to_owned(), "100".to_owned())), rice(), Problem::QuantityOutOfRange),
        (|form| drop(form.quantity.insert("rice".to_owned(), "0".to_owned())), Order, Problem::NothingOrdered),
        (|form| form.quantity.clear(), rice(), Problem::QuantityMissing),
        (|form| form.price.clear(), rice(), Problem::PriceMissing),
        (|form| drop(form.price.insert("rice".to_owned(), "1.99".to_owned())), rice(), Problem::PriceMissing),
        (|form| form.submission_key = None, Order, Problem::SubmissionKeyMalformed),
        (|form| form.submission_key = Some("17".to_owned()), Order, Problem::SubmissionKeyMalformed),
        (|form| form.submission_key = Some(KEY.to_uppercase()), Order, Problem::SubmissionKeyMalformed),
    ];
    assert!(NewOrder::parse(&good).is_ok());
    for (change, field, problem) in table {
        assert_errors(&with(change), &[(field, problem)]);
    }
}

#[test]
fn at_most_500_goods_fit_in_an_order() {
    let five = [("a", "99"), ("b", "99"), ("c", "99"), ("d", "99"), ("e", "99")];
    let order = NewOrder::parse(&form(&[&five[..], &[("f", "5")]].concat())).unwrap();
    assert_eq!(order.lines.iter().map(|line| line.quantity).sum::<i64>(), 500);
    assert_errors(&form(&[&five[..], &[("f", "6")]].concat()), &[(Order, Problem::TooManyGoods(501))]);
}

#[test]
fn all_errors_are_shown_at_once() {
    let mut form = form(&[("soap", "x"), ("rice", "-1"), ("oil", "2")]);
    form.price.remove("oil");
    form.price.insert("salt".to_owned(), "5".to_owned());
    form.email = Some("name".to_owned());
    form.submission_key = None;
    assert_errors(
        &form,
        &[
            (quantity("oil"), Problem::PriceMissing),
            (quantity("rice"), Problem::QuantityOutOfRange),
            (quantity("salt"), Problem::QuantityMissing),
            (quantity("soap"), Problem::QuantityOutOfRange),
            (EmailField, Problem::EmailMalformed),
            (Order, Problem::SubmissionKeyMalformed),
        ],
    );
}

#[test]
fn an_empty_post_is_errors_not_a_crash() {
    assert_errors(
        &OrderForm::default(),
        &[
            (EmailField, Problem::EmailMissing),
            (Order, Problem::NothingOrdered),
            (Order, Problem::SubmissionKeyMalformed),
        ],
    );
    assert_eq!(serde_json::from_str::<OrderForm>("{}").unwrap(), OrderForm::default());
}

#[test]
fn a_form_names_a_bounded_number_of_goods() {
    let slugs: Vec<String> = (0..=FORM_LINES_MAX).map(|number| format!("good-{number}")).collect();
    let mut quantities: Vec<(&str, &str)> = slugs.iter().map(|slug| (slug.as_str(), "0")).collect();
    quantities[0].1 = "1";
    assert!(NewOrder::parse(&form(&quantities)).is_err());
    quantities.pop();
    assert!(NewOrder::parse(&form(&quantities)).is_ok());
}

#[test]
fn what_was_typed_stays() {
    let form = form(&[("rice", " many ")]);
    assert_eq!(form.quantity_of("rice"), " many ");
    assert_eq!(form.quantity_of("soap"), "");
    let json = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<OrderForm>(&json).unwrap(), form);
}

proptest! {
    #[test]
    fn whatever_is_posted_is_an_order_that_keeps_the_rules_or_errors(
        key in proptest::option::of("[0-9a-f]{31,33}"),
        email in proptest::option::of(r"[a-z@.]{0,12}"),
        quantity in proptest::collection::btree_map("[a-z]{1,3}", "[0-9 x-]{0,3}", 0..9),
        price in proptest::collection::btree_map("[a-z]{1,3}", "[0-9-]{0,4}", 0..9),
        pay_now in proptest::option::of(".{0,3}"),
    ) {
        let is_paid = pay_now.is_some();
        match NewOrder::parse(&OrderForm { submission_key: key, email, pay_now, quantity, price }) {
            Ok(order) => {
                prop_assert!(!order.lines.is_empty());
                prop_assert!(order.lines.iter().all(|line| (1..=99).contains(&line.quantity)));
                prop_assert!(order.lines.iter().map(|line| line.quantity).sum::<i64>() <= 500);
                prop_assert!(order.lines.is_sorted_by(|left, right| left.slug < right.slug));
                prop_assert_eq!(order.is_paid, is_paid);
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    #[test]
    fn a_right_form_is_always_accepted(
        quantities in proptest::collection::btree_map("[a-z]{1,8}", 1..=50_i64, 1..=10),
    ) {
        let typed: Vec<(String, String)> =
            quantities.iter().map(|(slug, number)| (slug.clone(), number.to_string())).collect();
        let typed: Vec<(&str, &str)> = typed.iter().map(|(slug, text)| (slug.as_str(), text.as_str())).collect();
        let order = NewOrder::parse(&form(&typed)).expect("every rule is kept");
        let lines: Vec<_> = order.lines.into_iter().map(|line| (line.slug, line.quantity)).collect();
        prop_assert_eq!(lines, quantities.into_iter().collect::<Vec<_>>());
    }
}

//! What a form opens with when its address asks for something: `?add=rice` for one good at 1, `?again=TOKEN` for the
//! goods of an order. A form that is shown again keeps what was typed, whatever its address says.

use domain::{Good, Receipt};

use crate::FormState;
use leptos_router::params::ParamsMap;

/// What stands in the form's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// The slug of a good; empty where none is asked for.
    pub(super) add: String,
    /// What should be an order's token; empty where none is asked for.
    pub(super) again: String,
}

impl Opening {
    pub(super) fn of_query(query: &ParamsMap) -> Opening {
        let text = |name: &str| query.get(name).unwrap_or_default();
        Opening { add: text("add"), again: text("again") }
    }

    /// Fills a fresh form with what is asked for and still sold, and says what a customer should know about that.
    pub(super) fn fill(&self, form: &mut FormState, goods: &[Good], repeated: Option<&Receipt>) -> Option<String> {
        if !form.is_fresh() {
            return None;
        }
        let is_sold = |slug: &str| goods.iter().any(|good| good.slug == slug);
        let quantities = &mut form.input.quantity;
        let mut note = None;
        if let Some(receipt) = repeated {
            let (sold, gone): (Vec<_>, Vec<_>) = receipt.lines.iter().partition(|line| is_sold(&line.slug));
            quantities.extend(sold.iter().map(|line| (line.slug.clone(), line.quantity.to_string())));
            let gone: Vec<&str> = gone.iter().map(|line| line.name.as_str()).collect();
            note = Some(repeated_note(receipt.order_id, &gone));
        } else if !self.again.is_empty() {
            note = Some("We cannot find the order that you want to repeat, so this form is empty.".to_owned());
        }
        if is_sold(&self.add) {
            quantities.entry(self.add.clone()).or_insert_with(|| "1".to_owned());
        }
        note
    }
}

fn repeated_note(order_id: i64, gone: &[&str]) -> String {
    let filled = format!("The goods of order {order_id}, at today’s prices. Change what you like.");
    match gone {
        [] => filled,
        [name] => format!("{filled} {name} is no longer sold, so it is left out."),
        [names @ .., last] => {
            format!("{filled} {} and {last} are no longer sold, so they are left out.", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Email, FieldError, Money, OrderToken, Problem, ReceiptLine, Timestamp};

    fn goods() -> Vec<Good> {
        ["rice", "tea"].map(good).to_vec()
    }

    fn good(slug: &str) -> Good {
        Good {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            description: String::new(),
            unit: String::new(),
            price: Money::from_cents(100),
        }
    }

    fn receipt(lines: &[(&str, i64)]) -> Receipt {
        let line = |(slug, quantity): &(&str, i64)| ReceiptLine {
            slug: (*slug).to_owned(),
            name: slug.to_uppercase(),
            unit: String::new(),
            quantity: *quantity,
            price: Money::ZERO,
            total: Money::ZERO,
        };
        Receipt {
            order_id: 17,
            token: OrderToken::from_random(1),
            email: Some(Email::parse("a@b.example").unwrap()),
            is_paid: true,
            event_time: Timestamp::from_micros(0),
            lines: lines.iter().map(line).collect(),
            amount: 0,
            total: Money::ZERO,
            feedback: None,
        }
    }

    /// The quantities and the note of a fresh form.
    fn opened(add: &str, again: &str, repeated: Option<&Receipt>) -> (Vec<(String, String)>, Option<String>) {
        let mut form = FormState::empty();
        let opening = Opening { add: add.to_owned(), again: again.to_owned() };
        let note = opening.fill(&mut form, &goods(), repeated);
        (form.input.quantity.into_iter().collect(), note)
    }

    #[test]
    fn one_good_is_added_where_it_is_sold() {
        for (add, filled) in [("", None), ("rice", Some("rice")), ("caviar", None), ("RICE", None), ("<b>", None)] {
            let (quantities, note) = opened(add, "", None);
            let expected: Vec<_> = filled.map(|slug| (slug.to_owned(), "1".to_owned())).into_iter().collect();
            assert_eq!((quantities, note), (expected, None), "{add}");
        }
    }

    #[test]
    fn an_order_is_repeated_without_what_is_gone() {
        type Case<'a> = (&'a [(&'a str, i64)], usize, &'a str);
        let cases: [Case<'_>; 4] = [
            (&[("rice", 2), ("tea", 9)], 2, "Change what you like."),
            (&[("rice", 2), ("soap", 1)], 1, "SOAP is no longer sold, so it is left out."),
            (&[("salt", 2), ("soap", 1)], 0, "SALT and SOAP are no longer sold, so they are left out."),
            (&[("a", 1), ("b", 1), ("c", 1)], 0, "A, B and C are no longer sold, so they are left out."),
        ];
        for (lines, filled, said) in cases {
            let (quantities, note) = opened("", "x", Some(&receipt(lines)));
            assert_eq!(quantities.len(), filled, "{lines:?}");
            let note = note.unwrap();
            assert!(note.starts_with("The goods of order 17, ") && note.ends_with(said), "{note}");
        }
        assert_eq!(opened("", "x", Some(&receipt(&[("rice", 2)]))).0, [("rice".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn an_order_that_cannot_be_found_is_told() {
        let (quantities, note) = opened("", "0", None);
        assert!(quantities.is_empty() && note.unwrap().starts_with("We cannot find"));
    }

    #[test]
    fn a_form_that_is_shown_again_stays_as_it_is() {
        let mut form = FormState::empty();
        form.errors.push(FieldError::new(domain::Field::Order, Problem::NothingOrdered));
        let before = form.clone();
        let opening = Opening { add: "rice".to_owned(), again: String::new() };
        assert_eq!(opening.fill(&mut form, &goods(), None), None);
        assert_eq!(form, before);
    }
}

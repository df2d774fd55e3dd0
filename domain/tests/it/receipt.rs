//! Whether a form asks again for exactly what was ordered.

use domain::{Email, Money, NewOrder, NewOrderLine, OrderToken, Receipt, ReceiptLine, SubmissionKey, Timestamp};

fn order() -> NewOrder {
    let line =
        |slug: &str, quantity| NewOrderLine { slug: slug.to_owned(), quantity, shown_price: Money::from_cents(199) };
    NewOrder {
        submission_key: SubmissionKey::from_random(7),
        email: Email::parse("name@example.com").expect("an address"),
        is_paid: true,
        lines: vec![line("rice", 1), line("soap", 2)],
    }
}

fn receipt() -> Receipt {
    let line = |slug: &str, quantity, cents| ReceiptLine {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        unit: "one".to_owned(),
        quantity,
        price: Money::from_cents(cents),
        total: Money::from_cents(cents * quantity),
    };
    Receipt {
        order_id: 17,
        token: OrderToken::from_random(9),
        email: Some(Email::parse("name@example.com").expect("an address")),
        is_paid: true,
        event_time: Timestamp::from_micros(0),
        lines: vec![line("rice", 1, 250), line("soap", 2, 199)],
        amount: 3,
        total: Money::from_cents(648),
        feedback: None,
    }
}

#[test]
fn the_same_order_again_has_the_same_content() {
    assert!(receipt().has_content_of(&order()));
    let mut other_price = order();
    other_price.lines[0].shown_price = Money::from_cents(1);
    other_price.submission_key = SubmissionKey::from_random(8);
    assert!(receipt().has_content_of(&other_price), "shown prices and the key do not matter");
}

#[test]
fn any_other_wish_is_another_content() {
    let changes: [fn(&mut NewOrder); 6] = [
        |order| order.email = Email::parse("other@example.com").expect("an address"),
        |order| order.is_paid = false,
        |order| order.lines[0].quantity = 2,
        |order| order.lines[0].slug = "salt".to_owned(),
        |order| drop(order.lines.pop()),
        |order| order.lines.push(order.lines[0].clone()),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut order = order();
        change(&mut order);
        assert!(!receipt().has_content_of(&order), "change {number}");
    }
}

#[test]
fn an_address_that_was_deleted_differs_from_none() {
    let erased = Receipt { email: None, ..receipt() };
    assert!(erased.has_content_of(&order()));
    let mut other = order();
    other.email = Email::parse("other@example.com").expect("an address");
    assert!(erased.has_content_of(&other), "nothing is left to compare it with");
    other.lines[0].quantity = 2;
    assert!(!erased.has_content_of(&other), "the goods are compared all the same");
}

#[test]
fn a_receipt_travels_whole() {
    let json = serde_json::to_string(&receipt()).unwrap();
    assert_eq!(serde_json::from_str::<Receipt>(&json).unwrap(), receipt());
}

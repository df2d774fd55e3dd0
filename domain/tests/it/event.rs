//! What happens in the shop: names that are a contract, and prices to the cent. How events travel is tested in
//! `streams`.

use domain::{EventBody, Money, PagePath, ViewKind};
use proptest::prelude::*;

#[test]
fn names_are_a_contract() {
    assert_eq!(PagePath::ALL.map(PagePath::path), ["/", "/order-new", "/order-new-complete", "/my-orders"]);
    assert_eq!([ViewKind::Page, ViewKind::Navigation].map(ViewKind::name), ["page", "navigation"]);
}

#[test]
fn names_read_back_and_others_do_not() {
    for page in PagePath::ALL {
        assert_eq!(PagePath::parse(page.path()), Some(page));
    }
    for path in ["", "//", "/order-new/", "/order-new?x=1", "/ORDER-NEW", "/admin", "/admin/metrics", "order-new"] {
        assert_eq!(PagePath::parse(path), None, "{path}");
    }
    for kind in [ViewKind::Page, ViewKind::Navigation] {
        assert_eq!(ViewKind::named(kind.name()), Some(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
    }
    for name in ["", "Page", "pages"] {
        assert_eq!(ViewKind::named(name), None, "{name}");
    }
}

proptest! {
    #[test]
    fn every_order_is_json_that_keeps_the_price_to_the_cent(
        order_id in 1..i64::MAX,
        order_amount in 1..=500_i64,
        cents in any::<i64>(),
        is_paid in any::<bool>(),
    ) {
        let price = Money::from_cents(cents);
        let body = EventBody::Order { order_id, order_amount, order_total_price: price, is_paid };
        let members: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
            serde_json::from_str(&body.payload()).expect("an object");
        prop_assert_eq!(members.len(), 4);
        prop_assert_eq!(Money::parse_decimal(members["order_total_price"].get()), Some(price));
        prop_assert_eq!(members["order_id"].get(), order_id.to_string());
        prop_assert_eq!(body.key(), Some(order_id.to_string()));
    }
}

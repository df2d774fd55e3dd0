//! Figures: what one event adds, and sums that are exact or refused.

use domain::{Figures, Money, Snapshot};
use proptest::prelude::*;

/// All of them, in the order of the CSV columns.
fn numbers(figures: Figures) -> [i64; 9] {
    [
        figures.requests_num,
        figures.total_orders_num,
        figures.total_orders_amount,
        figures.total_orders_price.cents(),
        figures.total_paid_orders_num,
        figures.total_paid_orders_amount,
        figures.total_paid_orders_price.cents(),
        figures.total_feedback_num,
        figures.total_feedback_stars,
    ]
}

fn figures_of(
    [requests, orders, amount, price, paid_orders, paid_amount, paid_price, feedback, stars]: [i64; 9],
) -> Figures {
    Figures {
        requests_num: requests,
        total_orders_num: orders,
        total_orders_amount: amount,
        total_orders_price: Money::from_cents(price),
        total_paid_orders_num: paid_orders,
        total_paid_orders_amount: paid_amount,
        total_paid_orders_price: Money::from_cents(paid_price),
        total_feedback_num: feedback,
        total_feedback_stars: stars,
    }
}

#[test]
fn what_one_event_adds() {
    let price = Money::from_cents(4_550);
    assert_eq!(numbers(Figures::order(3, price, true)), [0, 1, 3, 4_550, 1, 3, 4_550, 0, 0]);
    assert_eq!(numbers(Figures::order(3, price, false)), [0, 1, 3, 4_550, 0, 0, 0, 0, 0]);
    assert_eq!(numbers(Figures::requests(5)), [5, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Figures::default(), Figures::ZERO);
}

#[test]
fn each_of_them_is_guarded_against_overflow() {
    for column in 0..9 {
        let mut full = [0; 9];
        full[column] = i64::MAX;
        let mut one = [0; 9];
        one[column] = 1;
        assert_eq!(figures_of(full).plus(figures_of(one)), None, "column {column}");
        assert_eq!(figures_of(full).plus(Figures::ZERO), Some(figures_of(full)));
    }
}

#[test]
fn an_empty_snapshot_has_nothing_open() {
    assert_eq!(Snapshot::default().open(), Figures::ZERO);
}

proptest! {
    #[test]
    fn sums_are_exact_or_refused(left in any::<[i64; 9]>(), right in any::<[i64; 9]>()) {
        let exact: Option<Vec<i64>> =
            left.iter().zip(right).map(|(left, right)| left.checked_add(right)).collect();
        let sum = figures_of(left).plus(figures_of(right));
        prop_assert_eq!(sum.map(|sum| numbers(sum).to_vec()), exact);
        prop_assert_eq!(sum, figures_of(right).plus(figures_of(left)));
    }

    #[test]
    fn order_of_adding_does_not_matter(events in proptest::collection::vec((1..500_i64, 0..10_000_000_i64, any::<bool>()), 0..20)) {
        let each = || events.iter().map(|(amount, cents, is_paid)| Figures::order(*amount, Money::from_cents(*cents), *is_paid));
        let add = |sum: Figures, figures: Figures| sum.plus(figures).expect("far from the end");
        let forward = each().fold(Figures::ZERO, add);
        prop_assert_eq!(forward, each().rev().fold(Figures::ZERO, add));
        prop_assert_eq!(forward.total_orders_num, events.len() as i64);
        prop_assert!(forward.total_paid_orders_price <= forward.total_orders_price);
    }

    #[test]
    fn figures_travel_whole(figures in any::<[i64; 9]>()) {
        let figures = figures_of(figures);
        let json = serde_json::to_string(&figures).expect("numbers");
        prop_assert_eq!(serde_json::from_str::<Figures>(&json).expect("the same"), figures);
    }
}

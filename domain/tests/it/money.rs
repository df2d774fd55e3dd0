//! Money: exact to the cent, from one end of `i64` to the other.

use domain::Money;
use proptest::prelude::*;

#[test]
fn reads_plain_decimals_exactly() {
    for (text, cents) in [
        ("0", 0),
        ("-0", 0),
        ("-0.00", 0),
        ("45", 4_500),
        ("45.5", 4_550),
        ("45.50", 4_550),
        ("45.500", 4_550),
        ("45.50000000000000000000000000000", 4_550),
        ("0.01", 1),
        ("0.1", 10),
        ("007.05", 705),
        ("-3.20", -320),
        ("0.29", 29),
        ("1.15", 115),
        ("92233720368547758.07", i64::MAX),
        ("-92233720368547758.08", i64::MIN),
        ("-92233720368547758.07", -i64::MAX),
    ] {
        assert_eq!(Money::parse_decimal(text), Some(Money::from_cents(cents)), "{text}");
    }
}

#[test]
fn refuses_everything_else() {
    for text in [
        "",
        " ",
        "-",
        ".",
        "-.",
        ".5",
        "5.",
        "+5",
        "--5",
        "5-",
        "1 000",
        "1,50",
        "1e2",
        "1E2",
        "0x10",
        "45.505",
        "0.001",
        "NaN",
        "inf",
        "€5",
        "٣",
        "4.5.0",
        " 5",
        "5 ",
        "5\n",
        "5\0",
        "92233720368547758.08",
        "-92233720368547758.09",
        "92233720368547759",
        "99999999999999999999999",
    ] {
        assert_eq!(Money::parse_decimal(text), None, "{text:?}");
    }
}

#[test]
fn displays_two_digits() {
    for (cents, text, euros) in [
        (0, "0.00", "€0.00"),
        (1, "0.01", "€0.01"),
        (99, "0.99", "€0.99"),
        (4_550, "45.50", "€45.50"),
        (100_000_000, "1000000.00", "€1000000.00"),
        (-5, "-0.05", "−€0.05"),
        (-4_550, "-45.50", "−€45.50"),
        (i64::MAX, "92233720368547758.07", "€92233720368547758.07"),
        (i64::MIN, "-92233720368547758.08", "−€92233720368547758.08"),
    ] {
        assert_eq!(Money::from_cents(cents).to_string(), text);
        assert_eq!(Money::from_cents(cents).euros(), euros);
    }
}

#[test]
fn is_a_bare_number_of_cents_between_server_and_browser() {
    assert_eq!(serde_json::to_string(&Money::from_cents(4_550)).unwrap(), "4550");
    assert_eq!(serde_json::from_str::<Money>("-1").unwrap(), Money::from_cents(-1));
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back(cents in any::<i64>()) {
        let money = Money::from_cents(cents);
        prop_assert_eq!(Money::parse_decimal(&money.to_string()), Some(money));
        prop_assert!(money.euros().ends_with(money.to_string().trim_start_matches('-')));
    }

    #[test]
    fn sums_and_products_are_exact_or_refused(left in any::<i64>(), right in any::<i64>()) {
        let exact = |wide: i128| i64::try_from(wide).ok().map(Money::from_cents);
        let money = Money::from_cents(left);
        prop_assert_eq!(money.plus(Money::from_cents(right)), exact(i128::from(left) + i128::from(right)));
        prop_assert_eq!(money.times(right), exact(i128::from(left) * i128::from(right)));
    }

    #[test]
    fn never_panics(text in ".{0,40}") {
        let _ = Money::parse_decimal(&text);
    }

    #[test]
    fn never_reads_more_than_it_shows(text in r"-?[0-9]{1,20}(\.[0-9]{1,6})?") {
        if let Some(money) = Money::parse_decimal(&text) {
            let shown: f64 = money.to_string().parse().expect("a decimal");
            let read: f64 = text.parse().expect("a decimal");
            prop_assert!((shown - read).abs() <= read.abs() * 1e-12, "{} from {}", money, text);
        }
    }
}

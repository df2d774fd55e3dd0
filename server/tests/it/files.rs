//! The CSV files, whatever happens to them: deleted, torn or edited, they come back byte for byte.

use crate::harness::{Cart, OpenShop, Place, run, until_equal};
use std::fs;
use std::path::Path;

const FILES: [&str; 5] = ["requests.csv", "orders.csv", "feedback.csv", "subscriptions.csv", "system_stats.csv"];

fn texts(folder: &Path) -> [String; 5] {
    FILES.map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default())
}

/// A shop with three closed minutes, the first of them with an order.
async fn shop_with_rows(place: &Place) -> OpenShop {
    let shop = place.open().await;
    let cart = Cart { goods: &[("beans", 2)], email: "a@example.com", is_paid: true };
    shop.browser().order(&cart).await;
    shop.wait_views(1).await;
    shop.wait_counted().await;
    for _ in 0..3 {
        shop.close_open_minute().await;
    }
    shop
}

#[test]
fn what_happened_while_the_shop_was_closed_is_repaired() {
    run(async {
        let place = Place::new();
        shop_with_rows(&place).await.close().await;
        let whole = texts(&place.data());
        assert_eq!(whole[1].lines().count(), 4);
        let path = |index: usize| place.data().join(FILES[index]);

        // Deleted, and torn in its last line.
        fs::remove_file(path(0)).unwrap();
        fs::write(path(1), &whole[1][..whole[1].len() - 5]).unwrap();
        let shop = place.open().await;
        until_equal("all files", whole.clone(), async || texts(&place.data())).await;
        shop.close().await;
        assert!(!place.data().join("orders.csv.bak").exists(), "a torn line is no edit");

        // Edited: kept aside as it was.
        let edited = whole[1].replacen(",2,", ",7,", 1);
        assert_ne!(edited, whole[1]);
        fs::write(path(1), &edited).unwrap();
        let shop = place.open().await;
        until_equal("all files", whole.clone(), async || texts(&place.data())).await;
        assert_eq!(fs::read_to_string(place.data().join("orders.csv.bak")).unwrap(), edited);
        shop.close_open_minute().await;
        assert_eq!(texts(&place.data())[1].lines().count(), 5);
        shop.close().await;
    });
}

#[test]
fn what_happens_while_it_is_open_is_repaired_at_the_next_row() {
    run(async {
        let place = Place::new();
        let shop = shop_with_rows(&place).await;
        let whole = texts(&shop.data);
        let path = |index: usize| shop.data.join(FILES[index]);
        fs::remove_file(path(0)).unwrap();
        let edited = whole[1].replacen(".10,", ".10000,", 1);
        assert_ne!(edited, whole[1]);
        fs::write(path(1), &edited).unwrap();
        shop.close_open_minute().await;
        let now = texts(&shop.data);
        for (before, after) in whole.iter().zip(&now) {
            assert!(after.starts_with(before), "{after:?} goes on from {before:?}");
            assert_eq!(after.lines().count(), 5);
        }
        assert_eq!(fs::read_to_string(shop.data.join("orders.csv.bak")).unwrap(), edited);
        shop.close().await;
    });
}

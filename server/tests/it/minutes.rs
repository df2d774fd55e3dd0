//! Minutes close with and without traffic, after a pause of any length, and never take an event once they are closed.

use crate::harness::records::{self, Record};
use crate::harness::{Cart, Place, csv, run, until, until_equal};
use domain::{Figures, Money};

#[test]
fn an_idle_shop_closes_its_minutes_and_a_pause_leaves_no_gap() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let first = shop.open_minute();
        shop.move_clock_to(first.plus(3), 5_000_000);
        shop.wait_closed(first.plus(2)).await;
        assert_eq!(shop.rows().len(), 3);
        shop.browser().get("/").await;
        shop.wait_views(1).await;
        shop.close().await;

        place.clock.advance_micros(15 * 60_000_000);
        let shop = place.open().await;
        let last = shop.open_minute().plus(-1);
        shop.wait_closed(last).await;
        shop.close().await;

        // Longer than one closing, and one page of the files, can take.
        place.clock.advance_micros(12_000 * 60_000_000);
        let shop = place.open().await;
        let last = shop.open_minute().plus(-1);
        shop.wait_closed(last).await;
        let rows = shop.rows();
        csv::assert_no_gap(&rows, first);
        assert_eq!(rows.last().unwrap().datetime, last.to_string());
        assert_eq!(rows.len() as i64, last.number() - first.number() + 1);
        assert!(rows.len() > 12_000, "{} rows", rows.len());
        assert_eq!(csv::sum(&rows), Figures::requests(1));
        assert_eq!(shop.row(first.plus(3)), Figures::requests(1));
        shop.close().await;
    });
}

#[test]
fn a_clock_that_is_set_ahead_closes_no_minute_that_has_not_been() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let first = shop.open_minute();
        shop.clock.set_ahead_micros(10 * 60_000_000);
        let ahead = shop.clock.now();
        until("the closer to have looked", async || {
            let taken_at = shop.running.snapshots.borrow().taken_at;
            if taken_at.micros_since(ahead) > 1_000_000 { Ok(()) } else { Err(format!("{taken_at}")) }
        })
        .await;
        assert_eq!(shop.running.store.closed_until().await.unwrap(), first);
        // Somebody puts it right.
        shop.clock.set_ahead_micros(-10 * 60_000_000);
        shop.browser().get("/").await;
        shop.wait_views(1).await;
        assert_eq!(shop.assert_all_agree().await, Figures::requests(1));
        assert_eq!(shop.row(first), Figures::requests(1));
        assert_eq!(shop.running.store.closed_until().await.unwrap(), first.plus(1));
        shop.close().await;
    });
}

#[test]
fn a_clock_that_goes_back_touches_no_closed_minute() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let cart = Cart { goods: &[("milk", 1)], email: "a@example.com", is_paid: false };
        let mut form = browser.form().await;
        form.fill(&cart);
        browser.order(&cart).await;
        shop.wait_views(2).await;
        let first = shop.close_open_minute().await;
        let closed = shop.row(first);
        assert_eq!(closed, Figures { requests_num: 2, ..Figures::order(1, Money::from_cents(185), false) });

        shop.clock.advance_micros(-90_000_000);
        assert!(shop.open_minute() < first, "the clock is before the closed minute");
        assert_eq!(browser.send(&form).await.status, 303);
        browser.get("/").await;
        shop.wait_views(3).await;
        shop.wait_counted().await;
        let mut database = shop.database().await;
        let earliest = database.number("select max(event_time) from orders").await;
        assert_eq!(earliest, first.plus(1).start().micros(), "the first instant that is not closed");
        assert_eq!(database.number("select cast(sum(revision) as bigint) from minutes_web_requests").await, 0);

        shop.move_clock_to(first.plus(1), 6_000_000);
        let figures = shop.assert_all_agree().await;
        assert_eq!(figures.total_orders_num, 2);
        assert_eq!(shop.row(first), closed, "the closed row");
        assert_eq!(
            shop.row(first.plus(1)),
            Figures { requests_num: 1, ..Figures::order(1, Money::from_cents(185), false) }
        );
        assert_eq!(shop.running.store.tallies().await.unwrap().late_events, 0);
        shop.close().await;
    });
}

#[test]
fn a_late_record_raises_the_revision_and_the_row() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        shop.browser().get("/").await;
        shop.wait_views(1).await;
        let first = shop.close_open_minute().await;
        shop.close_open_minute().await;
        let other_rows = shop.rows()[1..].to_vec();
        let late = |value: &str| Record::new("web_requests", value).at(first.start().millis() + 30_000);
        for (value, sum) in [("10", 11), ("100", 111)] {
            records::produce(&shop.running.bootstrap_servers, &[late(value)]).await;
            until("the late row", async || {
                let rows = csv::read(&shop.data)?;
                let is_there =
                    rows.iter().any(|row| row.datetime == first.to_string() && row.figures.requests_num == sum);
                if is_there { Ok(()) } else { Err(format!("{rows:?}")) }
            })
            .await;
        }
        assert_eq!(shop.rows()[1..], other_rows);
        assert_eq!(shop.figures().await, Figures::requests(111));
        let minutes = shop.running.store.figures_from(first, 1).await.unwrap();
        assert_eq!((minutes[0].is_closed, minutes[0].revision), (true, 2));
        until_equal("the dashboard's late events", 2, async || shop.running.snapshots.borrow().pipeline.late_events)
            .await;
        assert_eq!(shop.assert_all_agree().await, Figures::requests(111));
        shop.close().await;
    });
}

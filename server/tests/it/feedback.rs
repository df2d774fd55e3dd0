//! What customers say of their orders: from the receipt's form to the record in Kafka, the row in the file, and
//! `verify`.

use crate::harness::database::Database;
use crate::harness::process::ServerProcess;
use crate::harness::records::{self, Record};
use crate::harness::{Browser, Cart, Place, run, until_equal};
use domain::{Figures, Timestamp};
use reqwest::StatusCode;
use serde_json::Value;

const RICE: Cart<'_> = Cart { goods: &[("rice", 1)], email: "eve@example.com", is_paid: true };

fn stars(number: i64) -> Figures {
    Figures { total_feedback_num: 1, total_feedback_stars: number, ..Figures::ZERO }
}

fn only_feedback(figures: Figures) -> Figures {
    let Figures { total_feedback_num, total_feedback_stars, .. } = figures;
    Figures { total_feedback_num, total_feedback_stars, ..Figures::ZERO }
}

#[test]
fn what_is_said_of_an_order_counts_once_and_is_shown() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let minute = shop.open_minute();
        let address = browser.order(&RICE).await;
        let form = browser.get(&address).await.body;
        assert!(form.contains("How was it?") && form.matches("type=\"radio\"").count() == 5, "{form}");

        // What is wrong stands on the receipt, with what was typed.
        let long = "x".repeat(281);
        for (fields, words) in [
            (&[("comment", "no stars")][..], "Choose one to five stars."),
            (&[("stars", "6"), ("comment", "no stars")], "Choose one to five stars."),
            (&[("stars", "3"), ("comment", long.as_str())], "At most 280 characters fit; these are 281."),
        ] {
            let answer = browser.post(&address, fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains(words), "{words} is not in {}", answer.body);
            let typed = fields.last().unwrap().1;
            assert!(answer.body.contains(&format!("value=\"{typed}\"")), "{typed} is not kept");
        }

        let fields = [("stars", "4"), ("comment", " quick &\n <fresh> ")];
        for _ in 0..2 {
            let answer = browser.post(&address, &fields).await;
            assert_eq!((answer.status, answer.location), (StatusCode::SEE_OTHER, Some(format!("{address}#feedback"))));
        }
        let receipt = browser.get(&address).await.body;
        for shown in ["What you told us", "4 stars of 5", "quick &amp; &lt;fresh&gt;"] {
            assert!(receipt.contains(shown), "{shown} is not in {receipt}");
        }
        assert!(!receipt.contains("type=\"radio\""), "once for an order");
        let other = browser.post(&address, &[("stars", "1")]).await;
        assert_eq!(other.status, StatusCode::CONFLICT);
        assert!(other.body.contains("You told us about this order before"), "{}", other.body);
        for nobody in ["/order-new-complete?order=1", "/order-new-complete", &address.replace("order=", "order=0")] {
            assert_eq!(browser.post(nobody, &fields).await.status, StatusCode::NOT_FOUND, "{nobody}");
        }

        let second = browser.order(&RICE).await;
        assert_eq!(browser.post(&second, &[("stars", "5")]).await.status, StatusCode::SEE_OTHER);
        let figures = shop.assert_all_agree().await;
        let expected = Figures { total_feedback_num: 2, total_feedback_stars: 9, ..Figures::ZERO };
        assert_eq!(only_feedback(figures), expected);
        assert_eq!(only_feedback(shop.row(minute)), expected);
        let latest = shop.running.store.latest_feedback(5).await.unwrap();
        let latest: Vec<_> = latest.iter().map(|said| (said.order_id, said.stars.number())).collect();
        assert_eq!(latest, [(2, 5), (1, 4)]);

        let mut events = records::read_all(&shop.running.bootstrap_servers, "feedback").await;
        events.sort_by_key(|record| record.key.clone());
        assert_eq!(events.len(), 2, "{events:?}");
        let value: Value = serde_json::from_str(&events[0].text()).unwrap();
        let at = Timestamp::parse_rfc3339(value["event_time"].as_str().unwrap()).unwrap();
        let (event_id, source) = (value["event_id"].as_i64().unwrap(), shop.running.store.source());
        assert_eq!(
            events[0].text(),
            format!(
                r#"{{"order_id":1,"stars":4,"comment":"quick & <fresh>","event_id":{event_id},"source":"{source}","event_time":"{at}"}}"#
            )
        );
        assert_eq!(events[0].key.as_deref(), Some(b"1".as_slice()));
        shop.close().await;
    });
}

#[test]
fn other_producers_feedback_counts_by_its_position_and_what_is_none_is_a_dead_letter() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let millis = shop.clock.now().millis();
        let records = [
            r#"{"order_id":7,"stars":2,"comment":"from elsewhere"}"#,
            r#"{"order_id":8,"stars":5.0}"#,
            r#"{"order_id":9,"stars":6}"#,
            r#"{"stars":3}"#,
            "5",
        ];
        let records = records.map(|value| Record::new("feedback", value).at(millis));
        records::produce(&shop.running.bootstrap_servers, &records).await;
        let expected = Figures { total_feedback_num: 2, total_feedback_stars: 7, ..Figures::ZERO };
        until_equal("the feedback of others", expected, async || only_feedback(shop.figures().await)).await;
        let open = async || shop.running.store.dead_letter_counts().await.unwrap().open;
        until_equal("dead letters", 3, open).await;

        // The owner corrects one, and it counts as what it says.
        let letter = shop.running.store.dead_letters(None).await.unwrap().open;
        let letter = letter.iter().find(|letter| letter.head.reason.contains("order_id")).unwrap().head.id;
        let owner = Browser::of_owner(shop.running.addr).await;
        let value = format!(r#"{{"order_id":9,"stars":3,"event_time":"{}"}}"#, shop.clock.now());
        let path = format!("/admin/dead-letters/{letter}/redrive");
        assert_eq!(owner.post(&path, &[("value", &value)]).await.status, StatusCode::SEE_OTHER);
        let expected = expected.plus(stars(3)).unwrap();
        until_equal("the corrected letter", expected, async || only_feedback(shop.figures().await)).await;
        shop.assert_all_agree().await;
        assert_eq!(shop.database().await.own_figures().await, Figures::ZERO, "nothing of it is our own");
        shop.close().await;
    });
}

#[test]
fn feedback_that_was_answered_outlives_the_server() {
    run(async {
        let place = Place::at_wall_clock();
        let shop = ServerProcess::start(&place).await;
        let browser = Browser::new(shop.addr);
        let address = browser.order(&RICE).await;
        assert_eq!(browser.post(&address, &[("stars", "3")]).await.status, StatusCode::SEE_OTHER);
        shop.kill().await;

        let shop = ServerProcess::start(&place).await;
        assert!(Browser::new(shop.addr).get(&address).await.body.contains("3 stars of 5"));
        let mut database = Database::open(&place.database_url()).await;
        until_equal("the feedback", stars(3), async || only_feedback(database.own_figures().await)).await;
        shop.kill().await;
    });
}

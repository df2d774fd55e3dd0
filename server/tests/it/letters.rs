//! Dead letters in the owner's hands: looked at, corrected and sent back so that each counts once, or discarded.

use crate::harness::broker::OutsideCluster;
use crate::harness::database::Database;
use crate::harness::kept_letter::kept_letter;
use crate::harness::process::ServerProcess;
use crate::harness::records::{self, Record};
use crate::harness::{Browser, Cart, OpenShop, Place, run, until, until_equal};
use domain::{Figures, Money};
use store::{Batch, Clock, DeadLetter, DeadLetterRange};

const ORDER: &str = r#"{"order_id":5,"order_amount":4,"order_total_price":12.5,"is_paid":true}"#;
const LETTERS: &str = "/admin/dead-letters";

async fn wait_open(shop: &OpenShop, expected: i64) {
    until_equal("open dead letters", expected, async || shop.running.store.dead_letter_counts().await.unwrap().open)
        .await;
}

/// A letter as an older version may have kept it: put there without a record.
fn kept(shop: &OpenShop, offset: i64, value: &str) -> DeadLetter {
    kept_letter(offset, "the value was not understood", value.as_bytes(), shop.clock.now())
}

async fn keep(shop: &OpenShop, dead_letters: Vec<DeadLetter>, dead_letter_ranges: Vec<DeadLetterRange>) {
    let batch = Batch { dead_letters, dead_letter_ranges, ..Batch::default() };
    shop.running.store.count(batch).await.unwrap();
}

fn requests(requests_num: i64) -> Figures {
    Figures::requests(requests_num)
}

#[test]
fn a_corrected_letter_counts_once_in_the_minute_of_its_own_time() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let minute = shop.open_minute();
        let bad = Record::new("new_orders", "{order 5}").at(shop.clock.now().millis()).on(1).with_header("trace", "7f");
        records::produce(&bootstrap, &[bad]).await;
        wait_open(&shop, 1).await;
        shop.browser().order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
        shop.wait_views(1).await;
        shop.assert_all_agree().await;
        assert_eq!(shop.row(minute).total_orders_num, 1);

        let owner = Browser::of_owner(shop.running.addr).await;
        let list = owner.get(LETTERS).await.body;
        for text in ["No. 1", "new_orders, partition 1, offset 0", "the value is not JSON", "{order 5}", "trace", "7f"]
        {
            assert!(list.contains(text), "{text} is not in {list}");
        }
        // As it is it still cannot be read; the answer says so beside it, and nothing is counted.
        for value in ["", "{order 5}", "[]", &format!(r#"{{"event_time":"2019-01-01T00:00:00Z",{}"#, &ORDER[1..])] {
            let refused = owner.post(&format!("{LETTERS}/1/redrive"), &[("value", value)]).await;
            assert_eq!(refused.status, 422, "{value}");
            assert!(refused.body.contains("data-testid=\"letter-refusal\""), "{value}: {}", refused.body);
        }
        wait_open(&shop, 1).await;

        let sent = owner.post(&format!("{LETTERS}/1/redrive"), &[("value", ORDER)]).await;
        assert_eq!((sent.status.as_u16(), sent.location.as_deref()), (303, Some("/admin/dead-letters?done=1")));
        until("the file to be rendered again", async || {
            let row = shop.row(minute);
            if row.total_orders_num == 2 { Ok(()) } else { Err(format!("{row:?}")) }
        })
        .await;
        let expected = Figures::order(6, Money::from_cents(480 + 1_250), true);
        let expected = Figures { total_orders_num: 2, total_paid_orders_num: 2, requests_num: 1, ..expected };
        assert_eq!(shop.row(minute), expected);
        assert_eq!(shop.assert_all_agree().await, expected);
        let revised = shop.running.store.figures_from(minute, 1).await.unwrap()[0];
        assert_eq!((revised.revision, revised.is_closed), (1, true));
        assert_eq!(shop.running.store.tallies().await.unwrap().late_events, 1);

        // Written ten times more, its record finds no row; a good one after it shows that all were read.
        let written = records::read_all(&bootstrap, "new_orders").await;
        let own = written.iter().find(|record| record.text().starts_with(r#"{"order_id":5,"#)).unwrap();
        assert_eq!((own.key.as_deref(), own.header("event_id").is_some()), (Some(&b"5"[..]), true));
        let mut again = vec![own.clone(); 10];
        again.push(Record::new("new_orders", ORDER).at(shop.clock.now().millis()).on(own.partition.unwrap()));
        records::produce(&bootstrap, &again).await;
        let with_marker = expected.plus(Figures::order(4, Money::from_cents(1_250), true)).unwrap();
        until_equal("the good one", with_marker, async || shop.figures().await).await;
        assert_eq!(shop.assert_all_agree().await, with_marker);

        for (act, fields) in [("redrive", ("value", ORDER)), ("discard", ("reason", "no"))] {
            let second = owner.post(&format!("{LETTERS}/1/{act}"), &[fields]).await;
            assert_eq!(second.status, 409);
            assert!(second.body.contains("dealt with before"), "{}", second.body);
        }
        let list = owner.get(&format!("{LETTERS}?done=1")).await.body;
        assert!(list.contains("No dead letters.") && list.contains("Corrected and sent back"), "{list}");
        let letter = owner.get(&format!("{LETTERS}/1")).await;
        assert!(letter.status == 200 && letter.body.contains("{order 5}"), "the original is kept: {}", letter.body);
        until_equal("no dead letter on the dashboard", 0, async || {
            shop.running.snapshots.borrow().pipeline.dead_letters
        })
        .await;
        shop.close().await;
    });
}

#[test]
fn two_clicks_at_once_send_a_letter_back_once() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let letters = (0..5).map(|offset| kept(&shop, offset, "7")).collect();
        keep(&shop, letters, Vec::new()).await;
        let owner = Browser::of_owner(shop.running.addr).await;
        for id in 1..=5 {
            let path = format!("{LETTERS}/{id}/redrive");
            let (one, other) = tokio::join!(owner.post(&path, &[]), owner.post(&path, &[]));
            let mut statuses = [one.status.as_u16(), other.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 409]);
        }
        assert_eq!(shop.assert_all_agree().await, requests(35));
        shop.close().await;
    });
}

#[test]
fn a_server_killed_between_sending_and_counting_counts_once() {
    run(async {
        let mut cluster = OutsideCluster::started();
        let place = Place::on(&cluster);
        let bootstrap = place.vars().find(|(name, _)| name == "KAFKA_BOOTSTRAP_SERVERS").unwrap().1;
        let server = ServerProcess::start(&place).await;
        let browser = Browser::of_owner(server.addr).await;
        let now = Clock::default().now().millis();
        until_equal("the shop to be ready", 200, async || browser.get("/readyz?pipeline").await.status.as_u16()).await;
        records::produce(&bootstrap, &[Record::new("web_requests", "three").at(now)]).await;
        until("the letter", async || {
            let list = browser.get(LETTERS).await.body;
            if list.contains("No. 1<") { Ok(()) } else { Err(list) }
        })
        .await;
        cluster.crash_and_forget();
        let sent = browser.post(&format!("{LETTERS}/1/redrive"), &[("value", "3")]).await;
        assert_eq!(sent.status, 303);
        let list = browser.get(LETTERS).await.body;
        assert!(list.contains("waits to be counted"), "{list}");
        server.kill().await;

        cluster.start();
        let server = ServerProcess::start(&place).await;
        let mut database = Database::open(&place.database_url()).await;
        let state = "select (select cast(coalesce(sum(foreign_requests_num), 0) as bigint) from minutes_web_requests),
                            (select count(*) from outbox)";
        until("the letter to be counted", async || {
            let state = database.numbers(state).await;
            if state == [3, 0] { Ok(()) } else { Err(format!("{state:?}")) }
        })
        .await;
        let browser = Browser::of_owner(server.addr).await;
        assert_eq!(browser.post(&format!("{LETTERS}/1/redrive"), &[("value", "3")]).await.status, 409);
        assert_eq!(database.numbers(state).await, [3, 0]);
        let minute = "select minute from minutes_web_requests where foreign_requests_num > 0";
        assert_eq!(database.number(minute).await, now / 60_000, "the minute of its own time");
        server.kill().await;
    });
}

#[test]
fn a_discarded_letter_keeps_its_reason() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        keep(&shop, vec![kept(&shop, 0, "seven")], Vec::new()).await;
        let owner = Browser::of_owner(shop.running.addr).await;
        let long = "x".repeat(201);
        for reason in ["", "  ", "a\nb", long.as_str()] {
            let refused = owner.post(&format!("{LETTERS}/1/discard"), &[("reason", reason)]).await;
            assert_eq!(refused.status, 422, "{reason:?}");
            assert!(refused.body.contains("letter-refusal"), "{}", refused.body);
        }
        for path in ["2/discard", "0/discard", "x/discard", "2/redrive", "-1/redrive", "2", "x"] {
            let path = format!("{LETTERS}/{path}");
            let unknown = match path.ends_with('e') || path.ends_with('d') {
                true => owner.post(&path, &[("reason", "why"), ("value", "1")]).await,
                false => owner.get(&path).await,
            };
            assert_eq!(unknown.status, 404, "{path}");
            assert!(unknown.body.contains("There is no such dead letter"), "{path}");
        }
        let done = owner.post(&format!("{LETTERS}/1/discard"), &[("reason", " a <b>test</b> ")]).await;
        assert_eq!((done.status.as_u16(), done.location.as_deref()), (303, Some("/admin/dead-letters?done=1")));
        let list = owner.get(LETTERS).await.body;
        assert!(list.contains("a &lt;b&gt;test&lt;/b&gt;") && !list.contains("<b>test"), "{list}");
        let reason = shop.database().await.texts("select discard_reason from dead_letters").await;
        assert_eq!(reason[0][0].as_deref(), Some("a <b>test</b>"));
        assert_eq!(shop.assert_all_agree().await, Figures::ZERO);
        shop.close().await;
    });
}

#[test]
fn all_that_can_be_read_go_back_together() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let mut letters: Vec<_> = (0..30).map(|offset| kept(&shop, offset, "2")).collect();
        letters.extend((30..35).map(|offset| kept(&shop, offset, "two")));
        letters.push(DeadLetter { timestamp_millis: None, ..kept(&shop, 35, "2") });
        letters.push(DeadLetter { timestamp_millis: Some(0), ..kept(&shop, 36, "2") });
        // A number and so many blanks that its end was cut: it must not go back as if it were whole.
        letters.push(kept(&shop, 37, &format!("2{}", " ".repeat(1_048_576))));
        keep(&shop, letters, Vec::new()).await;
        let owner = Browser::of_owner(shop.running.addr).await;
        let sent = owner.post(&format!("{LETTERS}/redrive-all"), &[]).await;
        assert_eq!(sent.location.as_deref(), Some("/admin/dead-letters?sent=30&unreadable=8"), "{}", sent.body);
        let list = owner.get(sent.location.as_deref().unwrap()).await.body;
        assert!(list.contains("30 letters were sent back; 8 letters still cannot be read."), "{list}");
        let cut = owner.post(&format!("{LETTERS}/38/redrive"), &[]).await;
        assert_eq!(cut.status, 422);
        assert!(cut.body.contains("Of its 1048577 bytes only the first 1048576 were kept"));
        let long = format!("1{}", " ".repeat(16 * 1_024));
        let refused = owner.post(&format!("{LETTERS}/38/redrive"), &[("value", &long)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("at most 16384 bytes"));
        let larger = "1".repeat(65 * 1_024);
        assert_eq!(owner.post(&format!("{LETTERS}/38/redrive"), &[("value", &larger)]).await.status, 413);
        assert_eq!(shop.assert_all_agree().await, requests(60));
        let again = owner.post(&format!("{LETTERS}/redrive-all"), &[]).await;
        assert_eq!(again.location.as_deref(), Some("/admin/dead-letters?sent=0&unreadable=8"));
        shop.close().await;
    });
}

#[test]
fn ranges_are_listed_and_the_dashboard_says_so() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let range = |first_offset, last_offset| DeadLetterRange {
            log: "a log".to_owned(),
            generation: 0,
            topic: streams::Topic::new_orders(),
            partition: 2,
            first_offset,
            last_offset,
            records: last_offset - first_offset + 1,
        };
        keep(&shop, Vec::new(), vec![range(100, 1_099), range(1_100, 1_300), range(5_000, 5_000)]).await;
        let owner = Browser::of_owner(shop.running.addr).await;
        let list = owner.get(LETTERS).await.body;
        let ranges = list.split_once("data-testid=\"letter-ranges\"").expect("ranges").1;
        let text: String = ranges.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
        assert!(text.contains("1,202 bad records came after 100 others in a row, or beyond what is kept"), "{text}");
        // Those that meet are one.
        assert!(text.contains("new_orders210013001,201new_orders2500050001"), "{text}");
        until_equal("the dashboard", (0, 1_202), async || {
            let pipeline = &shop.running.snapshots.borrow().pipeline;
            (pipeline.dead_letters, pipeline.dead_letters_by_offset)
        })
        .await;
        let dashboard = owner.get("/admin/metrics").await.body;
        assert!(dashboard.contains("only their offsets are kept"), "{dashboard}");
        shop.close().await;
    });
}

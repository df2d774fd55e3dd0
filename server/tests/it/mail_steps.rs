//! The steps of mails and subscriptions on both dialects: each change once, whoever takes it and however often it is
//! asked for, and every table bounded.

use crate::harness::database::Database;
use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::{Email, Mail, Money, NewOrder, NewOrderLine, SubmissionKey, SubscriptionToken};
use std::collections::BTreeSet;
use store::{AskedFor, ClaimedMail, Clock, DatabaseOptions, DueMail, ErasureDesk, Placed, Settled, Store};
use tempfile::TempDir;
use tokio::sync::mpsc;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// The databases of this machine: SQLite's, and PostgreSQL's where it is installed.
fn databases() -> (TempDir, Option<Postgres>, Vec<String>) {
    let (folder, postgres) = (tempfile::tempdir().unwrap(), Postgres::start());
    let sqlite = format!("sqlite://{}/pantry.db", folder.path().display());
    let urls = std::iter::once(sqlite).chain(postgres.as_ref().map(|postgres| postgres.url.clone())).collect();
    (folder, postgres, urls)
}

async fn open(url: &str, clock: &Clock, sends_mail: bool) -> Store {
    let options = DatabaseOptions { sends_mail, ..DatabaseOptions::at(url) };
    Store::open(&options, clock.clone(), mpsc::channel(64).0).await.unwrap()
}

async fn order(store: &Store, key: u128) {
    let line = NewOrderLine { slug: "rice".to_owned(), quantity: 1, shown_price: Money::from_cents(240) };
    let order = NewOrder {
        submission_key: SubmissionKey::from_random(key),
        email: Email::parse("ann@example.com").unwrap(),
        is_paid: false,
        lines: vec![line],
    };
    assert!(matches!(store.place_order(order).await.unwrap(), Placed::New(_)));
}

async fn claim(store: &Store) -> ClaimedMail {
    match store.claim_mail().await.unwrap() {
        DueMail::Claimed(claimed) => *claimed,
        other => panic!("{other:?}"),
    }
}

async fn assert_nothing_due(store: &Store) {
    assert_eq!(store.claim_mail().await.unwrap(), DueMail::Nothing);
}

#[test]
fn a_mail_is_one_senders_for_a_while_and_gone_once_delivered() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, true).await;
            order(&store, 1).await;
            let first = claim(&store).await;
            assert_eq!((first.attempt, first.mail.recipient().unwrap().as_str()), (1, "ann@example.com"), "{url}");
            assert_nothing_due(&store).await;
            // Its sender died.
            clock.advance_micros(21 * SECOND);
            let second = claim(&store).await;
            assert_eq!((second.attempt, &second.delivery), (2, &first.delivery));
            let late = store.settle_mail(&first, Some("too late"), false).await.unwrap();
            assert_eq!(late, Settled::Overtaken, "the second has it");
            assert_eq!(store.settle_mail(&second, Some("no\0"), false).await.unwrap(), Settled::TriedAgain);
            assert_nothing_due(&store).await;
            clock.advance_micros(16 * SECOND);
            let third = claim(&store).await;
            assert_eq!(store.settle_mail(&third, None, false).await.unwrap(), Settled::Delivered);
            assert_eq!(store.settle_mail(&third, None, false).await.unwrap(), Settled::Delivered, "and again");
            assert_eq!(store.mails_waiting().await.unwrap().all, 0);
            store.close().await;
        }
    });
}

#[test]
fn a_mail_is_given_up_in_the_end() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, true).await;
            order(&store, 1).await;
            let mut tries = 1;
            while store.settle_mail(&claim(&store).await, Some("no"), false).await.unwrap() == Settled::TriedAgain {
                clock.advance_micros(HOUR + SECOND);
                tries += 1;
            }
            assert_eq!((tries, store.mails_waiting().await.unwrap().all), (48, 0), "{url}");
            order(&store, 2).await;
            assert_eq!(store.settle_mail(&claim(&store).await, Some("never"), true).await.unwrap(), Settled::GivenUp);
            // Nobody tried this one for two days.
            order(&store, 3).await;
            clock.advance_micros(48 * HOUR + SECOND);
            let waiting = store.mails_waiting().await.unwrap();
            assert_eq!((waiting.all, waiting.to_give_up, store.give_up_mails().await.unwrap()), (1, 1, 1));
            assert_nothing_due(&store).await;
            store.close().await;
        }
    });
}

#[test]
fn two_servers_send_no_mail_at_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let clock = Clock::default();
        let stores = [open(&postgres.url, &clock, true).await, open(&postgres.url, &clock, true).await];
        for key in 0..40 {
            order(&stores[0], key).await;
        }
        let take = async |store: Store| {
            let mut taken = Vec::new();
            let mut misses = 0;
            // Whoever comes second to a mail finds nothing, and looks again.
            while misses < 50 && store.mails_waiting().await.unwrap().all > 0 {
                match store.claim_mail().await.unwrap() {
                    DueMail::Claimed(claimed) => {
                        store.settle_mail(&claimed, None, false).await.unwrap();
                        taken.push(claimed.id);
                    }
                    _ => misses += 1,
                }
            }
            taken
        };
        let lanes = (0..8).map(|lane| take(stores[lane % 2].clone()));
        let taken: Vec<i64> = futures::future::join_all(lanes).await.concat();
        assert_eq!((taken.len(), taken.iter().collect::<BTreeSet<_>>().len()), (40, 40));
        for store in stores {
            store.close().await;
        }
    });
}

async fn ask(store: &Store, email: &str) -> SubscriptionToken {
    match store.ask_subscription(Email::parse(email).unwrap()).await.unwrap() {
        AskedFor::Link(token) => token,
        // Delivers what waits until then.
        AskedFor::ByMail => loop {
            let claimed = claim(store).await;
            store.settle_mail(&claimed, None, false).await.unwrap();
            if let Mail::Confirmation { token, .. } = claimed.mail {
                return token;
            }
        },
    }
}

#[test]
fn a_subscription_changes_once_whoever_asks() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, false).await;
            let old = ask(&store, "ann@example.com").await;
            let token = ask(&store, "ANN@example.com").await;
            assert_eq!(store.join_subscription(&old).await.unwrap(), None, "the newest link counts");
            let joins = (0..4).map(|_| store.join_subscription(&token));
            let leaves = futures::future::join_all(joins).await;
            let leave = leaves[0].as_ref().unwrap().clone().expect("it is joined");
            assert!(leaves.iter().all(|other| other.as_ref().unwrap().as_ref() == Some(&leave)), "{url}");
            assert!(store.leaves_subscription(&leave).await.unwrap());
            let left = futures::future::join_all((0..4).map(|_| store.leave_subscription(&leave))).await;
            assert!(left.iter().all(|left| *left.as_ref().unwrap()), "{left:?}");
            assert!(!store.confirms_subscription(&token).await.unwrap());
            // An asked subscription cannot be left: its token was given to nobody.
            let token = ask(&store, "ann@example.com").await;
            assert!(!store.leave_subscription(&token).await.unwrap());
            assert!(store.join_subscription(&token).await.unwrap().is_some_and(|again| again != leave));
            store.close().await;
        }
    });
}

#[test]
fn what_nobody_needs_is_deleted() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, true).await;
            let mut database = Database::open(&url).await;
            let all = "select count(*), (select count(*) from mails) from subscribers";
            let joined = ask(&store, "joined@example.com").await;
            let leave = store.join_subscription(&joined).await.unwrap().unwrap();
            let left = ask(&store, "left@example.com").await;
            let left = store.join_subscription(&left).await.unwrap().unwrap();
            assert!(store.leave_subscription(&left).await.unwrap());
            store.ask_subscription(Email::parse("never@example.com").unwrap()).await.unwrap();
            // One confirmation waits; the mails of who left went along.
            assert_eq!(database.numbers(all).await, [3, 1], "{url}");
            assert!(!store.tidy_subscribers().await.unwrap());
            assert_eq!(database.numbers(all).await, [3, 1], "nothing is old");
            clock.advance_micros(48 * HOUR + SECOND);
            store.tidy_subscribers().await.unwrap();
            assert_eq!(database.numbers(all).await, [2, 0]);
            clock.advance_micros(400 * 24 * HOUR);
            store.tidy_subscribers().await.unwrap();
            assert_eq!(database.numbers(all).await[0], 1, "who has joined stays");
            assert!(!store.leave_subscription(&left).await.unwrap());

            let mut desk = ErasureDesk::open(&url, Clock::default()).await.unwrap();
            let email = Email::parse("JOINED@example.com").unwrap();
            assert_eq!(desk.find(&email).await.unwrap().subscriptions, 1);
            assert_eq!(desk.forget(&email).await.unwrap().subscriptions, 1);
            assert!(desk.forget(&email).await.unwrap().is_nothing());
            desk.close().await;
            let state = "select state from subscribers";
            assert_eq!(database.texts(state).await, [[Some("forgotten".to_owned())]]);
            store.tidy_subscribers().await.unwrap();
            store.tidy_subscribers().await.unwrap();
            assert_eq!(database.texts(state).await, [[Some("left".to_owned())]]);
            assert!(store.leaves_subscription(&leave).await.unwrap());
            database.close().await;
            store.close().await;
        }
    });
}

/// The numbers from one to `last`, as a table of them.
fn numbers(url: &str, last: i64) -> String {
    if url.starts_with("sqlite") {
        format!("(with recursive n (n) as (select 1 union all select n + 1 from n where n < {last}) select n from n)")
    } else {
        format!("(select n from generate_series(1, {last}) as numbers (n))")
    }
}

#[test]
fn of_too_many_the_oldest_give_way() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, true).await;
            let mut database = Database::open(&url).await;
            let (now, later) = (clock.now().micros(), clock.now().plus_micros(HOUR).micros());
            let mails = format!(
                "insert into mails (delivery, kind, source, made_at, next_attempt_at)
                 select 'mail-' || n, 'receipt', 'any', {now}, {later} from {} as numbers",
                numbers(&url, 100_600)
            );
            database.execute(&mails).await;
            let waiting = store.mails_waiting().await.unwrap();
            assert_eq!((waiting.all, waiting.to_give_up), (100_600, 600), "{url}");
            let given_up = [store.give_up_mails().await.unwrap(), store.give_up_mails().await.unwrap()];
            assert_eq!((given_up, store.give_up_mails().await.unwrap()), ([500, 100], 0));
            assert_eq!(database.number("select min(id) from mails").await, 601);

            let subscribers = format!(
                "insert into subscribers (email, email_key, state, confirm_until, leave_token)
                 select 'a' || n || '@example.com', 'a' || n || '@example.com', 'asked', {now} + n, 'token-' || n
                   from {} as numbers",
                numbers(&url, 10_000)
            );
            database.execute(&subscribers).await;
            store.ask_subscription(Email::parse("last@example.com").unwrap()).await.unwrap();
            assert_eq!(database.numbers("select count(*), min(id) from subscribers").await, [10_000, 2]);
            database.close().await;
            store.close().await;
        }
    });
}

#[test]
fn an_order_of_an_old_address_sends_no_receipt() {
    run(async {
        let (_folder, _postgres, urls) = databases();
        for url in urls {
            let clock = Clock::default();
            let store = open(&url, &clock, true).await;
            order(&store, 1).await;
            order(&store, 2).await;
            assert_eq!(store.erase_addresses_before(store.now().plus_micros(SECOND)).await.unwrap(), 2, "{url}");
            assert_eq!(store.mails_waiting().await.unwrap().all, 0);
            order(&store, 3).await;
            Database::open(&url).await.execute("update orders set email = '' where id = 3").await;
            assert_eq!(store.claim_mail().await.unwrap(), DueMail::Dropped);
            assert_nothing_due(&store).await;
            store.close().await;
        }
    });
}

//! The owner's account: the command line sets password and keys beside a running shop, and a password that was changed
//! holds over restarts.

use crate::harness::command::{server, server_reads};
use crate::harness::postgres::Postgres;
use crate::harness::{Browser, Cart, Place, run};
use store::{Clock, DatabaseOptions, FactorChange, Proof, SignIn, Store};
use tokio::sync::mpsc;

const FIRST: &str = "a long password";
const SECOND: &str = "another long password";
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const CART: Cart<'_> = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: false };
const MINUTE_MICROS: i64 = 60_000_000;
const RACES: i64 = 20;

async fn status_of_password(browser: &Browser, password: &str) -> u16 {
    browser.post("/admin/login", &[("password", password)]).await.status.as_u16()
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/admin/account").await.status == 200
}

#[test]
fn a_password_is_set_beside_a_running_shop_that_sells() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        assert!(is_in(&owner).await);

        let short = server_reads(&place, &["password"], "short\n").await;
        assert_eq!(short.status.code(), Some(2), "{short:?}");
        assert!(String::from_utf8_lossy(&short.stderr).contains("at least 8 characters"), "{short:?}");
        assert!(is_in(&owner).await, "a refused password ended the session");

        // The shop's writer is at work meanwhile.
        let customer = shop.browser();
        let input = format!("{SECOND}\n");
        let orders = async {
            for _ in 0..10 {
                customer.order(&CART).await;
            }
        };
        let (set, ()) = tokio::join!(server_reads(&place, &["password"], &input), orders);
        assert_eq!(set.status.code(), Some(0), "{set:?}");
        assert!(set.stdout.is_empty(), "{set:?}");
        assert!(!is_in(&owner).await, "the session goes on");
        assert_eq!(status_of_password(&owner, FIRST).await, 422);
        assert_eq!(status_of_password(&owner, SECOND).await, 303);

        let made = server(&place, &["password", "--generate"]).await;
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        let made = String::from_utf8(made.stdout).unwrap();
        assert_eq!(status_of_password(&owner, SECOND).await, 422);
        assert_eq!(status_of_password(&owner, made.trim_end()).await, 303);
        shop.close().await;
    });
}

#[test]
fn an_owner_who_lost_the_phone_gets_in_again() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        shop.database().await.execute(&format!("update owner set factor_secret = '{SECRET}'")).await;
        let asked = owner.post("/admin/login", &[("password", FIRST)]).await;
        assert!(asked.status == 200 && asked.body.contains("name=\"ticket\""), "{}", asked.status);
        let set = server_reads(&place, &["password"], &format!("{SECOND}\n")).await;
        assert_eq!(set.status.code(), Some(0), "{set:?}");
        assert_eq!(status_of_password(&owner, SECOND).await, 200, "a new password alone turned the second factor off");
        let set = server_reads(&place, &["password", "--without-second-factor"], &format!("{SECOND}\n")).await;
        assert_eq!(set.status.code(), Some(0), "{set:?}");
        assert_eq!(status_of_password(&owner, SECOND).await, 303);
        shop.close().await;
    });
}

#[test]
fn no_database_is_made_for_a_password() {
    run(async {
        let place = Place::new().with("DATABASE_URL", "sqlite://none/pantry.db");
        for arguments in [["password", "--generate"].as_slice(), &["renew-keys"]] {
            let refused = server(&place, arguments).await;
            assert_eq!(refused.status.code(), Some(2), "{refused:?}");
            assert!(refused.stdout.is_empty(), "{refused:?}");
            assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no database"), "{refused:?}");
        }
        assert!(!place.path().join("none").exists());
    });
}

/// Changes the password on the page.
async fn change(browser: &Browser, current: &str, new: &str) {
    let fields = [("do", "password"), ("current", current), ("new", new), ("repeated", new)];
    assert_eq!(browser.post("/admin/account", &fields).await.status, 303);
}

#[test]
fn a_changed_password_holds_until_the_variable_changes() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        change(&Browser::of_owner(shop.running.addr).await, FIRST, SECOND).await;
        shop.close().await;

        let shop = place.open().await;
        assert_eq!(status_of_password(&shop.browser(), FIRST).await, 422, "a restart undid the owner's change");
        assert_eq!(status_of_password(&shop.browser(), SECOND).await, 303);
        shop.close().await;

        let place = place.with("ADMIN_PASSWORD", "a third password");
        let shop = place.open().await;
        let owner = shop.browser();
        assert_eq!(status_of_password(&owner, "a third password").await, 303);
        change(&owner, "a third password", SECOND).await;
        shop.close().await;

        let place = place.without("ADMIN_PASSWORD");
        let shop = place.open().await;
        assert_eq!(status_of_password(&shop.browser(), SECOND).await, 303);
        shop.close().await;

        // As one that version 0.1 left: nothing says what was applied, and the variable is the owner's word.
        let place = place.with("ADMIN_PASSWORD", FIRST);
        let shop = place.open().await;
        assert_eq!(status_of_password(&shop.browser(), FIRST).await, 303);
        shop.close().await;
    });
}

#[test]
fn customers_keep_their_orders_over_one_renewal_of_the_key() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let customer = shop.browser();
        let orders = async || customer.get("/my-orders").await.body.matches("/order-new-complete?order=").count();
        customer.order(&CART).await;
        let one = orders().await;
        assert!(one > 0);
        for renewal in 2..4 {
            assert_eq!(server(&place, &["renew-keys"]).await.status.code(), Some(0));
            shop.clock.advance_micros(MINUTE_MICROS);
            // The order signs the list anew, so that the next renewal finds it signed with the key before.
            customer.order(&CART).await;
            assert_eq!(orders().await, renewal * one, "the list was forgotten");
        }
        for _ in 0..2 {
            assert_eq!(server(&place, &["renew-keys"]).await.status.code(), Some(0));
        }
        shop.clock.advance_micros(MINUTE_MICROS);
        assert_eq!(orders().await, 0, "a cookie of two keys before is read");
        shop.close().await;
    });
}

fn sign_in(name: String, generation: i64, step: i64, store: &Store) -> SignIn {
    let expires_at = store.now().plus_micros(MINUTE_MICROS);
    SignIn { token_hash: name, expires_at, browser: String::new(), generation, proof: Proof::TimeStep(step) }
}

#[test]
fn two_servers_accept_a_code_once_and_take_one_anothers_keys() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let options = DatabaseOptions::at(&postgres.url);
        let open = async || Store::open(&options, Clock::default(), mpsc::channel(8).0).await.unwrap();
        let (one, other) = (open().await, open().await);
        one.set_owner_password_hash("hash".to_owned()).await.unwrap();
        let generation = async || one.owner().await.unwrap().unwrap().generation;
        let began = generation().await;
        assert!(one.change_factor(began, FactorChange::Begin(SECRET.to_owned())).await.unwrap());
        let kept_session = String::new();
        let confirm = FactorChange::Confirm {
            secret: SECRET.to_owned(),
            step: 1,
            code_hashes: vec!["hash".to_owned()],
            kept_session,
        };
        assert!(other.change_factor(began, confirm).await.unwrap());

        let generation = generation().await;
        for step in 2..RACES {
            let (first, second) = tokio::join!(
                one.sign_in(sign_in(format!("one {step}"), generation, step, &one)),
                other.sign_in(sign_in(format!("other {step}"), generation, step, &other)),
            );
            assert_eq!(u8::from(first.unwrap()) + u8::from(second.unwrap()), 1, "of step {step}");
        }
        let earlier = sign_in("earlier".to_owned(), generation, RACES - 2, &other);
        assert!(!other.sign_in(earlier).await.unwrap(), "an earlier code is accepted");
        let recovery = async |store: &Store, name: &str| {
            let proof = Proof::RecoveryCode("hash".to_owned());
            let used = SignIn { proof, ..sign_in(name.to_owned(), generation, 0, store) };
            store.sign_in(used).await.unwrap()
        };
        let (first, second) = tokio::join!(recovery(&one, "first"), recovery(&other, "second"));
        assert_eq!(u8::from(first) + u8::from(second), 1, "of the recovery code");

        one.renew_cookie_key().await.unwrap();
        assert_ne!(other.cookie_keys().await.current, one.cookie_keys().await.current);
        assert_eq!(other.newest_cookie_keys().await, one.cookie_keys().await);
        assert_eq!(other.cookie_keys().await, one.cookie_keys().await);
        let all = one.sessions().await.unwrap().1;
        assert_eq!(all, RACES - 2 + 1);
        one.set_owner_password_hash("hash".to_owned()).await.unwrap();
        assert!(!other.session_is_valid("one 2", other.now()).await.unwrap());
        assert_eq!(other.sessions().await.unwrap().1, 0);
    });
}

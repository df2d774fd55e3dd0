//! Who may start beside whom, what two first starts at once say, and a start that is told to stop.

use crate::harness::command::server_begins;
use crate::harness::postgres::Postgres;
use crate::harness::{Browser, Place, Stack, run, until_equal, unused_port};
use sqlx::{AnyConnection, Connection, Row};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Longer than a start takes to stop, also on a busy machine.
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
/// The advisory lock of a server's place, and of the server that migrates.
const PLACE: i64 = 7_081_402;
const MIGRATIONS: i64 = 7_081_401;

/// These shops bring what they need: a PostgreSQL of the test's own, and no cluster that answers.
fn is_missing() -> bool {
    Stack::Newcomer.is_missing("it is the same on both stacks")
}

/// A place whose server runs the embedded broker beside this database.
fn embedded(postgres: &Postgres) -> Place {
    let place = Place::new().without("KAFKA_BOOTSTRAP_SERVERS").with("KAFKA_EMBEDDED_PORT", unused_port());
    place.with("DATABASE_URL", &postgres.url)
}

/// A place whose server counts through a cluster, which need not be there.
fn clustered(postgres: &Postgres) -> Place {
    let place = Place::new().without("KAFKA_EMBEDDED_PORT").with("DATABASE_URL", &postgres.url);
    place.with("KAFKA_BOOTSTRAP_SERVERS", format!("127.0.0.1:{}", unused_port()))
}

async fn refusal(place: &Place) -> String {
    place.try_open().await.err().expect("it must not start").to_string()
}

/// Servers that hold an advisory lock, or wait for it.
async fn locks(conn: &mut AnyConnection, number: i64, granted: bool) -> i64 {
    let sql = "select count(*) from pg_locks where locktype = 'advisory' and objid = $1::bigint::oid and granted = $2";
    sqlx::query(sql).bind(number).bind(granted).fetch_one(conn).await.unwrap().get(0)
}

#[test]
fn an_embedded_broker_shares_its_database_with_no_server() {
    if is_missing() {
        return;
    }
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (first, second, third) = (embedded(&postgres), embedded(&postgres), clustered(&postgres));
        let open = first.open().await;
        assert!(refusal(&second).await.contains("several servers on one PostgreSQL need one Kafka cluster"));
        assert!(refusal(&third).await.contains("with an embedded broker"));

        // The place outlives the database's end.
        postgres.crash();
        postgres.start_again();
        let mut conn = AnyConnection::connect(&postgres.url).await.unwrap();
        until_equal("the place to be taken again", 1, async || locks(&mut conn, PLACE, true).await).await;
        assert!(refusal(&second).await.contains("KAFKA_BOOTSTRAP_SERVERS"));
        open.close().await;

        let (one, other) = (third.open().await, clustered(&postgres).open().await);
        assert!(refusal(&second).await.contains("this one would run the embedded broker"));
        one.close().await;
        other.close().await;
        second.open().await.close().await;
    });
}

#[test]
fn a_data_folder_has_one_server() {
    if is_missing() {
        return;
    }
    run(async {
        let (first, second) = (Place::new(), Place::new());
        let second = second
            .with("DATABASE_URL", format!("sqlite://{}", first.path().join("other.db").display()))
            .with("DATA_DIR", first.data().display());
        let open = first.open().await;
        let refused = refusal(&second).await;
        assert!(refused.starts_with("DATA_DIR: ") && refused.contains("in use"), "{refused}");
        open.close().await;
        second.open().await.close().await;
    });
}

#[test]
fn of_first_starts_at_once_one_shows_the_password() {
    if is_missing() {
        return;
    }
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let places: Vec<Place> = (0..4).map(|_| clustered(&postgres).without("ADMIN_PASSWORD")).collect();
        let opened = futures::future::join_all(places.iter().map(Place::open)).await;
        let shown: Vec<&String> = opened.iter().filter_map(|shop| shop.running.generated_password.as_ref()).collect();
        assert_eq!(shown.len(), 1, "passwords that were shown");
        let browser = Browser::new(opened[0].running.addr);
        let login = browser.client().post(browser.url("/admin/login")).form(&[("password", shown[0])]);
        assert_eq!(login.send().await.unwrap().status(), 303, "it is the owner's");
        for shop in opened {
            shop.close().await;
        }
    });
}

#[test]
fn a_start_that_is_told_to_stop_stops() {
    if is_missing() {
        return;
    }
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let place = clustered(&postgres);
        let mut migrating = AnyConnection::connect(&postgres.url).await.unwrap();
        sqlx::query("select pg_advisory_lock($1)").bind(MIGRATIONS).execute(&mut migrating).await.unwrap();
        let mut server = server_begins(&place, Stdio::inherit());
        let waiting = async || locks(&mut migrating, MIGRATIONS, false).await;
        until_equal("the start to wait for the database", 1, waiting).await;
        let id = server.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let status = tokio::time::timeout(STOPPED_WITHIN, server.wait()).await.expect("it goes on").unwrap();
        assert_eq!(status.code(), Some(0), "{status}");
    });
}

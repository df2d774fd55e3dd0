//! Clusters and a PostgreSQL that let nobody in without a password, or without encryption: reached through the
//! variables.

use crate::harness::broker::OutsideCluster;
use crate::harness::postgres::Postgres;
use crate::harness::{Cart, Place, Stack, run, until};

const ONLY_APACHE: &str = "the embedded broker speaks plain text only";

/// A shop in this place takes an order and counts it.
async fn assert_it_works(place: &Place) {
    let shop = place.open_ready().await;
    shop.browser().order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
    shop.wait_views(1).await;
    let figures = shop.assert_all_agree().await;
    assert_eq!((figures.total_orders_num, figures.requests_num), (1, 1));
    shop.close().await;
}

/// A shop in this place sells and says that it reaches no Kafka.
async fn assert_it_is_kept_out(place: Place) {
    let shop = place.open().await;
    let browser = shop.browser();
    browser.order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
    until("the dashboard to say that no broker answers", async || {
        let pipeline = shop.running.snapshots.borrow().pipeline.clone();
        match (pipeline.unreachable_since, pipeline.outbox_events) {
            (Some(_), 2) => Ok(()),
            _ => Err(format!("{pipeline:?}")),
        }
    })
    .await;
    let ready = browser.get("/readyz?pipeline").await;
    assert!(ready.status == 503 && ready.body.contains("Kafka"), "{ready:?}");
    shop.close().await;
}

#[test]
fn scram_lets_in_who_knows_the_password() {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return;
    }
    run(async {
        let Some(cluster) = OutsideCluster::apache(&["--sasl=owner:an-open-secret"]) else { return };
        assert_it_works(&Place::on(&cluster)).await;
        assert_it_is_kept_out(Place::on(&cluster).with("KAFKA_SASL_PASSWORD", "a guess")).await;
    });
}

#[test]
fn tls_is_spoken_with_whom_the_authority_vouches_for() {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return;
    }
    run(async {
        let Some(cluster) = OutsideCluster::apache(&["--tls"]) else { return };
        let place = Place::on(&cluster);
        assert_it_works(&place).await;
        // The system's authorities do not know this one.
        assert_it_is_kept_out(Place::on(&cluster).with("KAFKA_SSL_CA_LOCATION", "probe")).await;
    });
}

#[test]
fn postgres_is_trusted_when_the_authority_vouches_for_it() {
    run(async {
        let Some(postgres) = Postgres::start_with(&["--tls"]) else { return };
        let place = Place::new().with("DATABASE_URL", &postgres.url);
        assert_it_works(&place).await;
        let (address, _) = postgres.url.split_once('?').unwrap();
        // The system's authorities do not know this one; and who speaks plainly is not let in.
        for (options, expected) in [("sslmode=verify-full", "certificate"), ("sslmode=disable", "no encryption")] {
            let place = Place::new().with("DATABASE_URL", format!("{address}?{options}"));
            let refused = place.try_open().await.err().unwrap_or_else(|| panic!("{options} was let in")).to_string();
            assert!(refused.contains(expected) && !refused.contains('\n'), "{options}: {refused}");
        }
    });
}

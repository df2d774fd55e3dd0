//! A copy of a database beside the one that it was made from, on one cluster.

use crate::harness::broker::OutsideCluster;
use crate::harness::{Cart, OpenShop, Place, run, until};
use pipeline::kafka::Request;

const CART: Cart<'static> = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true };

fn place(cluster: &OutsideCluster) -> Place {
    let place = Place::on(cluster);
    let database = format!("sqlite://{}", place.data().join("pantry.db").display());
    place.with("DATABASE_URL", database)
}

async fn counted(shop: &OpenShop) {
    until("everything to be counted", async || match shop.running.store.outbox_state().await.unwrap().events {
        0 => Ok(()),
        waiting => Err(format!("{waiting} events wait; {:?}", shop.running.health.borrow().clone())),
    })
    .await;
}

#[test]
fn a_copy_does_not_count_beside_the_original_and_goes_on_without_it() {
    run(async {
        let cluster = OutsideCluster::started();
        let (first, second) = (place(&cluster), place(&cluster));
        first.open_ready().await.close().await;
        std::fs::create_dir_all(second.data()).unwrap();
        std::fs::copy(first.data().join("pantry.db"), second.data().join("pantry.db")).unwrap();

        let original = first.open_ready().await;
        let copy = second.open().await;
        let words = until("the copy to say why it does not count", async || {
            let health = copy.running.health.borrow().clone();
            health.kafka_errors.get(&Request::Join).cloned().ok_or_else(|| format!("{health:?}"))
        })
        .await;
        assert!(words.contains("one of the two is a copy") && words.contains("server new-life"), "{words}");
        original.browser().order(&CART).await;
        counted(&original).await;
        copy.browser().order(&CART).await;
        assert_eq!(copy.running.health.borrow().consumers_running, 0, "it reads nothing");

        original.close().await;
        counted(&copy).await;
        assert!(!copy.running.health.borrow().kafka_errors.contains_key(&Request::Join), "it says so no more");
        copy.close().await;
    });
}

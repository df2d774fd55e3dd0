//! The owner's page of alerts put together: rules, history and messages, each time in words of the owner's time zone;
//! and the form of the rules that was refused, which the server's form post provides in leptos' context.

use domain::RulesForm;
use domain::alert::{MeasureForm, MeasureProblem, MeasuresPart, RuleProblem};

#[cfg(feature = "ssr")]
pub use on_server::make_alerts_page;

/// A form of the rules that was not kept, with everything that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesRefusal {
    /// What was typed.
    pub form: RulesForm,
    /// What is wrong with it.
    pub problems: Vec<RuleProblem>,
    /// Why it could not be kept, when that had another reason.
    pub failure: Option<String>,
}

/// A form of a rule on a measure that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRefusal {
    /// The rule that was to be changed; `None`: one more was wanted.
    pub id: Option<i64>,
    /// What was typed.
    pub form: MeasureForm,
    /// What is wrong with it.
    pub problems: Vec<MeasureProblem>,
    /// Why it could not be kept, when that had another reason.
    pub failure: Option<String>,
}

impl MeasureRefusal {
    /// Shows it in the form that was sent. Of a rule that was deleted meanwhile there is none.
    pub(crate) fn put_into(self, part: &mut MeasuresPart) {
        let MeasureRefusal { id, form, problems, failure } = self;
        match id {
            None => (part.form, part.problems, part.failure) = (form, problems, failure),
            Some(id) => {
                if let Some(row) = part.rules.iter_mut().find(|row| row.id == id) {
                    (row.form, row.problems, row.failure) = (form, problems, failure);
                }
            }
        }
    }
}

#[cfg(feature = "ssr")]
mod on_server {
    use crate::Shop;
    use crate::alert_measures::measures_part;
    use crate::number::{counted, duration};
    use domain::alert::{AlertRow, AlertsPage, DeliveryRow, DeliveryState, Webhook};
    use domain::{Minute, RulesForm, Timestamp};
    use store::{Alert, Delivery, StoreError, Zone};

    /// The page as it is now, with the alerts that have ended after the last `skip` ones, and with this stream chosen
    /// for one more rule.
    ///
    /// # Errors
    /// What the database says.
    pub async fn make_alerts_page(shop: &Shop, skip: i64, stream: &str) -> Result<AlertsPage, StoreError> {
        let store = &shop.store;
        let (zone, now) = (store.time_zone().await?, store.now());
        let rows = |alerts: Vec<Alert>| alerts.into_iter().map(|alert| row(alert, &zone, now)).collect();
        let webhook = match &shop.webhook {
            None => None,
            Some(host) => {
                let deliveries = store.alert_deliveries().await?;
                let deliveries = deliveries.into_iter().map(|delivery| delivery_row(delivery, &zone)).collect();
                Some(Webhook { host: host.to_string(), deliveries })
            }
        };
        Ok(AlertsPage {
            form: RulesForm::of(&store.alert_rules().await?),
            measures: measures_part(store, stream).await?,
            open: rows(store.open_alerts().await?),
            ended: rows(store.ended_alerts(skip).await?),
            skipped_num: skip,
            ended_num: store.ended_alerts_num().await?,
            webhook,
            zone: zone.name().to_owned(),
            ..AlertsPage::default()
        })
    }

    fn time(at: Timestamp, zone: &Zone) -> String {
        zone.words(Minute::of(at), "%a %-d %b %Y, %H:%M")
    }

    fn row(alert: Alert, zone: &Zone, now: Timestamp) -> AlertRow {
        AlertRow {
            id: alert.id,
            rule: alert.rule,
            title: alert.title,
            words: alert.words,
            began: time(alert.began_at, zone),
            ended: alert.ended_at.map(|at| time(at, zone)).unwrap_or_default(),
            lasted: duration(alert.ended_at.unwrap_or(now).micros_since(alert.began_at)),
        }
    }

    fn delivery_row(delivery: Delivery, zone: &Zone) -> DeliveryRow {
        let (state, words) = words(&delivery, zone);
        DeliveryRow { id: delivery.id, what: delivery.what, made: time(delivery.made_at, zone), state, words }
    }

    fn words(delivery: &Delivery, zone: &Zone) -> (DeliveryState, String) {
        let tries = counted(delivery.attempts, "try").replace("trys", "tries");
        let error = delivery.last_error.as_deref().unwrap_or_default();
        match (delivery.delivered_at, delivery.given_up_at, delivery.next_attempt_at) {
            (Some(at), ..) if delivery.attempts > 1 => {
                (DeliveryState::Delivered, format!("Delivered {} after {tries}", time(at, zone)))
            }
            (Some(at), ..) => (DeliveryState::Delivered, format!("Delivered {}", time(at, zone))),
            (_, Some(_), _) => (DeliveryState::GivenUp, format!("Given up after {tries}: {error}")),
            (_, _, Some(next)) if !error.is_empty() => {
                let next = zone.local(next).time(next);
                (DeliveryState::Waiting, format!("Failed, {tries} so far: {error}. Next try at {next}"))
            }
            _ => (DeliveryState::Waiting, "On its way".to_owned()),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_became_of_a_message_is_said_in_the_owners_time() {
            let at = |text| Some(Timestamp::parse_rfc3339(text).unwrap());
            let new = Delivery {
                id: 1,
                what: "Test".to_owned(),
                made_at: at("2026-07-24T12:00:00Z").unwrap(),
                attempts: 0,
                next_attempt_at: at("2026-07-24T12:00:00Z"),
                delivered_at: None,
                given_up_at: None,
                last_error: None,
            };
            let error = Some("answered 500".to_owned());
            let tried = |attempts| Delivery { attempts, last_error: error.clone(), ..new.clone() };
            let settled = |attempts| Delivery { next_attempt_at: None, ..tried(attempts) };
            let delivered_at = at("2026-07-24T22:00:07Z");
            for (delivery, expected) in [
                (new.clone(), (DeliveryState::Waiting, "On its way")),
                (
                    Delivery { next_attempt_at: at("2026-07-24T12:00:05Z"), ..tried(1) },
                    (DeliveryState::Waiting, "Failed, 1 try so far: answered 500. Next try at 14:00:05 CEST"),
                ),
                (
                    Delivery { delivered_at, last_error: None, ..settled(1) },
                    (DeliveryState::Delivered, "Delivered Sat 25 Jul 2026, 00:00"),
                ),
                (
                    Delivery { delivered_at, last_error: None, ..settled(3) },
                    (DeliveryState::Delivered, "Delivered Sat 25 Jul 2026, 00:00 after 3 tries"),
                ),
                (
                    Delivery { given_up_at: delivered_at, ..settled(12) },
                    (DeliveryState::GivenUp, "Given up after 12 tries: answered 500"),
                ),
            ] {
                let zone = Zone::named("Europe/Berlin").unwrap();
                assert_eq!(words(&delivery, &zone), (expected.0, expected.1.to_owned()));
            }
        }
    }
}

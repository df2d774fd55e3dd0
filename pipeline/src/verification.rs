//! Do orders, figures, files and roll-ups agree? One function for `server verify` and for the dashboard's own runs.
//! Reads one snapshot of the database, changes nothing, and gives the files of a running shop a moment to catch up with
//! it.

use domain::verification::DIFFERENCES_TOLD_MAX;
use domain::{Compared, Comparison, Difference, Figures, Minute, Money, Verification, decimal};
use sinks::csv::{Checked, PAGE_MINUTES_MAX, check};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{Audit, FiguresAudit, RollupDifference, RollupsAudit, StoreError};
use streams::{Streams, Topic};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// A minute's row follows its closing within milliseconds, a late event's rendering within a second or two.
const FILES_CATCH_UP_WITHIN: Duration = Duration::from_secs(5);
/// The pause before the files are looked at again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Why nothing could be said.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A file that is there and cannot be read.
    #[error("{0}")]
    File(#[from] io::Error),
}

/// Compares everything. `open` takes a fresh snapshot each time it is called.
///
/// # Errors
/// The database or a file cannot be read; then nothing is known.
pub async fn verify<F>(open: impl Fn() -> F, folder: &Path) -> Result<Verification, VerifyError>
where
    F: Future<Output = Result<Audit, StoreError>>,
{
    let begun = Instant::now();
    loop {
        let (audit, files) = check_files(open().await?, folder.to_owned()).await?;
        let agree = files.iter().all(|(_, checked)| checked.differing_minutes == 0);
        if agree || begun.elapsed() >= FILES_CATCH_UP_WITHIN {
            return conclude(audit, files).await;
        }
        audit.close().await;
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
}

/// Off the runtime: reads files.
async fn check_files(mut audit: Audit, folder: PathBuf) -> Result<(Audit, Vec<(Topic, Checked)>), VerifyError> {
    let runtime = Handle::current();
    let checking = tokio::task::spawn_blocking(move || {
        let mut checked = Vec::new();
        for topic in audit.streams().all().iter().copied() {
            let mut pages = |from: Minute| {
                let page = audit.closed_minutes_from(topic, from, PAGE_MINUTES_MAX as i64);
                runtime.block_on(page).map_err(io::Error::other)
            };
            checked.push((topic, check(&folder, topic, &mut pages, DIFFERENCES_TOLD_MAX)?));
        }
        Ok((audit, checked))
    });
    checking.await.unwrap_or_else(|panic| Err(VerifyError::File(io::Error::other(panic))))
}

async fn conclude(mut audit: Audit, files: Vec<(Topic, Checked)>) -> Result<Verification, VerifyError> {
    let mut found = Verification { checked_at: audit.taken_at, ..Verification::default() };
    let orders = audit.orders(DIFFERENCES_TOLD_MAX).await?;
    (found.orders, found.waiting_orders) = (orders.orders, orders.waiting_orders);
    add_figures(&mut found, Compared::OrdersWithFigures, orders.figures);
    let feedback = audit.feedback(DIFFERENCES_TOLD_MAX).await?;
    add_figures(&mut found, Compared::FeedbackWithFigures, feedback);

    let misplaced = audit.misplaced_minutes().await?;
    found.comparisons.push(Comparison {
        compared: Compared::ClosedMinutes,
        minutes: audit.closed_until.number() - audit.first_minute.number(),
        differing_minutes: misplaced.len() as i64,
    });
    let until = audit.closed_until;
    found.differences.extend(misplaced.into_iter().take(DIFFERENCES_TOLD_MAX).map(|minute| Difference {
        compared: Compared::ClosedMinutes,
        minute,
        column: "row".to_owned(),
        expected: format!("every minute before {until} closed, no other, none of their events waiting"),
        found: "not so".to_owned(),
    }));

    for (topic, checked) in files {
        let compared = Compared::FiguresWithFile(topic.stream().file.clone());
        let Checked { minutes, differing_minutes, first } = checked;
        found.comparisons.push(Comparison { compared: compared.clone(), minutes, differing_minutes });
        found.differences.extend(first.into_iter().map(|cell| Difference {
            compared: compared.clone(),
            minute: cell.minute,
            column: cell.column,
            expected: cell.expected,
            found: cell.found,
        }));
    }
    let streams = audit.streams();
    add_rollups(&mut found, &streams, audit.rollups(DIFFERENCES_TOLD_MAX).await?);
    found.differences.truncate(DIFFERENCES_TOLD_MAX);
    audit.close().await;
    Ok(found)
}

fn add_rollups(found: &mut Verification, streams: &Streams, rollups: RollupsAudit) {
    let compared = Compared::RollupsWithMinutes;
    let RollupsAudit { minutes, differing_quarters, first } = rollups;
    found.comparisons.push(Comparison { compared: compared.clone(), minutes, differing_minutes: differing_quarters });
    let measures = || streams.all().iter().flat_map(|topic| &topic.stream().measures);
    found.differences.extend(first.into_iter().map(|RollupDifference { minute, column, expected, found }| {
        let words = |value: Option<i64>| {
            let Some(value) = value else { return "nothing".to_owned() };
            match measures().find(|measure| measure.name == column) {
                Some(measure) => decimal::show(value, measure.digits),
                // Of a good.
                None if column.ends_with(" price") => Money::from_cents(value).to_string(),
                None => value.to_string(),
            }
        };
        let (expected, found) = (words(expected), words(found));
        Difference { compared: compared.clone(), minute, column, expected, found }
    }));
}

/// What a table holds and what was counted of it: one difference for each figure that is another, named as the CSV's
/// columns.
fn add_figures(found: &mut Verification, compared: Compared, audit: FiguresAudit) {
    let FiguresAudit { minutes, differing_minutes, first } = audit;
    found.comparisons.push(Comparison { compared: compared.clone(), minutes, differing_minutes });
    let cells = |figures: &Figures| {
        [
            ("total_orders_num", figures.total_orders_num.to_string()),
            ("total_orders_amount", figures.total_orders_amount.to_string()),
            ("total_orders_price", figures.total_orders_price.to_string()),
            ("total_paid_orders_num", figures.total_paid_orders_num.to_string()),
            ("total_paid_orders_amount", figures.total_paid_orders_amount.to_string()),
            ("total_paid_orders_price", figures.total_paid_orders_price.to_string()),
            ("total_feedback_num", figures.total_feedback_num.to_string()),
            ("total_feedback_stars", figures.total_feedback_stars.to_string()),
        ]
    };
    for (minute, held, counted) in &first {
        for ((column, expected), (_, found_there)) in cells(held).into_iter().zip(cells(counted)) {
            if expected != found_there {
                found.differences.push(Difference {
                    compared: compared.clone(),
                    minute: *minute,
                    column: column.to_owned(),
                    expected,
                    found: found_there,
                });
            }
        }
    }
}

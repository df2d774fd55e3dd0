//! Do orders, figures, files and roll-ups agree? One function for `server verify` and for the dashboard's own runs.
//! Reads one snapshot of the database, changes nothing, and gives the files of a running shop a moment to catch up with
//! it.

use crate::sinks::csv::{Checked, CsvKind, PAGE_MINUTES_MAX, check};
use domain::verification::DIFFERENCES_TOLD_MAX;
use domain::{Compared, Comparison, Difference, Figures, Minute, Money, Verification};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{Audit, FiguresAudit, RollupDifference, RollupsAudit, StoreError};
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
async fn check_files(mut audit: Audit, folder: PathBuf) -> Result<(Audit, Vec<(CsvKind, Checked)>), VerifyError> {
    let runtime = Handle::current();
    let checking = tokio::task::spawn_blocking(move || {
        let first = audit.first_minute;
        let mut pages = |from: Minute| {
            let page = audit.closed_minutes_from(from.max(first), PAGE_MINUTES_MAX as i64);
            runtime.block_on(page).map_err(io::Error::other)
        };
        let checked = check(&folder, CsvKind::ALL, &mut pages, DIFFERENCES_TOLD_MAX)?;
        Ok((audit, CsvKind::ALL.into_iter().zip(checked).collect()))
    });
    checking.await.unwrap_or_else(|panic| Err(VerifyError::File(io::Error::other(panic))))
}

async fn conclude(mut audit: Audit, files: Vec<(CsvKind, Checked)>) -> Result<Verification, VerifyError> {
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

    for (kind, checked) in files {
        let compared = match kind {
            CsvKind::Requests => Compared::FiguresWithRequestsCsv,
            CsvKind::Orders => Compared::FiguresWithOrdersCsv,
            CsvKind::Feedback => Compared::FiguresWithFeedbackCsv,
        };
        let Checked { minutes, differing_minutes, first } = checked;
        found.comparisons.push(Comparison { compared, minutes, differing_minutes });
        found.differences.extend(first.into_iter().map(|cell| Difference {
            compared,
            minute: cell.minute,
            column: cell.column,
            expected: cell.expected,
            found: cell.found,
        }));
    }
    add_rollups(&mut found, audit.rollups(DIFFERENCES_TOLD_MAX).await?);
    found.differences.truncate(DIFFERENCES_TOLD_MAX);
    audit.close().await;
    Ok(found)
}

fn add_rollups(found: &mut Verification, rollups: RollupsAudit) {
    let compared = Compared::RollupsWithMinutes;
    let RollupsAudit { minutes, differing_quarters, first } = rollups;
    found.comparisons.push(Comparison { compared, minutes, differing_minutes: differing_quarters });
    found.differences.extend(first.into_iter().map(|RollupDifference { minute, column, expected, found }| {
        let words = |value: i64| {
            if column.ends_with("price") { Money::from_cents(value).to_string() } else { value.to_string() }
        };
        let (expected, found) = (words(expected), words(found));
        Difference { compared, minute, column, expected, found }
    }));
}

/// What a table holds and what was counted of it: one difference for each figure that is another, named as the CSV's
/// columns.
fn add_figures(found: &mut Verification, compared: Compared, audit: FiguresAudit) {
    let FiguresAudit { minutes, differing_minutes, first } = audit;
    found.comparisons.push(Comparison { compared, minutes, differing_minutes });
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
                    compared,
                    minute: *minute,
                    column: column.to_owned(),
                    expected,
                    found: found_there,
                });
            }
        }
    }
}

//! Makes a report: plans its spans in the owner's time zone, asks the store for each, and writes every label. On the
//! server alone; called by the server function and by the export.

mod plan;
mod words;

use domain::report::{Before, Bucket, BucketState, Tick};
use domain::{Counts, Minute, Quarter, Report, ReportQuery};
use plan::Plan;
use store::{Span, Store, StoreError};

/// The report that `query` asks for, as of now.
///
/// # Errors
/// What the database says.
pub async fn make_report(store: &Store, query: ReportQuery) -> Result<Report, StoreError> {
    let zone = store.time_zone().await?;
    let now = Minute::of(store.now());
    let plan = Plan::new(query, &zone, now);
    let first_minute = store.first_minute();
    let before = plan.before.as_ref().filter(|before| before.until > first_minute);

    let mut spans: Vec<Span> = buckets_of(&plan.bounds);
    if let Some(before) = before {
        spans.extend(buckets_of(&before.bounds));
        spans.push(before.from()..before.until);
    }
    let quarters = Quarter::of(plan.from())..Quarter::from_minute_on(plan.end());
    let (counts, goods, pages, closed_until) = tokio::try_join!(
        store.counts_of(&spans),
        store.top_goods(quarters.clone()),
        store.top_pages(quarters.clone()),
        store.closed_until(),
    )?;
    let (of_range, of_before) = counts.split_at(plan.bounds.len() - 1);
    let names = words::names(&plan.bounds, query.size, &zone);
    let buckets: Vec<Bucket> = (0..of_range.len())
        .filter_map(|index| {
            let (span, counts) = (spans.get(index)?, *of_range.get(index)?);
            let state = state_of(span, counts, first_minute, closed_until, now);
            let earlier = before.and_then(|before| {
                let (from, end) = (before.bounds.get(index)?, before.bounds.get(index + 1)?);
                // Of an hour that clocks showed twice, the day before may have one alone.
                (from < end && *end > first_minute).then_some(*of_before.get(index)?)
            });
            Some(Bucket {
                start: span.start,
                name: names.get(index)?.clone(),
                state,
                counts: matches!(state, BucketState::Closed | BucketState::Open).then_some(counts),
                before: earlier,
            })
        })
        .collect();
    let ticks = words::ticks(&plan.bounds, query.size, &zone);
    Ok(Report {
        query,
        period: words::period(plan.from(), plan.end(), query.size, &zone),
        zone: zone.name().to_owned(),
        counts: total(of_range)?,
        before: before.zip(of_before.last()).map(|(before, counts)| Before {
            period: words::period_until(before, plan.is_live, query.size, &zone),
            counts: *counts,
        }),
        buckets,
        ticks: ticks.into_iter().map(|(slot, label)| Tick { slot, label }).collect(),
        goods,
        pages,
        ranked_since: zone.words(quarters.start.first_minute().max(first_minute), "%-d %b, %H:%M"),
    })
}

fn buckets_of(bounds: &[Minute]) -> Vec<Span> {
    bounds.iter().zip(bounds.iter().skip(1)).map(|(from, to)| *from..*to).collect()
}

fn state_of(span: &Span, counts: Counts, first: Minute, closed_until: Minute, now: Minute) -> BucketState {
    if span.end <= first && counts == Counts::default() {
        BucketState::Gap
    } else if span.end <= closed_until {
        BucketState::Closed
    } else if span.start > now && counts == Counts::default() {
        // An event may be a little ahead of this server's clock.
        BucketState::Future
    } else {
        BucketState::Open
    }
}

fn total(counts: &[Counts]) -> Result<Counts, StoreError> {
    let sum = counts.iter().try_fold(Counts::default(), |sum, more| sum.plus(*more));
    sum.ok_or_else(|| StoreError::Corrupt("a report's sum leaves its range".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_a_gap_closed_open_or_still_to_come() {
        let minute = Minute::from_number;
        let one = Counts { visits_num: 1, ..Counts::default() };
        for (from, to, counts, state) in [
            (0, 10, Counts::default(), BucketState::Gap),
            (5, 15, Counts::default(), BucketState::Closed),
            (10, 20, one, BucketState::Closed),
            (15, 21, one, BucketState::Open),
            (20, 30, Counts::default(), BucketState::Open),
            (22, 30, Counts::default(), BucketState::Open),
            (23, 30, Counts::default(), BucketState::Future),
            (23, 30, one, BucketState::Open),
        ] {
            let span = minute(from)..minute(to);
            let told = state_of(&span, counts, minute(10), minute(20), minute(22));
            assert_eq!(told, state, "{from} to {to}");
        }
    }
}

//! Makes a report: plans its spans in the owner's time zone, asks the store for each, and writes every label. On the
//! server alone; called by the pages, the server function and the export.

mod plan;
mod words;

use domain::report::{Before, Bucket, BucketState, RANKS_MAX, Tick};
use domain::{Counts, Minute, Quarter, Report, ReportQuery};
use plan::Plan;
use std::ops::Range;
use store::{Span, Store, StoreError, Zone};
use streams::{LatestEvent, Ranked, Topic, Totals};

/// The report of any stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamReport {
    /// Whose.
    pub topic: Topic,
    /// What was counted.
    pub report: Report<Totals>,
    /// For each of its groups the most frequent values, at most [`RANKS_MAX`].
    pub groups: Vec<Vec<Ranked>>,
    /// What was counted last, whatever the range, with its time in words; the newest first.
    pub latest: Vec<(String, LatestEvent)>,
}

/// The report of the shop that `query` asks for, as of now.
///
/// # Errors
/// What the database says.
pub async fn make_report(store: &Store, query: ReportQuery) -> Result<Report, StoreError> {
    let frame = Frame::new(store, query, store.first_minute()).await?;
    let (counts, goods, pages, closed_until) = tokio::try_join!(
        store.counts_of(&frame.spans),
        store.top_goods(frame.quarters.clone()),
        store.top_pages(frame.quarters.clone()),
        store.closed_until(),
    )?;
    let report = frame.report(&counts, &Counts::default(), closed_until, |sum, more| sum.plus(*more))?;
    Ok(Report { goods, pages, ..report })
}

/// The report of a stream that `query` asks for, as of now.
///
/// # Errors
/// What the database says.
pub async fn make_stream_report(store: &Store, topic: Topic, query: ReportQuery) -> Result<StreamReport, StoreError> {
    let (stream, frame) = (topic.stream(), Frame::new(store, query, store.first_minute_of(topic)).await?);
    let (counts, closed_until) = tokio::try_join!(store.totals_of(topic, &frame.spans), store.closed_until())?;
    let nothing = Totals::of_nothing(stream);
    let report = frame.report(&counts, &nothing, closed_until, |sum, more| sum.plus(stream, more))?;
    let mut groups = Vec::with_capacity(stream.groups.len());
    for group in 0..stream.groups.len() {
        groups.push(store.top_values(topic, group, frame.quarters.clone(), RANKS_MAX).await?);
    }
    let clock = frame.zone.local(store.now()).clock(store.now());
    let latest = store.latest_events(topic).await?.into_iter();
    let latest = latest.map(|event| (clock.second(event.event_time), event)).collect();
    Ok(StreamReport { topic, report, groups, latest })
}

/// What a report asks for, and the words around it.
struct Frame {
    query: ReportQuery,
    zone: Zone,
    now: Minute,
    /// Nothing is known of what was before it.
    first_minute: Minute,
    plan: Plan,
    /// The buckets; then those that they are compared with, and the whole of these until the same time.
    spans: Vec<Span>,
    quarters: Range<Quarter>,
}

impl Frame {
    async fn new(store: &Store, query: ReportQuery, first_minute: Minute) -> Result<Frame, StoreError> {
        let zone = store.time_zone().await?;
        let now = Minute::of(store.now());
        let plan = Plan::new(query, &zone, now);
        let mut spans: Vec<Span> = buckets_of(&plan.bounds);
        if let Some(before) = plan.before.as_ref().filter(|before| before.until > first_minute) {
            spans.extend(buckets_of(&before.bounds));
            spans.push(before.from()..before.until);
        }
        let quarters = Quarter::of(plan.from())..Quarter::from_minute_on(plan.end());
        Ok(Frame { query, zone, now, first_minute, plan, spans, quarters })
    }

    /// The report of what was counted in its spans.
    fn report<C: Clone + PartialEq + Default>(
        &self,
        counts: &[C],
        nothing: &C,
        closed_until: Minute,
        plus: impl Fn(C, &C) -> Option<C>,
    ) -> Result<Report<C>, StoreError> {
        let Frame { query, zone, plan, first_minute, .. } = self;
        let before = plan.before.as_ref().filter(|before| before.until > *first_minute);
        let (of_range, of_before) = counts.split_at_checked(plan.bounds.len() - 1).unwrap_or_default();
        let names = words::names(&plan.bounds, query.size, zone);
        let buckets: Vec<Bucket<C>> = (0..of_range.len())
            .filter_map(|index| {
                let (span, counts) = (self.spans.get(index)?, of_range.get(index)?);
                let state = state_of(span, counts == nothing, *first_minute, closed_until, self.now);
                let earlier = before.and_then(|before| {
                    let (from, end) = (before.bounds.get(index)?, before.bounds.get(index + 1)?);
                    // Of an hour that clocks showed twice, the day before may have one alone.
                    if from < end && *end > *first_minute { of_before.get(index).cloned() } else { None }
                });
                Some(Bucket {
                    start: span.start,
                    name: names.get(index)?.clone(),
                    state,
                    counts: matches!(state, BucketState::Closed | BucketState::Open).then(|| counts.clone()),
                    before: earlier,
                })
            })
            .collect();
        let ticks = words::ticks(&plan.bounds, query.size, zone);
        let total = of_range.iter().try_fold(nothing.clone(), plus);
        Ok(Report {
            query: *query,
            period: words::period(plan.from(), plan.end(), query.size, zone),
            zone: zone.name().to_owned(),
            counts: total.ok_or_else(|| StoreError::Corrupt("a report's sum leaves its range".to_owned()))?,
            before: before.zip(of_before.last()).map(|(before, counts)| Before {
                period: words::period_until(before, plan.is_live, query.size, zone),
                counts: counts.clone(),
            }),
            buckets,
            ticks: ticks.into_iter().map(|(slot, label)| Tick { slot, label }).collect(),
            ranked_since: zone.words(self.quarters.start.first_minute().max(*first_minute), "%-d %b, %H:%M"),
            goods: Vec::new(),
            pages: Vec::new(),
        })
    }
}

fn buckets_of(bounds: &[Minute]) -> Vec<Span> {
    bounds.iter().zip(bounds.iter().skip(1)).map(|(from, to)| *from..*to).collect()
}

fn state_of(span: &Span, is_nothing: bool, first: Minute, closed_until: Minute, now: Minute) -> BucketState {
    if span.end <= first && is_nothing {
        BucketState::Gap
    } else if span.end <= closed_until {
        BucketState::Closed
    } else if span.start > now && is_nothing {
        // An event may be a little ahead of this server's clock.
        BucketState::Future
    } else {
        BucketState::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_a_gap_closed_open_or_still_to_come() {
        let minute = Minute::from_number;
        for (from, to, is_nothing, state) in [
            (0, 10, true, BucketState::Gap),
            (5, 15, true, BucketState::Closed),
            (10, 20, false, BucketState::Closed),
            (15, 21, false, BucketState::Open),
            (20, 30, true, BucketState::Open),
            (22, 30, true, BucketState::Open),
            (23, 30, true, BucketState::Future),
            (23, 30, false, BucketState::Open),
        ] {
            let span = minute(from)..minute(to);
            let told = state_of(&span, is_nothing, minute(10), minute(20), minute(22));
            assert_eq!(told, state, "{from} to {to}");
        }
    }
}
